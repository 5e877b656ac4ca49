package io.confide.swarm;

import io.confide.swarm.Op.Way;

import java.util.random.RandomGenerator;

/** Which frames are lost, come twice, and how long they take. After {@link Scenarios#HEALS_AT} none is lost. */
final class Network {
    private static final int HEALED_DELAY_MILLIS_MAX = 50;

    private final Scenario scenario;
    private final Timeline time;
    private final Tally tally;
    private final RandomGenerator random;

    Network(Scenario scenario, Timeline time, Tally tally) {
        this.scenario = scenario;
        this.time = time;
        this.tally = tally;
        this.random = Concern.NETWORK.random(scenario.seed());
    }

    int delay() {
        int most = scenario.rates().delayMillisMax();
        return below(isHealed() ? Math.min(most, HEALED_DELAY_MILLIS_MAX) : most);
    }

    /** From 1 to {@code most}. */
    int below(int most) {
        return 1 + random.nextInt(Math.max(1, most));
    }

    boolean repeats() {
        boolean now = !isHealed() && random.nextDouble() < scenario.rates().repeat();
        if (now) {
            tally.count("frame repeated");
        }
        return now;
    }

    boolean loses(int site, Way way) {
        if (isHealed()) {
            return false;
        }
        if (isCut(site, way)) {
            tally.count("frame cut off");
            return true;
        }
        boolean lost = random.nextDouble() < scenario.rates().loss();
        if (lost) {
            tally.count("frame lost");
        }
        return lost;
    }

    private boolean isCut(int site, Way way) {
        for (var op : scenario.ops()) {
            if (op instanceof Op.Cut(long at, int of, Way closed, long millis)
                    && of == site
                    && (closed == Way.BOTH || closed == way)
                    && time.now() >= at
                    && time.now() < at + millis) {
                return true;
            }
        }
        return false;
    }

    private boolean isHealed() {
        return time.now() >= Scenarios.HEALS_AT;
    }
}
