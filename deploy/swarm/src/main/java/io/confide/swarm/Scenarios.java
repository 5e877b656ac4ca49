package io.confide.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws scenarios. Each seed turns a random subset of the faults on, at random rates. */
final class Scenarios {
    /** From here on the network is well again, and everybody comes back who can. */
    static final long HEALS_AT = 60_000;

    /** An undisturbed job is over by then: most faults come before. */
    private static final int BUSY_MILLIS = 4_000;

    private static final int APPENDS = 14;

    /** They take long: twelve sites, and three rounds for one. */
    private static final int GROUPED_ONE_IN = 40;

    private static final int GROUPS = 3;
    private static final int SITES_OF_GROUPS = 12;

    /** After a few rounds it is known how long they take, so a site that hangs then makes them close early. */
    private static final int LONG_ONE_IN = 50;

    private static final int ROUNDS_OF_LONG = 8;
    private static final int SKEW_MILLIS_MAX = 40_000;

    private Scenarios() {}

    static Scenario of(long seed) {
        var random = Concern.WORKLOAD.random(seed);
        int drawn = sites(random);
        int groups = seed % GROUPED_ONE_IN == 7 ? GROUPS : 1;
        int sites = groups > 1 ? SITES_OF_GROUPS : drawn;
        int drawnRounds = random.nextInt(3) == 0 ? 2 : 1;
        boolean isLong = seed % LONG_ONE_IN == 13;
        int rounds = isLong ? ROUNDS_OF_LONG : drawnRounds;
        var keys = random.nextInt(16) == 0 ? Scenario.Keys.LIVE : Scenario.Keys.PREPARED;
        var inputs = seed % 10 == 3 ? Scenario.Inputs.RANDOM : Scenario.Inputs.UNIT;
        var faults = Concern.CRASHES.random(seed);
        var rates = rates(faults);
        var ops = ops(faults, sites, keys);
        if (isLong) {
            hangs(faults, sites, ops);
        }
        return new Scenario(seed, sites, rounds, groups, keys, inputs, rates, ops);
    }

    private static void hangs(RandomGenerator random, int sites, List<Op> ops) {
        do {
            ops.add(
                    new Op.Hang(
                            1_000 + random.nextInt(1_500),
                            random.nextInt(sites),
                            5_000 + random.nextInt(25_000)));
        } while (chance(random, 0.4));
    }

    private static int sites(RandomGenerator random) {
        int draw = random.nextInt(100);
        if (draw < 20) {
            return 3;
        }
        if (draw < 72) {
            return 4;
        }
        return draw < 91 ? 5 : draw < 97 ? 6 : 7;
    }

    private static Scenario.Rates rates(RandomGenerator random) {
        double loss = random.nextInt(3) == 0 ? random.nextDouble(0.06) : 0;
        double repeat = random.nextInt(3) == 0 ? random.nextDouble(0.3) : 0;
        int delay = random.nextInt(4) == 0 ? 1 + random.nextInt(3_000) : 1 + random.nextInt(50);
        return new Scenario.Rates(loss, repeat, delay);
    }

    private static List<Op> ops(RandomGenerator random, int sites, Scenario.Keys keys) {
        var ops = new ArrayList<Op>();
        while (chance(random, 0.25)) {
            ops.add(
                    new Op.Cut(
                            at(random),
                            random.nextInt(sites),
                            one(random, Op.Way.values()),
                            1 + random.nextInt(20_000)));
        }
        while (chance(random, 0.15)) {
            ops.add(new Op.SiteCrash(at(random), random.nextInt(sites), random.nextInt(15_000)));
        }
        if (chance(random, 0.08)) {
            ops.add(new Op.SiteDies(at(random), random.nextInt(sites)));
        }
        if (chance(random, 0.1)) {
            ops.add(new Op.Late(random.nextInt(sites), at(random)));
        }
        while (chance(random, 0.15)) {
            ops.add(new Op.Slow(random.nextInt(sites), random.nextInt(40_000)));
        }
        coordinator(random, ops);
        if (chance(random, 0.05)) {
            ops.add(new Op.SiteClock(at(random), random.nextInt(sites), jump(random)));
        }
        if (chance(random, 0.05)) {
            ops.add(new Op.Clock(at(random), jump(random)));
        }
        dishonest(random, sites, keys, ops);
        if (chance(random, 0.06)) {
            ops.add(new Op.Bus(one(random, Op.Way.values())));
        }
        return ops;
    }

    private static void coordinator(RandomGenerator random, List<Op> ops) {
        while (chance(random, 0.15)) {
            ops.add(new Op.Crash(at(random), random.nextInt(10_000)));
        }
        while (chance(random, 0.25)) {
            var moment = random.nextBoolean() ? Op.Moment.BEFORE : Op.Moment.AFTER;
            ops.add(
                    new Op.CrashInAppend(
                            1 + random.nextInt(APPENDS), moment, random.nextInt(5_000)));
        }
        if (chance(random, 0.06)) {
            ops.add(new Op.AnswerLost(1 + random.nextInt(APPENDS)));
        }
        while (chance(random, 0.12)) {
            ops.add(new Op.Takeover(at(random)));
        }
    }

    private static void dishonest(
            RandomGenerator random, int sites, Scenario.Keys keys, List<Op> ops) {
        if (chance(random, 0.05)) {
            ops.add(new Op.Torn(random.nextInt(sites)));
        }
        if (chance(random, 0.08)) {
            var lie = one(random, Op.Lie.values());
            ops.add(new Op.Lies(random.nextInt(sites), lie));
        }
        if (chance(random, 0.08)) {
            var attack =
                    keys == Scenario.Keys.LIVE && random.nextBoolean()
                            ? Op.Attack.SWAPPED_KEY
                            : one(random, Op.Attack.values());
            ops.add(new Op.Attacks(attack));
        }
    }

    private static <T> T one(RandomGenerator random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static long at(RandomGenerator random) {
        return random.nextInt(5) == 0
                ? random.nextInt((int) HEALS_AT - 20_000)
                : random.nextInt(BUSY_MILLIS);
    }

    private static long jump(RandomGenerator random) {
        return random.nextLong(-SKEW_MILLIS_MAX, SKEW_MILLIS_MAX);
    }

    private static boolean chance(RandomGenerator random, double probability) {
        return random.nextDouble() < probability;
    }
}
