package io.confide.participant.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.SitePolicy;
import io.confide.common.privacy.Noise;
import io.confide.common.privacy.PrivacyEvent;
import io.confide.common.privacy.PrivacyUnit;
import io.confide.common.privacy.Relation;
import io.confide.common.privacy.Sampling;
import io.confide.common.secagg.LedgerHead;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.port.PrivacyLedger.Terms;
import io.confide.participant.port.PrivacyLedgerContract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

class FileLedgerTest extends PrivacyLedgerContract {
    @TempDir Path directory;

    @Override
    protected PrivacyLedger open(String study, SitePolicy.Budget budget) {
        var policy = new SitePolicy(List.of(TestLedger.allowance(study, Optional.of(budget))));
        return FileLedger.open(
                new TestLedger(directory).home, TestLedger.CLOCK, () -> Optional.of(policy));
    }

    @Test
    void remembersChargesReservationsAndReleasesOverRestarts() {
        var site = new TestLedger(directory);
        try (var ledger = site.open()) {
            granted(ledger.reserve(terms(1, 4)));
            TestLedger.charge(ledger, 1, 1, 3);
            ledger.release(job(1));
            granted(ledger.reserve(terms(2, 5)));
            TestLedger.charge(ledger, 2, 1, 2);
        }
        try (var ledger = site.open()) {
            TestLedger.charge(ledger, 1, 1, 3);
            refused(ledger.commit(job(1), 4, input(4)));
            refused(ledger.reserve(terms(3, 3)));
            granted(ledger.reserve(terms(3, 2)));
            TestLedger.charge(ledger, 2, 1, 5);
        }
        assertEquals(8, site.view().spending(site.policy).getFirst().releases());
    }

    @Test
    void readsBackEveryKindOfEventExactly() {
        var site = new TestLedger(directory);
        site.policy = Optional.of(TestLedger.allowing(TestLedger.budget(1000)));
        var grid = new Noise.Grid(1234567.890123, 98765.4321, 10_000);
        var events =
                List.of(
                        event(new Sampling.Everyone(), grid),
                        event(new Sampling.Poisson(0.01), grid),
                        event(new Sampling.Poisson(1 / 3.0), new Noise.Gaussian(2.718281828)));
        try (var ledger = site.open()) {
            for (int i = 0; i < events.size(); i++) {
                granted(ledger.reserve(new Terms(job(i), STUDY, DATASET, events.get(i), 3)));
            }
        }
        var read =
                site.view().entries().stream()
                        .filter(LedgerEntry.Reserved.class::isInstance)
                        .map(entry -> ((LedgerEntry.Reserved) entry).terms().event())
                        .toList();
        assertEquals(events, read);
    }

    private static PrivacyEvent event(Sampling sampling, Noise noise) {
        return new PrivacyEvent(Relation.ADD_REMOVE, PrivacyUnit.RECORD, sampling, noise, 2);
    }

    /** Ten releases at noise multiplier 4.75 at δ 1e-5: note 31 §8.1 has 2.980 with tenths, 2.987 with whole orders. */
    @Test
    void tellsTheEpsilonThatTheAccountantTells() {
        var site = new TestLedger(directory);
        try (var ledger = site.open()) {
            granted(ledger.reserve(terms(1, 10)));
            var before = site.view().spending(site.policy).getFirst();
            assertEquals(0, before.epsilon());
            assertEquals(2.980, before.epsilonReserved(), 1e-3);
            TestLedger.charge(ledger, 1, 1, 10);
        }
        var after = site.view().spending(site.policy).getFirst();
        assertEquals(2.980, after.epsilon(), 1e-3);
        assertEquals(after.epsilon(), after.epsilonReserved());
        assertTrue(after.left() < 0.02, "left " + after.left());
    }

    @Test
    void isReadableByItsOwnerOnly() throws IOException {
        var site = new TestLedger(directory);
        site.open().close();
        for (var file : List.of(site.home.ledger(), site.home.ledgerHead())) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                    file.toString());
        }
    }

    @Test
    void canBeReadWhileItIsWritten() {
        var site = new TestLedger(directory);
        assertEquals(LedgerHead.START, site.view().head());
        try (var ledger = site.open()) {
            granted(ledger.reserve(terms(1, 10)));
            for (int round = 1; round <= 10; round++) {
                TestLedger.charge(ledger, 1, round, round);
                assertEquals(ledger.head(), site.view().head());
                assertEquals(round, site.view().spending(site.policy).getFirst().releases());
            }
        }
    }
}
