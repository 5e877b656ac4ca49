package io.confide.participant.ledger;

import io.confide.common.model.Plan;
import io.confide.common.model.SitePolicy;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.port.PrivacyLedger.Verdict;
import io.confide.participant.port.PrivacyLedgerContract;
import io.confide.participant.vault.FailingChannel;
import io.confide.participant.vault.Home;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A site's home with a ledger, and a policy that a steward can change. */
final class TestLedger {
    static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));

    final Home home;
    Optional<SitePolicy> policy = Optional.of(allowing(PrivacyLedgerContract.BUDGET));

    TestLedger(Path directory) {
        this.home = new Home(directory);
    }

    static SitePolicy allowing(SitePolicy.Budget budget, SitePolicy.Total... totals) {
        return new SitePolicy(
                List.of(allowance(PrivacyLedgerContract.STUDY, Optional.of(budget))),
                List.of(totals));
    }

    static SitePolicy.Allowance allowance(String study, Optional<SitePolicy.Budget> budget) {
        return new SitePolicy.Allowance(
                study,
                Set.of("logistic"),
                2,
                2,
                1,
                SitePolicy.RolledBackLedger.NOTE,
                SitePolicy.Privacy.REQUIRED,
                budget,
                Plan.Release.WEIGHTS,
                SitePolicy.Approval.AUTOMATIC,
                Optional.empty());
    }

    static SitePolicy.Budget budget(double epsilon) {
        return new SitePolicy.Budget(SitePolicy.Unit.RECORD, epsilon, 1e-5);
    }

    /** Starts a process in the home. */
    FileLedger open() {
        return FileLedger.open(home, CLOCK, () -> policy);
    }

    /** The same on a disk that can fail, with this witness. */
    FileLedger open(HeadWitness witness, long allowedBytes) {
        try {
            PrivateFiles.createDirectory(home.state());
            var disk = new FailingChannel(PrivateFiles.openChannel(home.ledger()));
            var ledger = FileLedger.open(home.ledger(), disk, witness, CLOCK, () -> policy);
            disk.failAfterBytes(allowedBytes);
            return ledger;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LedgerView view() {
        return LedgerView.read(home);
    }

    /** Charges rounds {@code from} to {@code to} of job {@code number}. */
    static void charge(PrivacyLedger ledger, long number, int from, int to) {
        for (int round = from; round <= to; round++) {
            var verdict =
                    ledger.commit(
                            PrivacyLedgerContract.job(number),
                            round,
                            PrivacyLedgerContract.input(round));
            if (!verdict.equals(new Verdict.Granted())) {
                throw new AssertionError("round " + round + ": " + verdict);
            }
        }
    }
}
