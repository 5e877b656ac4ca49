package io.confide.participant.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;
import io.confide.participant.port.PrivacyLedger.Terms;
import io.confide.participant.port.PrivacyLedger.Verdict;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/** What every {@link PrivacyLedger} does. Ten commits of {@link #EVENT} cost ε 2.98, so a budget of 3 holds one job. */
public abstract class PrivacyLedgerContract {
    public static final String STUDY = "pbc-two-year-risk";
    public static final String DATASET = "pbc";
    public static final SitePolicy.Budget BUDGET =
            new SitePolicy.Budget(SitePolicy.Unit.RECORD, 3, 1e-5);
    public static final PrivacyEvent EVENT = event(Relation.ADD_REMOVE, PrivacyUnit.RECORD);
    private static final int COMMITS = 10;

    private final Deque<PrivacyLedger> opened = new ArrayDeque<>();

    /** A new ledger in which {@code study} has {@code budget} and nothing was spent. */
    protected abstract PrivacyLedger open(String study, SitePolicy.Budget budget);

    private PrivacyLedger ledger() {
        opened.push(open(STUDY, BUDGET));
        return opened.getFirst();
    }

    @AfterEach
    void close() {
        opened.forEach(PrivacyLedger::close);
    }

    public static PrivacyEvent event(Relation relation, PrivacyUnit unit) {
        return new PrivacyEvent(
                relation, unit, new Sampling.Everyone(), new Noise.Grid(19 << 18, 1 << 20, 8), 1);
    }

    public static JobId job(long number) {
        return new JobId(new UUID(0, number));
    }

    public static Terms terms(long job, int commits) {
        return new Terms(job(job), STUDY, DATASET, EVENT, commits);
    }

    public static Digest input(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    protected static void granted(Verdict verdict) {
        assertEquals(new Verdict.Granted(), verdict);
    }

    protected static void refused(Verdict verdict) {
        assertFalse(assertInstanceOf(Verdict.Refused.class, verdict).why().isBlank());
    }

    @Test
    void reservesWhatFitsAndChargesItRoundByRound() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, COMMITS)));
        for (int round = 1; round <= COMMITS; round++) {
            granted(ledger.commit(job(1), round, input(round)));
        }
        refused(ledger.commit(job(1), COMMITS + 1, input(0)));
    }

    @Test
    void refusesAReservationThatWouldExceedTheBudget() {
        var ledger = ledger();
        refused(ledger.reserve(terms(1, COMMITS + 1)));
        refused(ledger.commit(job(1), 1, input(1)));
    }

    @Test
    void refusesAJobThatWouldExceedTheBudgetTogetherWithAnotherReservation() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 6)));
        refused(ledger.reserve(terms(2, 5)));
        granted(ledger.reserve(terms(2, 4)));
        refused(ledger.reserve(terms(3, 1)));
    }

    @Test
    void refusesAStudyWithoutABudget() {
        refused(ledger().reserve(new Terms(job(1), "another-study", DATASET, EVENT, 1)));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATIENT", "SITE"})
    void refusesWhatProtectsAnotherUnitThanTheBudget(PrivacyUnit unit) {
        var event = event(Relation.ADD_REMOVE, unit);
        refused(ledger().reserve(new Terms(job(1), STUDY, DATASET, event, 1)));
    }

    @Test
    void refusesAnotherRelationBecauseTheTwoDoNotAddUp() {
        var event = event(Relation.REPLACE, PrivacyUnit.RECORD);
        refused(ledger().reserve(new Terms(job(1), STUDY, DATASET, event, 1)));
    }

    @Test
    void chargesPatientsWhereTheBudgetIsTheirs() {
        opened.push(open(STUDY, new SitePolicy.Budget(SitePolicy.Unit.PATIENT, 3, 1e-5)));
        var event = event(Relation.ADD_REMOVE, PrivacyUnit.PATIENT);
        granted(opened.getFirst().reserve(new Terms(job(1), STUDY, DATASET, event, COMMITS)));
        refused(opened.getFirst().reserve(terms(2, 1)));
    }

    @Test
    void theSameTermsAgainReserveNothingMore() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 5)));
        granted(ledger.reserve(terms(1, 5)));
        granted(ledger.reserve(terms(2, 5)));
    }

    @Test
    void otherTermsUnderTheSameJobAreRefused() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 5)));
        refused(ledger.reserve(terms(1, 4)));
        refused(ledger.reserve(new Terms(job(1), STUDY, "other", EVENT, 5)));
    }

    @Test
    void identicalBytesAreChargedOnce() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 1)));
        granted(ledger.commit(job(1), 1, input(1)));
        granted(ledger.commit(job(1), 1, input(1)));
    }

    @Test
    void otherBytesInTheSameRoundAreAnotherRelease() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 2)));
        granted(ledger.commit(job(1), 1, input(1)));
        granted(ledger.commit(job(1), 1, input(2)));
        refused(ledger.commit(job(1), 1, input(3)));
        refused(ledger.commit(job(1), 2, input(1)));
    }

    @Test
    void chargesNothingWithoutAReservation() {
        refused(ledger().commit(job(1), 1, input(1)));
    }

    @Test
    void releaseGivesBackOnlyWhatWasNeverCommitted() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, COMMITS)));
        for (int round = 1; round <= 4; round++) {
            granted(ledger.commit(job(1), round, input(round)));
        }
        ledger.release(job(1));
        refused(ledger.reserve(terms(2, 7)));
        granted(ledger.reserve(terms(2, 6)));
    }

    @Test
    void afterItsReleaseAJobChargesNothingNewButMaySendAgainWhatWasCharged() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, 2)));
        granted(ledger.commit(job(1), 1, input(1)));
        ledger.release(job(1));
        refused(ledger.commit(job(1), 2, input(2)));
        granted(ledger.commit(job(1), 1, input(1)));
    }

    @Test
    void theSameTermsAfterAReleaseReserveWhatIsLeftOfThem() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, COMMITS)));
        granted(ledger.commit(job(1), 1, input(1)));
        ledger.release(job(1));
        granted(ledger.reserve(terms(1, COMMITS)));
        for (int round = 2; round <= COMMITS; round++) {
            granted(ledger.commit(job(1), round, input(round)));
        }
        refused(ledger.commit(job(1), COMMITS + 1, input(0)));
    }

    @Test
    void theSameTermsAfterAReleaseAreRefusedIfAnotherJobTookTheRest() {
        var ledger = ledger();
        granted(ledger.reserve(terms(1, COMMITS)));
        granted(ledger.commit(job(1), 1, input(1)));
        ledger.release(job(1));
        granted(ledger.reserve(terms(2, 2)));
        refused(ledger.reserve(terms(1, COMMITS)));
        refused(ledger.commit(job(1), 2, input(2)));
    }

    @Test
    void theReleaseOfAnUnknownJobDoesNothing() {
        var ledger = ledger();
        ledger.release(job(1));
        granted(ledger.reserve(terms(1, COMMITS)));
        assertTrue(ledger.reserve(terms(2, 1)) instanceof Verdict.Refused);
    }
}
