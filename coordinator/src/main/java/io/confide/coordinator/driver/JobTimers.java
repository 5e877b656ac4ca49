package io.confide.coordinator.driver;

import io.confide.coordinator.port.Timers;
import io.confide.coordinator.port.Timers.Timer;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The clocks of one job. They stop while the job stands still, e.g. for a database that is away: nobody can answer then, so
 * nobody may be late for it. Confined to the thread of the job, but for what rings.
 */
final class JobTimers {
    private final Timers timers;
    private final Consumer<Mail> post;
    private final LongSupplier nanos;
    private long stood;

    /**
     * @param post into the mailbox of the job, from any thread
     * @param nanos a clock that only runs on, as {@link System#nanoTime}
     */
    JobTimers(Timers timers, Consumer<Mail> post, LongSupplier nanos) {
        this.timers = timers;
        this.post = post;
        this.nanos = nanos;
    }

    /** Brings {@code alarm} after {@code delay}, and after whatever time the job stands still before. */
    Timer after(Duration delay, Mail.Alarm alarm) {
        var pending = new Pending(alarm, nanos.getAsLong() + delay.toNanos());
        pending.arm(delay);
        return pending;
    }

    /** For how long the job could act so far, since some moment. */
    Duration acted() {
        return Duration.ofNanos(nanos.getAsLong() - stood);
    }

    /** The job could not do anything for {@code lost}, until now. */
    void stoodStill(Duration lost) {
        stood += lost.toNanos();
    }

    /** The alarm that has rung, if it is its time and nobody has cancelled it; one that came too early rings again. */
    Optional<Mail.Alarm> rang(Pending pending) {
        return pending.isTime() ? Optional.of(pending.alarm) : Optional.empty();
    }

    /** An alarm to come. */
    final class Pending implements Timer {
        private final Mail.Alarm alarm;
        private long due;
        private long counted = stood;
        private Optional<Timer> running = Optional.empty();
        private Wanted wanted = Wanted.YES;

        private Pending(Mail.Alarm alarm, long due) {
            this.alarm = alarm;
            this.due = due;
        }

        private enum Wanted {
            YES,
            NO_MORE
        }

        private void arm(Duration delay) {
            running = Optional.of(timers.after(delay, () -> post.accept(new Mail.Rang(this))));
        }

        private boolean isTime() {
            if (wanted == Wanted.NO_MORE) {
                return false;
            }
            if (counted == stood) {
                return true;
            }
            due += stood - counted;
            counted = stood;
            long left = due - nanos.getAsLong();
            if (left > 0) {
                arm(Duration.ofNanos(left));
            }
            return left <= 0;
        }

        @Override
        public void cancel() {
            wanted = Wanted.NO_MORE;
            running.ifPresent(Timer::cancel);
        }
    }
}
