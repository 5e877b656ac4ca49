package io.confide.swarm;

import java.util.ArrayList;
import java.util.List;

/** Looks for a world that breaks an invariant; runs inside {@link EditedClasses}, so it speaks in strings. */
public final class Hunt {
    private Hunt() {}

    /**
     * Runs the worlds of the seeds 1 to {@code worlds}.
     *
     * @param always lines of a scenario for each of them, in place of what they say, or nothing
     * @return the number of the world that broke an invariant and what it broke; empty if none did
     */
    public static String first(int worlds, String always) {
        var swarm = new Swarm();
        for (long seed = 1; seed <= worlds; seed++) {
            var scenario = with(Scenarios.of(seed), always);
            var broken = swarm.run(scenario).violation();
            if (broken.isPresent()) {
                return seed + " " + broken.get();
            }
        }
        return "";
    }

    private static Scenario with(Scenario drawn, String always) {
        if (always.isEmpty()) {
            return drawn;
        }
        List<Op> ops = new ArrayList<>();
        for (var op : drawn.ops()) {
            if (!(op instanceof Op.Attacks)) {
                ops.add(op);
            }
        }
        var plain =
                new Scenario(
                        drawn.seed(),
                        drawn.sites(),
                        drawn.rounds(),
                        drawn.groups(),
                        drawn.keys(),
                        drawn.inputs(),
                        drawn.rates(),
                        ops);
        return ScenarioText.parse(ScenarioText.of(plain) + always + "\n");
    }
}
