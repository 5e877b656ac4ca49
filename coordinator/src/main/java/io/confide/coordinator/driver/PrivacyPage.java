package io.confide.coordinator.driver;

import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.privacy.Accountant;
import io.confide.common.privacy.Observer;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.coordinator.port.Views.ObserverView;
import io.confide.coordinator.port.Views.PrivacyView;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** What people see of a plan's guarantee: never an ε without unit, relation, sampling, δ and observer. */
final class PrivacyPage {
    private PrivacyPage() {}

    /** Empty without a guarantee. */
    static Optional<PrivacyView> of(Plan plan) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Optional.empty();
            case Guarantee.RecordLevel records ->
                    Optional.of(
                            new PrivacyView(
                                    "record",
                                    "add-remove",
                                    "everyone",
                                    records.epsilon(),
                                    records.delta(),
                                    records.commits(),
                                    observers(PlanPrivacy.of(plan, records))));
        };
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
