package io.confide.coordinator.driver;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Groups;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.VectorHash;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.RoundTally;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a job costs, from its plan and the rounds that it has had; sizes of messages as in PROTOCOL.md §3.3. */
final class PlanCost {
    /** A header and its signature. */
    static final long HEADER_BYTES = 212;

    /** One revealed share: index, kind and value. */
    private static final long SHARE_BYTES = 37;

    /** What a reveal has besides its shares, with its signature. */
    private static final long REVEAL_BYTES = 184;

    /** Index, hash and signature of each input, beside a certificate. */
    private static final long PROOF_BYTES = 100;

    /** Open, certificate and Result with their signatures, but the sets of sites. */
    private static final long SIGNED_BYTES = 708;

    private final Plan plan;

    /** Of a round. */
    private final int sites;

    private final CostView.Planned planned;

    /** Rounds are kept under the words of their task. */
    private final Map<String, Long> inputBytesByWords = new HashMap<>();

    /** @param everybody how many sites the roster has, all of whom are expected to take part; a group counts as the largest */
    PlanCost(Plan plan, int everybody) {
        var sums = plan.aggregation();
        int groups = sums.groups().map(Groups::count).orElse(1);
        this.plan = plan;
        this.sites =
                groups == 1
                        ? everybody
                        : Collections.max(Partition.sizes(everybody, sums.colluders(), groups));
        // Thousands of rounds have a few different tasks.
        var times =
                plan.schedule().stream()
                        .collect(Collectors.groupingBy(task -> task, Collectors.counting()));
        times.keySet().forEach(task -> inputBytesByWords.put(task.words(), inputBytes(task)));
        var train = new Task.Train(new Fold.All());
        this.planned =
                new CostView.Planned(
                        groups * plan.schedule().size(),
                        plan.evaluation().folds(),
                        groups,
                        up(train),
                        down(train),
                        times.entrySet().stream()
                                .mapToLong(e -> e.getValue() * up(e.getKey()))
                                .sum(),
                        times.entrySet().stream()
                                .mapToLong(e -> e.getValue() * down(e.getKey()))
                                .sum(),
                        everybody
                                * times.entrySet().stream()
                                        .mapToLong(e -> e.getValue() * inputBytes(e.getKey()))
                                        .sum());
    }

    CostView of(RoundTally tally) {
        return new CostView(planned, soFar(tally));
    }

    private long up(Task task) {
        long input = inputBytes(task);
        return input + leafBytes(plan, input) + HEADER_BYTES + REVEAL_BYTES + SHARE_BYTES * sites;
    }

    /** What an audit of the sums adds to an upload of {@code input} bytes: one leaf of it once more. */
    static long leafBytes(Plan plan, long input) {
        return switch (plan.aggregation().audit()) {
            case ON -> Math.min(input, VectorHash.LEAF_BYTES);
            case OFF -> 0;
        };
    }

    private long down(Task task) {
        long codec = Payloads.codec(plan, task, sites).bytes().length();
        long config = RoundConfigJson.bytes(Digest.ZERO, task).length();
        return modelBytes() + codec + config + SIGNED_BYTES + PROOF_BYTES * sites;
    }

    private long inputBytes(Task task) {
        return (long) Long.BYTES * Payloads.codec(plan, task, sites).words();
    }

    /** Two lengths, and a float each for every input and parameter. */
    private long modelBytes() {
        long parameters = ParameterManifest.of(plan).parameterCount();
        return 2L * Integer.BYTES + Float.BYTES * (plan.study().dictionary().inputs() + parameters);
    }

    private CostView.SoFar soFar(RoundTally tally) {
        return new CostView.SoFar(
                tally.done().values().stream().mapToInt(RoundTally.Sums::rounds).sum(),
                tally.givenUp(),
                tally.medianSeconds(),
                tally.done().entrySet().stream()
                        .mapToLong(
                                each ->
                                        inputBytesByWords.getOrDefault(each.getKey(), 0L)
                                                * each.getValue().inputs())
                        .sum());
    }
}
