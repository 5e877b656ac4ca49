package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** What every implementation of {@link Leases} must do. */
public abstract class LeasesContract {
    private static final Duration LENGTH = Duration.ofHours(1);
    private static final Duration OVER_AT_ONCE = Duration.ZERO;
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
        assertTrue(leases.take(JOB, "one", LENGTH).isPresent());
        assertEquals(Optional.empty(), leases.take(JOB, "other", LENGTH));
        assertTrue(leases.take(new JobId(new UUID(1, 3)), "other", LENGTH).isPresent());
    }

    @Test
    void everyTakingHasAHigherTokenThanAllBefore() {
        var first = leases.take(JOB, "one", LENGTH).orElseThrow();
        var again = leases.take(JOB, "one", OVER_AT_ONCE).orElseThrow();
        var other = leases.take(JOB, "other", LENGTH).orElseThrow();
        assertTrue(again.value() > first.value());
        assertTrue(other.value() > again.value());
    }

    @Test
    void aReleasedLeaseIsFreeAtOnceButOnlyByItsNewestToken() {
        var old = leases.take(JOB, "one", LENGTH).orElseThrow();
        var mine = leases.take(JOB, "one", LENGTH).orElseThrow();
        leases.release(JOB, old);
        assertEquals(Optional.empty(), leases.take(JOB, "other", LENGTH));
        leases.release(JOB, mine);
        assertTrue(leases.take(JOB, "other", LENGTH).isPresent());
    }

    @Test
    void whatIsFreeIsTakenOnceAndWhatOneHoldsIsNotFree() {
        var mine = leases.takeFree(JOB, "one", LENGTH).orElseThrow();
        assertEquals(Optional.empty(), leases.takeFree(JOB, "one", LENGTH));
        assertEquals(Optional.empty(), leases.takeFree(JOB, "other", LENGTH));
        leases.keep(JOB, mine, OVER_AT_ONCE);
        var other = leases.takeFree(JOB, "other", LENGTH).orElseThrow();
        assertTrue(other.value() > mine.value());
    }

    @Test
    void aLeaseThatIsKeptDoesNotEndAndALostOneCannotBeKept() {
        var mine = leases.take(JOB, "one", OVER_AT_ONCE).orElseThrow();
        assertTrue(leases.keep(JOB, mine, LENGTH));
        assertEquals(Optional.empty(), leases.takeFree(JOB, "other", LENGTH));
        leases.keep(JOB, mine, OVER_AT_ONCE);
        var other = leases.takeFree(JOB, "other", LENGTH).orElseThrow();
        assertFalse(leases.keep(JOB, mine, LENGTH));
        assertTrue(leases.keep(JOB, other, LENGTH));
    }

    @Test
    void theLeasesOfAHolderThatIsGoneAreFreeAtOnceAndNoOthers() {
        var second = new JobId(new UUID(1, 3));
        leases.take(JOB, "gone", LENGTH);
        leases.take(second, "alive", LENGTH);
        leases.vacate("gone");
        assertTrue(leases.takeFree(JOB, "alive", LENGTH).isPresent());
        assertEquals(Optional.empty(), leases.takeFree(second, "other", LENGTH));
    }
}
