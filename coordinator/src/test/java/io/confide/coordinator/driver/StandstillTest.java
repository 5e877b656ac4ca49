package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A journal that takes longer for one append than any clock of the round runs: nobody is late for it. */
class StandstillTest {
    private static final int SITES = 5;
    private static final Duration GIVE_UP = Duration.ofSeconds(1);
    private static final Duration STANDSTILL = Duration.ofMillis(1600);
    private static final DriverTimes TIMES =
            new DriverTimes(
                    Duration.ofMillis(200),
                    GIVE_UP,
                    Duration.ofMillis(300),
                    GIVE_UP,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5));

    @TempDir Path directory;

    @Test
    void noRoundIsGivenUpWhenItsCertificateComesLate() throws Exception {
        // With the last input, or with the last signature, the certificate is decided.
        assertUndisturbed("fast", RoundEvent.InputFolded.class, SITES, SITES, _ -> {});
        assertUndisturbed(
                "voted",
                RoundEvent.SignVerified.class,
                1,
                SITES - 1,
                sites -> sites.site(4).isFaulty(1, 1));
    }

    private void assertUndisturbed(
            String name,
            Class<? extends RoundEvent> kind,
            int number,
            int included,
            Consumer<SimSites> fates)
            throws Exception {
        var plan = Consortium.plan(SITES, 1, 0, 4, 60);
        try (var run = new Incarnations(SITES, plan, directory.resolve(name), log -> log, TIMES)) {
            fates.accept(run.sites);
            run.start(log -> new SlowLog(log, kind, number));
            run.await();
            assertEquals(JobState.COMPLETED, run.view().state(), () -> run.view().toString());
            var rounds = run.entries(LogEntry.RoundEnded.class);
            assertEquals(1, rounds.size(), rounds::toString);
            assertEquals(included, rounds.getFirst().view().included().size());
            assertTrue(rounds.getFirst().view().seconds() > STANDSTILL.toMillis() / 1000.0);
        }
    }

    /** Stands still in the append with the event of this kind and number. */
    private static final class SlowLog implements RoundLog {
        private final RoundLog log;
        private final Class<? extends RoundEvent> kind;
        private final int number;
        private final AtomicInteger seen = new AtomicInteger();

        SlowLog(RoundLog log, Class<? extends RoundEvent> kind, int number) {
            this.log = log;
            this.kind = kind;
            this.number = number;
        }

        @Override
        public void append(JobId job, FencingToken token, List<LogEntry> entries)
                throws FencedException {
            boolean now = entries.stream().filter(this::counts).mapToInt(_ -> seen()).sum() > 0;
            if (now) {
                try {
                    Thread.sleep(STANDSTILL);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            log.append(job, token, entries);
        }

        private boolean counts(LogEntry entry) {
            return entry instanceof LogEntry.RoundHappened happened
                    && kind.isInstance(happened.event());
        }

        private int seen() {
            return seen.incrementAndGet() == number ? 1 : 0;
        }

        @Override
        public List<RoundEvent> read(JobId job, long round) {
            return log.read(job, round);
        }

        @Override
        public JobRecord recall(JobId job) {
            return log.recall(job);
        }
    }
}
