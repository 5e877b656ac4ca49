package io.confide.coordinator.driver;

import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.Observer;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.coordinator.port.Views.ObserverView;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.SpentView;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What people see of a plan's guarantee: never an ε without unit, relation, sampling, δ and observer. */
final class PrivacyPage {
    private static final int SPENT_MAX = 64;

    private PrivacyPage() {}

    /** Empty without a guarantee. */
    static Optional<PrivacyView> of(Plan plan) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Optional.empty();
            case Guarantee.RecordLevel records -> {
                var privacy = PlanPrivacy.of(plan, records);
                yield Optional.of(
                        new PrivacyView(
                                "record",
                                "add-remove",
                                records.samples() ? "poisson" : "everyone",
                                records.samplingRate(),
                                records.epsilon(),
                                records.delta(),
                                records.commits(),
                                observers(privacy),
                                spent(privacy),
                                stepNoise(plan.training().learningRate(), records)));
            }
        };
    }

    /** A step is lr·(S/(s·q·N₀)) of the sum S in grid units; every site adds noise of the same variance to S. */
    static double stepNoise(double learningRate, Guarantee.RecordLevel records) {
        double gridUnit = Math.scalb(1.0 / records.expectedRecords(), -records.scaleBits());
        return learningRate * gridUnit * Math.sqrt((double) records.shareVariance());
    }

    /** Evenly spaced. What all commits cost is what the plan states, which the accountant does not exceed. */
    static List<SpentView> spent(PlanPrivacy privacy) {
        var records = privacy.guarantee();
        int points = Math.min(SPENT_MAX, records.commits());
        var commits =
                IntStream.rangeClosed(1, points)
                        .map(point -> (int) Math.ceilDiv((long) point * records.commits(), points))
                        .boxed()
                        .toList();
        var cost = privacy.epsilonAfter(commits);
        return IntStream.range(0, points)
                .mapToObj(at -> spent(commits.get(at), cost.get(at), records))
                .toList();
    }

    private static SpentView spent(int commits, double cost, Guarantee.RecordLevel records) {
        double stated = records.epsilon();
        return new SpentView(
                commits, commits == records.commits() ? stated : Math.min(stated, cost));
    }

    /** At the fewest survivors that the plan allows: what holds whoever drops. */
    private static List<ObserverView> observers(PlanPrivacy privacy) {
        var rows = new ArrayList<ObserverView>();
        rows.add(row(privacy, new Observer.Public()));
        IntStream.rangeClosed(0, privacy.shares().colluders())
                .forEach(sites -> rows.add(row(privacy, new Observer.Coordinator(sites))));
        return List.copyOf(rows);
    }

    private static ObserverView row(PlanPrivacy privacy, Observer observer) {
        int survivors = privacy.shares().minimumSurvivors();
        double left = privacy.shares().left(survivors, observer.colludingSites());
        var seen = privacy.allCommits().stream().map(event -> event.scaled(left)).toList();
        return new ObserverView(
                observer.name(),
                survivors,
                Accountant.RDP.epsilon(seen, privacy.guarantee().delta()));
    }
}
