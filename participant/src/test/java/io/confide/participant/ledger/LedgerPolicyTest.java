package io.confide.participant.ledger;

import static io.confide.participant.port.PrivacyLedgerContract.DATASET;
import static io.confide.participant.port.PrivacyLedgerContract.EVENT;
import static io.confide.participant.port.PrivacyLedgerContract.STUDY;
import static io.confide.participant.port.PrivacyLedgerContract.input;
import static io.confide.participant.port.PrivacyLedgerContract.job;
import static io.confide.participant.port.PrivacyLedgerContract.terms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.SitePolicy;
import io.confide.participant.port.PrivacyLedger.Terms;
import io.confide.participant.port.PrivacyLedger.Verdict;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Budgets come from the steward's policy as it is at each call; the ledger notes what changed. */
class LedgerPolicyTest {
    private static final String OTHER = "other-study";
    private static final Verdict GRANTED = new Verdict.Granted();

    @TempDir Path directory;
    private TestLedger site;

    @BeforeEach
    void home() {
        site = new TestLedger(directory);
    }

    private void policy(double epsilon) {
        site.policy = Optional.of(TestLedger.allowing(TestLedger.budget(epsilon)));
    }

    private static void refused(Verdict verdict, String because) {
        var refusal = assertInstanceOf(Verdict.Refused.class, verdict);
        assertTrue(refusal.why().contains(because), refusal.why());
    }

    private List<LedgerEntry.BudgetSet> budgets() {
        return site.view().entries().stream()
                .filter(LedgerEntry.BudgetSet.class::isInstance)
                .map(LedgerEntry.BudgetSet.class::cast)
                .toList();
    }

    @Test
    void whatIsRefusedIsToldInOneSentence() {
        try (var ledger = site.open()) {
            refused(
                    ledger.reserve(terms(1, 11)),
                    "asks for 11 releases, with which the study "
                            + STUDY
                            + " would come to ε 3.144; its budget is ε 3 at δ 1e-5.");
            refused(
                    ledger.reserve(new Terms(job(2), OTHER, DATASET, EVENT, 1)),
                    "policy.yaml gives the study other-study no privacy budget");
        }
    }

    @Test
    void aRaisedBudgetAdmitsMoreAndIsAnEntryOfItsOwn() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            TestLedger.charge(ledger, 1, 1, 10);
            refused(ledger.reserve(terms(2, 10)), "would come to ε");
            policy(6);
            assertEquals(GRANTED, ledger.reserve(terms(2, 10)));
        }
        assertEquals(
                List.of(3.0, 6.0), budgets().stream().map(set -> set.budget().epsilon()).toList());
    }

    /** The promise of a filter needs an order that was fixed before anything was spent. */
    @Test
    void theOrderOfTheFilterStaysOnceSomethingIsCharged() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 1)));
            TestLedger.charge(ledger, 1, 1, 1);
            policy(8);
            assertEquals(GRANTED, ledger.reserve(terms(2, 1)));
        }
        assertEquals(budgets().getFirst().order(), budgets().getLast().order());
    }

    @Test
    void theOrderIsTheBestOneWhileNothingIsCharged() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 1)));
            policy(8);
            assertEquals(GRANTED, ledger.reserve(terms(2, 1)));
        }
        assertTrue(budgets().getLast().order() < budgets().getFirst().order());
    }

    @Test
    void aLoweredBudgetStopsReservationsThatWereGranted() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            TestLedger.charge(ledger, 1, 1, 5);
            policy(1);
            refused(ledger.commit(job(1), 6, input(6)), "has been lowered to ε 1 at");
            assertEquals(GRANTED, ledger.commit(job(1), 5, input(5)));
        }
    }

    @Test
    void aWithdrawnBudgetStopsEverythingAndForgetsNothing() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            TestLedger.charge(ledger, 1, 1, 5);
            site.policy = Optional.of(new SitePolicy(List.of()));
            refused(ledger.commit(job(1), 6, input(6)), "no privacy budget");
            policy(3);
            refused(ledger.reserve(terms(2, 1)), "would come to ε");
        }
        assertTrue(
                site.view().entries().stream()
                        .anyMatch(LedgerEntry.BudgetWithdrawn.class::isInstance));
    }

    @Test
    void aPolicyThatCannotBeReadGrantsNothingAndIsNoWithdrawal() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            long entries = ledger.head().entries();
            site.policy = Optional.empty();
            refused(ledger.commit(job(1), 1, input(1)), "no privacy budget");
            refused(ledger.reserve(terms(2, 1)), "no privacy budget");
            assertEquals(entries, ledger.head().entries());
        }
    }

    @Test
    void anotherNameForTheSameDatasetIsNoNewBudget() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            refused(
                    ledger.reserve(new Terms(job(2), STUDY, "renamed", EVENT, 1)),
                    "would come to ε");
        }
    }

    @Test
    void studiesOnTheSamePeopleShareTheBudgetOverTheirDatasets() {
        var total =
                new SitePolicy.Total(
                        "liver", Set.of(DATASET, "transplant"), TestLedger.budget(3.5));
        var both =
                List.of(
                        TestLedger.allowance(STUDY, Optional.of(TestLedger.budget(3))),
                        TestLedger.allowance(OTHER, Optional.of(TestLedger.budget(3))));
        site.policy = Optional.of(new SitePolicy(both, List.of(total)));
        var second = new Terms(job(2), OTHER, "transplant", EVENT, 10);
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            refused(ledger.reserve(second), "the budget liver would come to ε");
            site.policy = Optional.of(new SitePolicy(both));
            assertEquals(GRANTED, ledger.reserve(second));
        }
    }

    @Test
    void chargesPerRecordDoNotCountAsChargesPerPatient() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 1)));
            TestLedger.charge(ledger, 1, 1, 1);
            var patients = new SitePolicy.Budget(SitePolicy.Unit.PATIENT, 100, 1e-5);
            site.policy = Optional.of(TestLedger.allowing(patients));
            refused(ledger.reserve(terms(2, 1)), "the two do not add up");
            refused(ledger.commit(job(1), 2, input(2)), "nothing reserved");
        }
        assertEquals(
                Double.POSITIVE_INFINITY, site.view().spending(site.policy).getFirst().epsilon());
    }

    @Test
    void whatWasSpentIsShownAfterTheBudgetIsGone() {
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            TestLedger.charge(ledger, 1, 1, 10);
        }
        var none = Optional.of(new SitePolicy(List.of()));
        assertEquals(List.of(), site.view().spending(none));
        assertEquals(2.980, site.view().withdrawn(none).getFirst().epsilon(), 1e-3);
    }
}
