package io.confide.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Turns off one fault after another for as long as the same invariant still breaks. */
final class Shrinking {
    private static final int PASSES_MAX = 4;

    private final Function<Scenario, Outcome> run;

    Shrinking(Function<Scenario, Outcome> run) {
        this.run = run;
    }

    /** The least that was found; {@code failed} itself if everything in it is needed. */
    Outcome least(Outcome failed) {
        var least = failed;
        for (int pass = 0; pass < PASSES_MAX; pass++) {
            var better = pass(least);
            if (better.isEmpty()) {
                return least;
            }
            least = better.get();
        }
        return least;
    }

    private Optional<Outcome> pass(Outcome failed) {
        var least = failed;
        for (var op : failed.scenario().ops()) {
            least = ifItFails(least, least.scenario().without(op)).orElse(least);
        }
        for (var rates : calmer(least.scenario().rates())) {
            least = ifItFails(least, least.scenario().with(rates)).orElse(least);
        }
        if (least.scenario().inputs() != Scenario.Inputs.UNIT) {
            least = ifItFails(least, least.scenario().with(Scenario.Inputs.UNIT)).orElse(least);
        }
        return least.scenario().equals(failed.scenario()) ? Optional.empty() : Optional.of(least);
    }

    private static List<Scenario.Rates> calmer(Scenario.Rates now) {
        var calmer = new ArrayList<Scenario.Rates>();
        if (now.loss() > 0) {
            calmer.add(new Scenario.Rates(0, now.repeat(), now.delayMillisMax()));
        }
        if (now.repeat() > 0) {
            calmer.add(new Scenario.Rates(now.loss(), 0, now.delayMillisMax()));
        }
        if (!now.equals(Scenario.Rates.CALM)) {
            calmer.add(Scenario.Rates.CALM);
        }
        return calmer;
    }

    private Optional<Outcome> ifItFails(Outcome failed, Scenario smaller) {
        if (smaller.equals(failed.scenario())) {
            return Optional.empty();
        }
        int oracle = failed.violation().orElseThrow().oracle();
        return Optional.of(run.apply(smaller))
                .filter(
                        outcome ->
                                outcome.violation()
                                        .filter(broken -> broken.oracle() == oracle)
                                        .isPresent());
    }
}
