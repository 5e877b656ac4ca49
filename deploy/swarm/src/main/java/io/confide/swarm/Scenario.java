package io.confide.swarm;

import java.util.ArrayList;
import java.util.List;

/**
 * All that goes wrong in one world, spelled out; only the delays of single frames and which of them are lost come from
 * {@code seed}.
 *
 * @param sites of the roster
 * @param rounds of the job, of each group if there are several
 * @param groups that are summed apart; 1: all sites make one sum
 */
public record Scenario(
        long seed,
        int sites,
        int rounds,
        int groups,
        Keys keys,
        Inputs inputs,
        Rates rates,
        List<Op> ops) {
    public Scenario {
        ops = List.copyOf(ops);
    }

    /** All sites in one sum. */
    public Scenario(
            long seed, int sites, int rounds, Keys keys, Inputs inputs, Rates rates, List<Op> ops) {
        this(seed, sites, rounds, 1, keys, inputs, rates, ops);
    }

    /** Where the keys of the first epoch come from. */
    public enum Keys {
        /** Made once for many worlds: the world begins with a coordinator that restarts after the set-up. */
        PREPARED,
        /** Made in the world, under its faults. */
        LIVE
    }

    /** What sites add. */
    public enum Inputs {
        /** Site i adds the i-th unit vector, so that the sum is the list of who is in it. */
        UNIT,
        /** Numbers from the seed, to be compared with the plain sum. */
        RANDOM
    }

    /**
     * What may happen to any frame.
     *
     * @param loss probability that it is lost, and its connection with it
     * @param repeat probability that it arrives twice
     * @param delayMillisMax of one way
     */
    public record Rates(double loss, double repeat, int delayMillisMax) {
        static final Rates CALM = new Rates(0, 0, 10);
    }

    /** Nothing goes wrong on purpose. */
    boolean isCalm() {
        return ops.isEmpty() && rates.loss() == 0 && rates.repeat() == 0;
    }

    boolean isAttacked() {
        return ops.stream().anyMatch(op -> op instanceof Op.Attacks);
    }

    /** How long the site of this index takes at least to train. */
    long trainingMillis(int site) {
        long most = 0;
        for (var op : ops) {
            if (op instanceof Op.Slow(var who, var millis) && who == site) {
                most = Math.max(most, millis);
            }
        }
        return most;
    }

    /** Until when the site of this index does not go on with what it begins to train {@code now}. */
    long hangsUntil(int site, long now) {
        long until = now;
        for (var op : ops) {
            if (op instanceof Op.Hang(var at, var who, var millis)
                    && who == site
                    && at <= now
                    && now < at + millis) {
                until = Math.max(until, at + millis);
            }
        }
        return until;
    }

    Scenario without(Op one) {
        var rest = new ArrayList<>(ops);
        rest.remove(one);
        return new Scenario(seed, sites, rounds, groups, keys, inputs, rates, rest);
    }

    Scenario with(Rates other) {
        return new Scenario(seed, sites, rounds, groups, keys, inputs, other, ops);
    }

    Scenario with(Inputs other) {
        return new Scenario(seed, sites, rounds, groups, keys, other, rates, ops);
    }
}
