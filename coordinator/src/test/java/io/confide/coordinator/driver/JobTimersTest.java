package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.port.Timers;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Virtual time in milliseconds; what rings while the job stands still waits in its mailbox. */
class JobTimersTest {
    private static final Mail.Alarm ALARM = new Mail.PatienceOver(1);

    private long now;
    private final List<Ring> armed = new ArrayList<>();
    private final Deque<Mail> mailbox = new ArrayDeque<>();
    private final List<Long> heard = new ArrayList<>();
    private final JobTimers timers = new JobTimers(clock(), mailbox::add, () -> now * 1_000_000);

    private record Ring(long at, Runnable task) {}

    private Timers clock() {
        return (delay, task) -> {
            var ring = new Ring(now + delay.toMillis(), task);
            armed.add(ring);
            return () -> armed.remove(ring);
        };
    }

    /** Time passes; the job reads its mail at once if it can. */
    private void pass(long millis, boolean reads) {
        for (long end = now + millis; now < end; ) {
            now++;
            for (var ring : List.copyOf(armed)) {
                if (ring.at() <= now && armed.remove(ring)) {
                    ring.task().run();
                }
            }
            if (reads) {
                read();
            }
        }
    }

    private void read() {
        while (!mailbox.isEmpty()) {
            if (mailbox.remove() instanceof Mail.Rang(var pending)) {
                timers.rang(pending).ifPresent(_ -> heard.add(now));
            }
        }
    }

    private void standStill(long millis) {
        pass(millis, false);
        timers.stoodStill(Duration.ofMillis(millis));
        read();
    }

    @Property(tries = 300)
    void anAlarmComesAfterExactlyAsMuchTimeInWhichTheJobCouldAct(
            @ForAll @IntRange(min = 1, max = 200) int delay,
            @ForAll @Size(max = 5) List<@IntRange(min = 1, max = 100) Integer> spans) {
        heard.clear();
        timers.after(Duration.ofMillis(delay), ALARM);
        long acted = 0;
        boolean acts = true;
        for (int span : spans) {
            if (acts) {
                pass(span, true);
                acted += span;
            } else {
                standStill(span);
            }
            assertEquals(acted >= delay ? 1 : 0, heard.size());
            acts = !acts;
        }
        pass(Math.max(0, delay - acted), true);
        assertEquals(1, heard.size());
    }

    @Test
    void anAlarmAlmostDueGetsTheTimeThatWasLeft() {
        timers.after(Duration.ofMillis(20), ALARM);
        pass(1, true);
        standStill(18);
        pass(18, true);
        assertEquals(List.of(), heard);
        pass(1, true);
        assertEquals(List.of(38L), heard);
    }

    @Test
    void anAlarmThatRangEarlyInALongStandstillComesSoonAfter() {
        timers.after(Duration.ofMillis(2), ALARM);
        standStill(540);
        assertEquals(List.of(), heard);
        pass(2, true);
        assertEquals(List.of(542L), heard);
    }

    @Test
    void whatIsCancelledNeverComesAlsoIfItHasRung() {
        var first = timers.after(Duration.ofMillis(2), ALARM);
        var second = timers.after(Duration.ofMillis(2), ALARM);
        pass(3, false);
        first.cancel();
        timers.stoodStill(Duration.ofMillis(3));
        read();
        second.cancel();
        pass(10, true);
        assertEquals(List.of(), heard);
        assertTrue(armed.isEmpty());
    }
}
