package io.confide.participant.session;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.LinkedHashSet;
import java.util.List;

/** What a plan fixes about the vectors of its rounds; computed here again, never taken from the coordinator (K10). */
record PlanCodecs(Plan plan, int rosterSize) {
    /** The codec of the rounds of {@code task}. */
    Codec codec(Task task) {
        return Codec.of(Payloads.segments(plan, task), rosterSize);
    }

    /** SHA-256 of the codecs of all kinds of rounds that the plan has: statistics, training, evaluation. */
    Digest hash() {
        var kinds = new LinkedHashSet<Class<?>>();
        plan.schedule().forEach(task -> kinds.add(task.getClass()));
        var fold = new Fold.All();
        return Digest.of(
                List.of(new Task.Statistics(fold), new Task.Train(fold), new Task.Evaluate(fold))
                        .stream()
                        .filter(task -> kinds.contains(task.getClass()))
                        .map(this::codec)
                        .map(Codec::bytes)
                        .map(Bytes::toArray)
                        .toArray(byte[][]::new));
    }

    /** The layout of the model's parameters. */
    ParameterManifest manifest() {
        return ParameterManifest.of(plan.model(), plan.study().dictionary().features().size());
    }
}
