package io.confide.coordinator.aggregate;

import io.confide.coordinator.port.FencingToken;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The sums of one job at this member, and whom it obeys. Nothing here waits; not thread-safe. */
final class JobSums {
    /** How much older than the newest round one may be that is still kept. */
    static final int KEPT_ROUNDS = 2;

    private final Locks locks;
    private final SortedMap<Long, RoundSum> rounds = new TreeMap<>();

    /** By round that was discarded the token of who did. */
    private final SortedMap<Long, Long> discarded = new TreeMap<>();

    private long token;
    private long newest;
    private long seenNanos;

    JobSums(Locks locks) {
        this.locks = locks;
    }

    /** Whether {@code leader} is the newest one that was heard of. */
    boolean admits(FencingToken leader) {
        token = Math.max(token, leader.value());
        return token == leader.value();
    }

    void seen(long nanos) {
        seenNanos = nanos;
    }

    long unseenNanos(long now) {
        return now - seenNanos;
    }

    /** The sum of {@code round}; empty if it is over for the newest leader, or too old. */
    Optional<RoundSum> round(long round) {
        newest = Math.max(newest, round);
        // Whoever leads the job since may go on with a round that its predecessor gave up.
        boolean isOver = discarded.getOrDefault(round, 0L) >= Math.max(token, 1);
        return isOver || round < newest - KEPT_ROUNDS
                ? Optional.empty()
                : Optional.of(rounds.computeIfAbsent(round, _ -> new RoundSum(locks)));
    }

    Optional<RoundSum> discard(long round) {
        discarded.put(round, token);
        newest = Math.max(newest, round);
        return Optional.ofNullable(rounds.remove(round));
    }

    /** Takes the rounds out that nobody will ask for any more; their discarding was lost. */
    SortedMap<Long, RoundSum> takeOld() {
        discarded.headMap(newest - KEPT_ROUNDS).clear();
        return take(rounds.headMap(newest - KEPT_ROUNDS));
    }

    SortedMap<Long, RoundSum> takeAll() {
        return take(rounds);
    }

    private static SortedMap<Long, RoundSum> take(Map<Long, RoundSum> from) {
        var taken = new TreeMap<>(from);
        from.clear();
        return Collections.unmodifiableSortedMap(taken);
    }

    /** All sums begin anew; returns what they were. */
    List<RoundSum> renew() {
        var before = List.copyOf(rounds.values());
        rounds.replaceAll((_, _) -> new RoundSum(locks));
        return before;
    }
}
