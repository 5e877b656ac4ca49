package io.confide.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.PriorityQueue;

/** Actions in the order of their milliseconds, and of their making within one. */
final class VirtualTime {
    private static final int STEPS_MAX = 100_000;

    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private int now;
    private long order;

    private record Due(int at, long order, Runnable action) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Integer.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    int now() {
        return now;
    }

    void after(int delay, Runnable action) {
        queue.add(new Due(now + delay, order++, action));
    }

    void runUntil(int end) {
        int steps = 0;
        while (!queue.isEmpty() && now < end) {
            var due = queue.remove();
            now = due.at();
            due.action().run();
            assertTrue(++steps < STEPS_MAX, "livelock");
        }
    }
}
