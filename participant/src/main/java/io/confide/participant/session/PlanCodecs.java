package io.confide.participant.session;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Digest;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

/** What a plan fixes about the vectors of its rounds; computed here again, never taken from the coordinator (K10). */
record PlanCodecs(Plan plan, int rosterSize) {
    /** The codec of the rounds of {@code task}. */
    Codec codec(Task task) {
        return Payloads.codec(plan, task, rosterSize);
    }

    /** The hash over all codecs of the plan that an epoch's policy carries. */
    Digest hash() {
        return Payloads.codecSetHash(plan, rosterSize);
    }

    /** The layout of the model's parameters. */
    ParameterManifest manifest() {
        return ParameterManifest.of(plan);
    }
}
