package io.confide.coordinator.round;

import io.confide.common.model.SiteId;
import io.confide.common.model.Task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * After how long a round may close without whoever is missing then, learnt from what each site of its cohort needed in the
 * earlier rounds of the job that had the same kind of task. It can only be earlier than the plan's time, and only closes a round
 * that has a sum: {@link RoundEvent.Phase#USUAL}.
 *
 * <p>The time is at least {@value #TIMES} times the slowest of the last {@value #RECENT} times of the slowest site, rounded up to
 * the least time doubled as often as needed. Four, because that bears what is known to befall a site that is well: its training
 * thread shared with another job (twice), a machine that does something else besides (twice again). A network's time-outs take
 * mean plus four deviations (RFC 6298); times of training are few and have outliers, so no deviation is estimated from them. The
 * rounding hides how long any site takes: within a factor of two nobody learns it from when a round closes.
 *
 * <p>The whole time of the plan is given as long as a site of the cohort has been in fewer than {@value #ROUNDS_LEAST} rounds of
 * the kind, and to a site's process in its first one: it starts cold. Who was late gets twice as long the next time (as RFC 6298
 * backs off), so a site that has become k times slower is counted again after at most log2(k) + 1 rounds. Who misses the whole
 * time is no slow site but a missing one: then what it needed before counts again. So a site that hangs for good costs, on
 * average, half of the plan's time or less, and one that is well again is in the next round.
 *
 * <p>Immutable; knows no clock.
 */
public final class UsualTimes {
    static final int TIMES = 4;
    static final int RECENT = 16;
    static final int ROUNDS_LEAST = 3;

    private final Duration least;
    private final Duration most;
    private final SortedMap<Kind, SortedMap<SiteId, Past>> pasts;

    /** What is alike in the time it takes. Folds differ in their rows by less than {@value #TIMES} times. */
    public enum Kind {
        STATISTICS,
        TRAINING,
        EVALUATION;

        public static Kind of(Task task) {
            return switch (task) {
                case Task.Statistics _ -> STATISTICS;
                case Task.Train _ -> TRAINING;
                case Task.Evaluate _ -> EVALUATION;
            };
        }
    }

    /**
     * A round that is over.
     *
     * @param time for which it was open, if anybody was late
     * @param needed from the opening to the stored input, of the sites whose input came
     * @param late who was there and did not upload
     * @param lives the process of each of these
     */
    public record Round(
            Kind kind,
            Duration time,
            SortedMap<SiteId, Duration> needed,
            SortedSet<SiteId> late,
            SortedMap<SiteId, Long> lives) {
        public Round {
            needed = Sets.copyOf(needed);
            late = Sets.copyOf(late);
            lives = Sets.copyOf(lives);
        }
    }

    /**
     * What is known of one site.
     *
     * @param life the process that was in the newest round
     * @param rounds in which it uploaded or missed the whole time; counted to {@link #ROUNDS_LEAST}
     * @param needed the newest times, in order
     * @param missed the time for which it was late, if it has not uploaded since
     */
    private record Past(long life, int rounds, List<Duration> needed, Optional<Duration> missed) {
        private static final Past NONE = new Past(0, 0, List.of(), Optional.empty());

        Past {
            needed = List.copyOf(needed);
        }

        Past uploaded(long by, Duration after) {
            var newest = new ArrayList<>(needed);
            newest.add(after);
            int from = Math.max(0, newest.size() - RECENT);
            return new Past(by, counted(), newest.subList(from, newest.size()), Optional.empty());
        }

        /** Whoever missed the whole time is missing, not slow. */
        Past late(long by, Duration time, Duration most) {
            return time.compareTo(most) >= 0
                    ? new Past(by, counted(), needed, Optional.empty())
                    : new Past(by, rounds, needed, Optional.of(time));
        }

        private int counted() {
            return Math.min(rounds + 1, ROUNDS_LEAST);
        }

        Duration next() {
            var slowest = needed.isEmpty() ? Duration.ZERO : Collections.max(needed);
            return longer(
                    slowest.multipliedBy(TIMES), missed.orElse(Duration.ZERO).multipliedBy(2));
        }
    }

    /**
     * Nothing is known yet.
     *
     * @param least no round closes earlier; positive
     * @param most the time of the plan
     */
    public UsualTimes(Duration least, Duration most) {
        this(least, most, Collections.emptySortedMap());
        if (!least.isPositive() || !most.isPositive()) {
            throw new IllegalArgumentException("a round is open for some time");
        }
    }

    private UsualTimes(
            Duration least, Duration most, SortedMap<Kind, SortedMap<SiteId, Past>> pasts) {
        this.least = least;
        this.most = most;
        this.pasts = pasts;
    }

    /** Every round is given {@code most}, whatever happens. */
    public static UsualTimes never(Duration most) {
        return new UsualTimes(most, most);
    }

    /** The time of the plan. */
    public Duration most() {
        return most;
    }

    /**
     * Returns the time of the next round of {@code kind}, at most that of the plan.
     *
     * @param lives its cohort, with the process of each
     */
    public Duration of(Kind kind, SortedMap<SiteId, Long> lives) {
        var known = pasts.getOrDefault(kind, Collections.emptySortedMap());
        var need = least;
        for (var site : lives.entrySet()) {
            var past = known.getOrDefault(site.getKey(), Past.NONE);
            if (past.rounds() < ROUNDS_LEAST || past.life() != site.getValue()) {
                return most;
            }
            need = longer(need, past.next());
        }
        var time = least;
        while (time.compareTo(need) < 0 && time.compareTo(most) < 0) {
            time = time.multipliedBy(2);
        }
        return shorter(time, most);
    }

    /** Returns how long a round is given that has no sum after {@code time}. */
    public Duration after(Duration time) {
        return shorter(time.multipliedBy(2), most);
    }

    /** Returns what is known with one more round; of who only lost its connection, or declined, it tells nothing. */
    public UsualTimes with(Round round) {
        var known = new TreeMap<>(pasts.getOrDefault(round.kind(), Collections.emptySortedMap()));
        round.lives()
                .forEach(
                        (site, life) -> {
                            var past = known.getOrDefault(site, Past.NONE);
                            if (round.needed().containsKey(site)) {
                                known.put(site, past.uploaded(life, round.needed().get(site)));
                            } else if (round.late().contains(site)) {
                                known.put(site, past.late(life, round.time(), most));
                            }
                        });
        return new UsualTimes(least, most, Sets.plus(pasts, round.kind(), Sets.copyOf(known)));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
