package io.confide.coordinator.driver;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How much of what people ask for goes into the event log one by one: so much at once, then one every {@code every}, for each
 * actor. The rest is counted, to be told as one event. At the highest rate an actor adds 6 MB a day with one action. Thread-safe.
 */
final class RecordLimit {
    private static final int BUCKETS_MAX = 10_000;

    private final Map<String, Bucket> buckets =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                    return size() > BUCKETS_MAX;
                }
            };
    private final Map<String, Omitted> omitted = new TreeMap<>();

    /** What is bounded on its own. */
    enum Kind {
        /** Of one actor and one action, so that many downloads do not stand in the way of a cancellation. */
        PERMIT(240, Duration.ofSeconds(5)),
        /** Of one actor. */
        DENIAL(20, Duration.ofMinutes(5)),
        /** Of all who are not let in one way. That there is an account of the name must make no difference, not in time either. */
        STRANGER(200, Duration.ofSeconds(10));

        private final int burst;
        private final Duration every;

        Kind(int burst, Duration every) {
            this.burst = burst;
            this.every = every;
        }

        private String key(String actor, String action) {
            return switch (this) {
                case PERMIT -> this + " " + actor + " " + action;
                case DENIAL, STRANGER -> this + " " + actor;
            };
        }
    }

    /** What to do with an event. */
    enum Answer {
        WRITE,
        /** It has been counted. */
        COUNT
    }

    /** How often something of an actor was counted only, {@code since} when. */
    record Omitted(long times, Instant since) {
        private Omitted and(Omitted other) {
            return new Omitted(
                    times + other.times, since.isBefore(other.since) ? since : other.since);
        }
    }

    /** Takes one of what {@code actor} has left at {@code now}. */
    synchronized Answer take(Kind kind, String actor, String action, Instant now) {
        String key = kind.key(actor, action);
        var bucket = buckets.getOrDefault(key, new Bucket(kind.burst, now)).refilled(kind, now);
        buckets.put(key, bucket.left() == 0 ? bucket : bucket.less());
        if (bucket.left() == 0) {
            omit(actor, new Omitted(1, now));
            return Answer.COUNT;
        }
        return Answer.WRITE;
    }

    /** Of whom something was counted and not told yet. */
    synchronized List<String> omitted() {
        return List.copyOf(omitted.keySet());
    }

    /** What was counted of {@code actor}, to be told now; it is forgotten here. */
    synchronized Optional<Omitted> takeOmitted(String actor) {
        return Optional.ofNullable(omitted.remove(actor));
    }

    /** {@code what} of {@code actor} is still to be told. */
    synchronized void omit(String actor, Omitted what) {
        omitted.merge(actor, what, Omitted::and);
    }

    /** @param since when {@code left} were left; a clock that was set back begins anew */
    private record Bucket(long left, Instant since) {
        Bucket less() {
            return new Bucket(left - 1, since);
        }

        Bucket refilled(Kind kind, Instant now) {
            long more = Duration.between(since, now).dividedBy(kind.every);
            if (left + more >= kind.burst || now.isBefore(since)) {
                return new Bucket(Math.min(left + Math.max(0, more), kind.burst), now);
            }
            return new Bucket(left + more, since.plus(kind.every.multipliedBy(more)));
        }
    }
}
