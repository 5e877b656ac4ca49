package io.confide.coordinator.driver;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BiConsumer;

/** What waits for one job, in order: anybody may post, only the thread of the job takes. */
final class Mailbox {
    private static final int MAIL_MAX = 1 << 16;

    private final BlockingQueue<Mail> arriving = new ArrayBlockingQueue<>(MAIL_MAX);

    /** What came before everything in {@code arriving}. */
    private final Deque<Mail> first = new ArrayDeque<>();

    /** Never blocks; false if there is no room. */
    boolean post(Mail mail) {
        return arriving.offer(mail);
    }

    /** Waits for mail. */
    Mail take() throws InterruptedException {
        var held = first.poll();
        return held == null ? arriving.take() : held;
    }

    /** The next one if it is there. */
    Optional<Mail> poll() {
        var held = first.poll();
        return Optional.ofNullable(held == null ? arriving.poll() : held);
    }

    /**
     * The job stood still for {@code lost}, so nobody could do what was waited for: alarms that rang meanwhile are taken out
     * and handed to {@code again}, to ring that much later. Everything else stays in its order.
     */
    void stoodStill(Duration lost, BiConsumer<Duration, Mail.Alarm> again) {
        var waiting = new ArrayList<>(first);
        first.clear();
        arriving.drainTo(waiting);
        for (var mail : waiting) {
            if (mail instanceof Mail.Alarm alarm) {
                again.accept(lost, alarm);
            } else {
                first.add(mail);
            }
        }
    }
}
