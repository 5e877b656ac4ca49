package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Task;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.Views.PlanCheck;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a plan costs and needs, for the person who is about to submit it. */
final class PlanPreview {
    /** Control messages of one site in one round without a drop, up and down together (PROTOCOL.md §3.3). */
    private static final long CONTROL_BYTES = 1500;

    private PlanPreview() {}

    /** Returns what {@code plan} costs and needs, for people. */
    static PlanCheck of(Plan plan, Roster roster) {
        int parameters = ParameterManifest.of(plan).parameterCount();
        var sizes =
                plan.aggregation()
                        .groups()
                        .map(g -> Partition.sizes(roster.size(), roster.colluders(), g.count()))
                        .orElseGet(() -> List.of(roster.size()));
        int largest = Collections.max(sizes);
        int rounds = sizes.size() * plan.schedule().size();
        long vector = vectorBytes(plan, new Task.Train(new Fold.All()), largest);
        long train = vector + PlanCost.leafBytes(plan, vector);
        long whole =
                plan.schedule().stream()
                        .map(task -> vectorBytes(plan, task, largest))
                        .mapToLong(input -> input + PlanCost.leafBytes(plan, input) + CONTROL_BYTES)
                        .sum();
        var facts = new ArrayList<String>();
        facts.add("%d parameters".formatted(parameters));
        facts.add("%d secure rounds, evaluation included".formatted(rounds));
        facts.add(
                "each site uploads %s per training round, %s in the whole job"
                        .formatted(size(train), size(whole)));
        if (plan.aggregation().audit() == SumAudit.ON) {
            facts.add(
                    "the coordinator keeps up to %s of each round, so that auditors can recompute one leaf of its sum"
                            .formatted(size((roster.size() + 1) * (train - vector))));
        }
        switch (plan.guarantee()) {
            case Guarantee.None _ -> freeBits(plan, largest).ifPresent(facts::add);
            case Guarantee.RecordLevel records -> facts.add(privacy(plan, records));
        }
        plan.aggregation()
                .groups()
                .ifPresentOrElse(
                        groups -> facts.addAll(new GroupNotes(plan, roster, groups).all()),
                        () -> facts.add(least(plan, roster)));
        return new PlanCheck(PlanJson.hash(plan).hex(), rounds, parameters, List.copyOf(facts));
    }

    private static String least(Plan plan, Roster roster) {
        int floor = Math.max(roster.mMin(), plan.aggregation().minimumIncluded());
        return "at least %d of %d sites must take part; %d must help to open a sum"
                .formatted(floor, roster.size(), roster.t());
    }

    /** What every record is charged, whoever looks, and the budget that a site needs for it. */
    private static String privacy(Plan plan, Guarantee.RecordLevel records) {
        var cost = PlanPrivacy.of(plan, records);
        String charged =
                records.samples()
                        ? String.format(
                                Locale.ROOT,
                                "a site takes it with a budget of ε = %.3f or more",
                                Math.ceil(1000 * cost.budget()) / 1000)
                        : "every site's ledger is charged that";
        return String.format(
                Locale.ROOT,
                "privacy: ε = %.3f at δ = %s for every record (added or removed, %s, %d"
                        + " commits, %d of %d sites colluding); %s",
                cost.epsilon(),
                records.delta(),
                records.samples()
                        ? "Poisson sampling at rate " + records.samplingRate()
                        : "no sampling",
                records.commits(),
                records.colluders(),
                records.minimumSurvivors(),
                charged);
    }

    /** Bits that only fill up what is uploaded anyway. */
    private static Optional<String> freeBits(Plan plan, int sites) {
        int bits = plan.aggregation().bits();
        int most = Math.min(Codec.bitsAtTheSameSize(bits, sites), Plan.Aggregation.BITS_MAX);
        return most > bits
                ? Optional.of(
                        "aggregation.bits: %d would take no more bytes than %d"
                                .formatted(most, bits))
                : Optional.empty();
    }

    private static long vectorBytes(Plan plan, Task task, int sites) {
        return (long) Long.BYTES * Payloads.codec(plan, task, sites).words();
    }

    private static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " bytes";
        }
        return bytes < 10_000_000
                ? "%d kB".formatted(bytes / 1000)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
