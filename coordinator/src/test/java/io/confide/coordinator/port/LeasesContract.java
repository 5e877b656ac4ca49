package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What every implementation of {@link Leases} must do. */
public abstract class LeasesContract {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final JobId JOB = new JobId(new UUID(1, 2));

    private Leases leases;

    /** Returns an empty one. */
    protected abstract Leases create() throws Exception;

    @BeforeEach
    void createOne() throws Exception {
        leases = create();
    }

    @Test
    void onlyOneHolderAtATime() {
        assertTrue(leases.take(JOB, "one", NOW, LENGTH).isPresent());
        assertEquals(Optional.empty(), leases.take(JOB, "other", NOW.plusSeconds(9), LENGTH));
        assertTrue(leases.take(new JobId(new UUID(1, 3)), "other", NOW, LENGTH).isPresent());
    }

    @Test
    void everyTakingHasAHigherTokenThanAllBefore() {
        var first = leases.take(JOB, "one", NOW, LENGTH).orElseThrow();
        var again = leases.take(JOB, "one", NOW.plusSeconds(1), LENGTH).orElseThrow();
        var other = leases.take(JOB, "other", NOW.plusSeconds(11), LENGTH).orElseThrow();
        assertTrue(again.value() > first.value());
        assertTrue(other.value() > again.value());
    }

    @Test
    void aReleasedLeaseIsFreeAtOnceButOnlyByItsNewestToken() {
        var old = leases.take(JOB, "one", NOW, LENGTH).orElseThrow();
        var mine = leases.take(JOB, "one", NOW, LENGTH).orElseThrow();
        leases.release(JOB, old);
        assertEquals(Optional.empty(), leases.take(JOB, "other", NOW, LENGTH));
        leases.release(JOB, mine);
        assertTrue(leases.take(JOB, "other", NOW, LENGTH).isPresent());
    }

    @Test
    void whatIsFreeIsTakenOnceAndWhatOneHoldsIsNotFree() {
        var mine = leases.takeFree(JOB, "one", NOW, LENGTH).orElseThrow();
        assertEquals(Optional.empty(), leases.takeFree(JOB, "one", NOW.plusSeconds(9), LENGTH));
        assertEquals(Optional.empty(), leases.takeFree(JOB, "other", NOW.plusSeconds(9), LENGTH));
        var other = leases.takeFree(JOB, "other", NOW.plusSeconds(11), LENGTH).orElseThrow();
        assertTrue(other.value() > mine.value());
    }

    @Test
    void aLeaseThatIsKeptDoesNotEndAndALostOneCannotBeKept() {
        var mine = leases.take(JOB, "one", NOW, LENGTH).orElseThrow();
        assertTrue(leases.keep(JOB, mine, NOW.plusSeconds(9), LENGTH));
        assertEquals(Optional.empty(), leases.takeFree(JOB, "other", NOW.plusSeconds(15), LENGTH));
        var other = leases.takeFree(JOB, "other", NOW.plusSeconds(20), LENGTH).orElseThrow();
        assertFalse(leases.keep(JOB, mine, NOW.plusSeconds(21), LENGTH));
        assertTrue(leases.keep(JOB, other, NOW.plusSeconds(21), LENGTH));
    }

    @Test
    void theLeasesOfAHolderThatIsGoneAreFreeAtOnceAndNoOthers() {
        var second = new JobId(new UUID(1, 3));
        leases.take(JOB, "gone", NOW, LENGTH);
        leases.take(second, "alive", NOW, LENGTH);
        leases.vacate("gone");
        assertTrue(leases.takeFree(JOB, "alive", NOW, LENGTH).isPresent());
        assertEquals(Optional.empty(), leases.takeFree(second, "other", NOW, LENGTH));
    }
}
