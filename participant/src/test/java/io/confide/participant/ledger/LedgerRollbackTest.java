package io.confide.participant.ledger;

import static io.confide.participant.port.PrivacyLedgerContract.job;
import static io.confide.participant.port.PrivacyLedgerContract.terms;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.LedgerHead;
import io.confide.participant.port.PrivacyLedger.Verdict;
import io.confide.participant.vault.Journal;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** F25: a ledger that is put back, exchanged or changed would forget what was spent; it is refused. */
class LedgerRollbackTest {
    private static final int BUDGET_NOTED = 1;
    private static final Verdict GRANTED = new Verdict.Granted();

    @TempDir Path directory;
    private TestLedger site;
    private byte[] early;
    private byte[] earlyWitness;
    private byte[] late;

    /** A ledger of which a copy was made when four of ten releases were charged. */
    @BeforeEach
    void spend() throws IOException {
        site = new TestLedger(directory.resolve("site"));
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, 10)));
            TestLedger.charge(ledger, 1, 1, 4);
            early = Files.readAllBytes(site.home.ledger());
            earlyWitness = Files.readAllBytes(site.home.ledgerHead());
            TestLedger.charge(ledger, 1, 5, 10);
        }
        late = Files.readAllBytes(site.home.ledger());
    }

    private void refused(String because) throws IOException {
        byte[] before = Files.exists(site.home.ledger()) ? read() : new byte[0];
        for (var refusal :
                List.of(
                        assertThrows(ConfideException.class, () -> site.open().close()),
                        assertThrows(ConfideException.class, site::view))) {
            assertEquals(ErrorCode.BAD_FILE, refusal.code());
            assertTrue(refusal.sentence().contains(because), refusal.sentence());
            assertTrue(
                    refusal.sentence().contains("what was spent of its privacy budgets"),
                    refusal.sentence());
            assertEquals(1, refusal.sentence().lines().count());
        }
        // What was refused is evidence: it is left as it is.
        assertArrayEquals(before, Files.exists(site.home.ledger()) ? read() : new byte[0]);
    }

    private byte[] read() throws IOException {
        return Files.readAllBytes(site.home.ledger());
    }

    @Test
    void anOldCopyIsRefused() throws IOException {
        Files.write(site.home.ledger(), early);
        refused("is older than its witness (6 of 12 entries)");
    }

    @Test
    void aLedgerThatIsGoneIsRefused() throws IOException {
        Files.delete(site.home.ledger());
        refused("is older than its witness (0 of 12 entries)");
    }

    @Test
    void aLedgerWithoutItsWitnessIsRefused() throws IOException {
        Files.delete(site.home.ledgerHead());
        refused("has no witness that can be read beside it");
    }

    @Test
    void aWitnessThatCannotBeReadIsNone() throws IOException {
        Files.write(site.home.ledgerHead(), new byte[8192]);
        refused("has no witness that can be read beside it");
    }

    @Test
    void anotherLedgerOfTheSameLengthIsRefused() throws IOException {
        var other = new TestLedger(directory.resolve("other"));
        try (var ledger = other.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(7, 10)));
            TestLedger.charge(ledger, 7, 1, 10);
        }
        Files.copy(
                other.home.ledger(),
                site.home.ledger(),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        refused("is not the ledger that its witness has seen");
    }

    @Test
    void aCopyThatWentOnByItselfIsRefused() throws IOException {
        Files.write(site.home.ledger(), early);
        try (var fork = site.open(new Forgetful(), Long.MAX_VALUE)) {
            for (int time = 0; time < 10; time++) {
                fork.release(job(1));
                fork.reserve(terms(1, 10));
            }
        }
        refused("is not the ledger that its witness has seen");
    }

    @Test
    void anEntryThatWasChangedIsRefused() throws IOException {
        var records = records();
        for (int changed = 0; changed < records.size(); changed++) {
            var forged = new ArrayList<>(records);
            var text = new String(records.get(changed).toArray(), StandardCharsets.UTF_8);
            forged.set(changed, bytes(text.replace("2030-", "2031-")));
            write(forged);
            refused("is damaged at entry " + changed + " (it does not follow");
        }
    }

    @Test
    void anEntryThatWasLeftOutIsRefused() throws IOException {
        for (int gone = 0; gone < records().size() - 1; gone++) {
            Files.write(site.home.ledger(), late);
            var forged = new ArrayList<>(records());
            forged.remove(gone);
            write(forged);
            refused("is damaged at entry " + gone);
        }
    }

    @Test
    void aDamagedByteIsRefused() throws IOException {
        byte[] content = late.clone();
        content[100] ^= 0x10;
        Files.write(site.home.ledger(), content);
        refused("is damaged at byte 8");
    }

    /** The last entry alone looks like one that was never finished; the witness knows better. */
    @Test
    void aDamagedLastEntryIsRefused() throws IOException {
        byte[] content = late.clone();
        int end = content.length;
        while (content[end - 1] == 0) {
            end--;
        }
        content[end - 3] ^= 0x10;
        Files.write(site.home.ledger(), content);
        refused("is older than its witness (11 of 12 entries)");
    }

    /** The check switched off: a witness without memory lets the old copy spend again what is spent. */
    @Test
    void withoutAWitnessAnOldCopyWouldSpendTwice() throws IOException {
        Files.write(site.home.ledger(), early);
        try (var ledger = site.open(new Forgetful(), Long.MAX_VALUE)) {
            ledger.release(job(1));
            assertEquals(GRANTED, ledger.reserve(terms(2, 6)));
            TestLedger.charge(ledger, 2, 1, 6);
        }
    }

    /** Home and witness put back together look right from inside; whoever remembers the head outside refuses. */
    @Test
    void onlyAWitnessElsewhereSeesThatTheWholeHomeWasPutBack() throws IOException {
        var head = site.view().head();
        Files.write(site.home.ledger(), early);
        Files.write(site.home.ledgerHead(), earlyWitness);
        site.open().close();
        var elsewhere =
                new HeadWitness() {
                    @Override
                    public Optional<LedgerHead> newest() {
                        return Optional.of(head);
                    }

                    @Override
                    public void keep(LedgerHead next) {}
                };
        var refusal =
                assertThrows(
                        ConfideException.class, () -> site.open(elsewhere, Long.MAX_VALUE).close());
        assertTrue(refusal.sentence().contains("older than its witness"), refusal.sentence());
    }

    @Test
    void theHeadCountsEveryEntry() {
        assertEquals(BUDGET_NOTED + 1 + 10, site.view().head().entries());
    }

    private List<Bytes> records() throws IOException {
        Files.write(site.home.ledger(), late);
        var found = new ArrayList<Bytes>();
        Journal.read(LedgerReading.place(site.home.ledger()), (_, record) -> found.add(record));
        return found;
    }

    private void write(List<Bytes> records) throws IOException {
        Files.delete(site.home.ledger());
        try (var journal = Journal.open(LedgerReading.place(site.home.ledger()), (_, _) -> {})) {
            records.forEach(journal::append);
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Claims that nothing was ever written. */
    private static final class Forgetful implements HeadWitness {
        @Override
        public Optional<LedgerHead> newest() {
            return Optional.of(LedgerHead.START);
        }

        @Override
        public void keep(LedgerHead head) {}
    }
}
