package io.confide.swarm;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in the order of its time and, at one time, of its insertion. */
final class Timeline {
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long inserted;

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** Milliseconds since the beginning of the world. */
    long now() {
        return now;
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), inserted++, action));
    }

    void after(long millis, Runnable action) {
        at(now + millis, action);
    }

    /** Lets the next thing happen, unless there is none before {@code end}; returns whether it did. */
    boolean step(long end) {
        var next = events.peek();
        if (next == null || next.at() > end) {
            return false;
        }
        events.remove();
        now = next.at();
        next.action().run();
        return true;
    }

    /** A wall clock, which somebody may set. */
    WallClock clock() {
        return new WallClock();
    }

    final class WallClock implements InstantSource {
        private long ahead;

        void jump(long millis) {
            ahead += millis;
        }

        @Override
        public Instant instant() {
            return BEGINNING.plusMillis(now + ahead);
        }
    }
}
