package io.confide.common.privacy;

import java.util.ArrayList;
import java.util.List;

/**
 * ε towards one observer if {@code survivors} sites are in every sum, {@code left} times the planned noise being left, by
 * both accountants.
 */
public record ObserverEpsilon(
        Observer observer, int survivors, double left, double rdp, double pld) {

    /**
     * The rows for {@code survivors}: public, coordinator, coordinator with 1 to c sites; and last the row at the fewest
     * survivors and all colluders, which is the certified one: the noise that the events say.
     */
    public static List<ObserverEpsilon> table(
            List<PrivacyEvent> events, NoiseShares shares, int survivors, double delta) {
        var rows = new ArrayList<ObserverEpsilon>();
        var coordinator = row(events, shares, new Observer.Coordinator(0), survivors, delta);
        rows.add(
                new ObserverEpsilon(
                        new Observer.Public(),
                        survivors,
                        coordinator.left,
                        coordinator.rdp,
                        coordinator.pld));
        rows.add(coordinator);
        for (int sites = 1; sites <= shares.colluders(); sites++) {
            rows.add(row(events, shares, new Observer.Coordinator(sites), survivors, delta));
        }
        if (survivors != shares.minimumSurvivors()) {
            var worst = new Observer.Coordinator(shares.colluders());
            rows.add(row(events, shares, worst, shares.minimumSurvivors(), delta));
        }
        return List.copyOf(rows);
    }

    private static ObserverEpsilon row(
            List<PrivacyEvent> events,
            NoiseShares shares,
            Observer observer,
            int survivors,
            double delta) {
        double left = shares.left(survivors, observer.colludingSites());
        var seen = events.stream().map(event -> event.scaled(left)).toList();
        return new ObserverEpsilon(
                observer,
                survivors,
                left,
                Accountant.RDP.epsilon(seen, delta),
                Accountant.PLD.epsilon(seen, delta));
    }
}
