package io.confide.participant.ledger;

import static io.confide.participant.port.PrivacyLedgerContract.input;
import static io.confide.participant.port.PrivacyLedgerContract.job;
import static io.confide.participant.port.PrivacyLedgerContract.terms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.port.PrivacyLedger.Verdict;
import io.confide.participant.vault.FailingChannel;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A process that dies at any byte it writes: whatever was granted is charged when it comes back. */
class LedgerCrashTest {
    private static final int RELEASES = 10;
    private static final Verdict GRANTED = new Verdict.Granted();

    @TempDir Path directory;

    /** What one life of a site let go: rounds whose bytes left. */
    private List<Integer> live(FileLedger ledger) {
        var left = new ArrayList<Integer>();
        try (ledger) {
            if (!ledger.reserve(terms(1, RELEASES)).equals(GRANTED)) {
                return left;
            }
            for (int round = 1; round <= RELEASES; round++) {
                if (ledger.commit(job(1), round, input(round)).equals(GRANTED)) {
                    left.add(round);
                }
            }
        } catch (ConfideException e) {
            // The process would die here.
            assertEquals(ErrorCode.DISK_FULL, e.code());
        }
        return left;
    }

    private void everythingThatLeftIsCharged(TestLedger site, List<Integer> left, String when) {
        try (var ledger = site.open()) {
            long charged = site.view().spending(site.policy).getFirst().releases();
            assertTrue(charged >= left.size() && charged <= left.size() + 1, when);
            // What was paid is free again: it is in the ledger.
            for (int round : left) {
                assertEquals(GRANTED, ledger.commit(job(1), round, input(round)), when);
            }
            assertEquals(charged, site.view().spending(site.policy).getFirst().releases(), when);
            // And the next life cannot spend what the first one has.
            assertTrue(
                    ledger.reserve(terms(2, RELEASES - left.size() + 1)) instanceof Verdict.Refused,
                    when);
        }
    }

    @Test
    void killedAtAnyByteOfTheLedgerNothingThatLeftIsUncharged() throws IOException {
        long whole = size();
        for (long allowed = 0; allowed <= whole; allowed += 13) {
            var site = new TestLedger(directory.resolve("ledger-" + allowed));
            List<Integer> left;
            try (var witness = FileWitness.open(site.home.ledgerHead())) {
                left = live(site.open(witness, allowed));
            }
            everythingThatLeftIsCharged(site, left, "died after " + allowed + " bytes");
        }
    }

    @Test
    void killedAtAnyByteOfTheWitnessNothingThatLeftIsUncharged() throws IOException {
        for (long allowed = 45; allowed <= 12 * 44; allowed += 5) {
            var site = new TestLedger(directory.resolve("witness-" + allowed));
            PrivateFiles.createDirectory(site.home.directory());
            var disk = new FailingChannel(PrivateFiles.openChannel(site.home.ledgerHead()));
            disk.failAfterBytes(allowed);
            List<Integer> left;
            try (var witness = new FileWitness(site.home.ledgerHead(), disk)) {
                left = live(site.open(witness, Long.MAX_VALUE));
                disk.recover();
            }
            everythingThatLeftIsCharged(site, left, "died after " + allowed + " bytes");
        }
    }

    /** The power fails: the ledger was forced, the witness was not. */
    @Test
    void aWitnessThatLagsIsNoReasonToRefuse() throws IOException {
        var site = new TestLedger(directory);
        byte[] early;
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, RELEASES)));
            TestLedger.charge(ledger, 1, 1, 2);
            early = Files.readAllBytes(site.home.ledgerHead());
            TestLedger.charge(ledger, 1, 3, 7);
        }
        Files.write(site.home.ledgerHead(), early);
        try (var ledger = site.open()) {
            TestLedger.charge(ledger, 1, 1, 7);
            assertEquals(7, site.view().spending(site.policy).getFirst().releases());
        }
    }

    /** A write is torn at any byte: the entry was not granted, and its place is used again. */
    @Test
    void aTornLastEntryIsCutOff() throws IOException {
        var site = new TestLedger(directory);
        byte[] before;
        byte[] witness;
        try (var ledger = site.open()) {
            assertEquals(GRANTED, ledger.reserve(terms(1, RELEASES)));
            TestLedger.charge(ledger, 1, 1, 2);
            before = Files.readAllBytes(site.home.ledger());
            witness = Files.readAllBytes(site.home.ledgerHead());
            TestLedger.charge(ledger, 1, 3, 3);
        }
        byte[] after = Files.readAllBytes(site.home.ledger());
        int start = Arrays.mismatch(before, after);
        int end = end(after);
        for (int torn = start; torn < end; torn += 7) {
            byte[] content = after.clone();
            Arrays.fill(content, torn, end, (byte) 0);
            Files.write(site.home.ledger(), content);
            Files.write(site.home.ledgerHead(), witness);
            try (var ledger = site.open()) {
                assertEquals(2, site.view().spending(site.policy).getFirst().releases());
                TestLedger.charge(ledger, 1, 3, RELEASES);
            }
        }
    }

    @Test
    void afterAFullDiskNothingIsGranted() throws IOException {
        var site = new TestLedger(directory);
        try (var witness = FileWitness.open(site.home.ledgerHead())) {
            var ledger = site.open(witness, 2000);
            assertEquals(GRANTED, ledger.reserve(terms(1, RELEASES)));
            int round = 1;
            while (granted(ledger, round)) {
                round++;
            }
            int failed = round;
            assertThrows(
                    ConfideException.class, () -> ledger.commit(job(1), failed, input(failed)));
            ledger.close();
        }
    }

    private static boolean granted(FileLedger ledger, int round) {
        try {
            return ledger.commit(job(1), round, input(round)).equals(GRANTED);
        } catch (ConfideException _) {
            return false;
        }
    }

    /** Bytes that one whole life writes. */
    private long size() throws IOException {
        var site = new TestLedger(directory.resolve("whole"));
        try (var witness = FileWitness.open(site.home.ledgerHead())) {
            assertEquals(RELEASES, live(site.open(witness, Long.MAX_VALUE)).size());
        }
        return end(Files.readAllBytes(site.home.ledger()));
    }

    private static int end(byte[] content) {
        int end = content.length;
        while (content[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
