package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.InMemoryRoundLog;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

class QuorumTest {
    private static final JobId JOB = new JobId(new UUID(1, 1));

    @Test
    void fewerThanTheLeastAreNone() {
        var quorum = new Quorum(2, 1);
        assertFalse(quorum.isThere());
        assertEquals("1 of the coordinator's processes is here, and 2 are needed", quorum.words());
        quorum.are(2);
        assertTrue(quorum.isThere());
        quorum.are(1);
        assertFalse(quorum.isThere());
    }

    @Test
    void anAppendWaitsUntilEnoughAreHere() throws Exception {
        var kept = new InMemoryRoundLog();
        FencingToken token = kept.take(JOB, "one", Duration.ofSeconds(10)).orElseThrow();
        var quorum = new Quorum(2, 1);
        var log = new QuorateLog(kept, quorum);
        var begun = new CountDownLatch(1);
        var done = new CountDownLatch(1);
        var appending =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    begun.countDown();
                                    try {
                                        log.append(JOB, token, List.of());
                                        done.countDown();
                                    } catch (Exception e) {
                                        throw new AssertionError(e);
                                    }
                                });
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        while (appending.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertEquals(1, done.getCount());
        quorum.are(2);
        assertTrue(done.await(20, TimeUnit.SECONDS));
    }
}
