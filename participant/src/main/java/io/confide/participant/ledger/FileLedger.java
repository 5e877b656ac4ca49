package io.confide.participant.ledger;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The ledger in a site's home: a {@link Journal} of hash-chained entries, the head of which a {@link HeadWitness} keeps.
 * An entry is forced to the disk before it counts, and the witness hears of it only then: killed anywhere, the site comes
 * back with every charge that was granted, and perhaps one more. The budgets are those of the policy at each call. One
 * process (HomeLock), one thread.
 */
public final class FileLedger implements PrivacyLedger {
    private static final Logger LOG = LoggerFactory.getLogger(FileLedger.class);
    private static final Verdict GRANTED = new Verdict.Granted();

    private final InstantSource clock;
    private final Supplier<Optional<SitePolicy>> policy;
    private final HeadWitness witness;
    private final LedgerChain chain = new LedgerChain();
    private final LedgerBook book = new LedgerBook();
    private final Journal journal;

    private FileLedger(
            Opening opening,
            HeadWitness witness,
            InstantSource clock,
            Supplier<Optional<SitePolicy>> policy) {
        this.clock = clock;
        this.policy = policy;
        this.witness = witness;
        var reading = new LedgerReading(opening.file(), witness.newest(), chain, book);
        // Opening the journal cuts off a torn end: a ledger that is not the newest stays as it is.
        Journal.read(LedgerReading.place(opening.file()), (_, entry) -> reading.follow(entry));
        reading.requireCurrent();
        this.journal = opening.open();
        if (chain.head().entries() == 0) {
            witness.keep(LedgerHead.START);
        }
    }

    /** The file, and how it is opened. */
    private record Opening(Path file, Optional<FileChannel> channel) {
        Journal open() {
            try {
                var place = LedgerReading.place(file);
                return channel.isPresent()
                        ? Journal.open(place, channel.get(), (_, _) -> {})
                        : Journal.open(place, (_, _) -> {});
            } catch (IOException e) {
                throw PrivateFiles.unwritable(file, e);
            }
        }
    }

    /**
     * Opens the ledger of {@code home}, empty if there is none yet.
     *
     * @param policy what the steward allows now; empty if there is no policy that can be read, and nothing is granted
     * @throws ConfideException BAD_FILE if it is damaged or older than its witness
     */
    public static FileLedger open(
            Home home, InstantSource clock, Supplier<Optional<SitePolicy>> policy) {
        var witness = FileWitness.open(home.ledgerHead());
        try {
            var ledger =
                    new FileLedger(
                            new Opening(home.ledger(), Optional.empty()), witness, clock, policy);
            ledger.adopt();
            return ledger;
        } catch (RuntimeException e) {
            witness.close();
            throw e;
        }
    }

    /** The same on an opened {@code channel}, with a witness of the caller's. */
    static FileLedger open(
            Path file,
            FileChannel channel,
            HeadWitness witness,
            InstantSource clock,
            Supplier<Optional<SitePolicy>> policy) {
        return new FileLedger(new Opening(file, Optional.of(channel)), witness, clock, policy);
    }

    @Override
    public Verdict reserve(Terms terms) {
        var accounts = adopt();
        boolean reserved =
                book.job(terms.job())
                        .filter(job -> job.terms().equals(terms))
                        .filter(job -> job.standing() == JobCharges.Standing.OPEN)
                        .isPresent();
        if (reserved) {
            return GRANTED;
        }
        var objection = book.objection(terms, accounts);
        if (objection.isPresent()) {
            return refused(terms.job(), objection.get());
        }
        append(new LedgerEntry.Reserved(clock.instant(), terms));
        return GRANTED;
    }

    @Override
    public Verdict commit(JobId job, long round, Digest input) {
        if (book.job(job).filter(known -> known.charged(round, input)).isPresent()) {
            return GRANTED;
        }
        var objection = book.objection(job, adopt());
        if (objection.isPresent()) {
            return refused(job, objection.get());
        }
        append(new LedgerEntry.Committed(clock.instant(), job, round, input));
        return GRANTED;
    }

    @Override
    public void release(JobId job) {
        if (book.job(job)
                .filter(known -> known.standing() == JobCharges.Standing.OPEN)
                .isPresent()) {
            append(new LedgerEntry.Released(clock.instant(), job));
        }
    }

    @Override
    public LedgerHead head() {
        return chain.head();
    }

    @Override
    public void close() {
        journal.close();
        try {
            witness.close();
        } catch (ConfideException e) {
            // The ledger itself is whole; its witness may lag behind it.
            LOG.warn("event=witnessNotClosed reason=\"{}\"", e.getMessage());
        }
    }

    /** The accounts of the policy as it is now, any change of them noted. */
    private List<Account> adopt() {
        var accounts = policy.get().map(Account::of);
        accounts.ifPresent(now -> book.changes(now, clock.instant()).forEach(this::append));
        return accounts.orElse(List.of());
    }

    private void append(LedgerEntry entry) {
        var next = chain.next(entry);
        journal.append(next.record());
        chain.advance(next);
        book.apply(entry);
        witness.keep(next.head());
    }

    private static Verdict refused(JobId job, String why) {
        LOG.warn("event=budgetRefused job={} reason=\"{}\"", job, why);
        return new Verdict.Refused(why);
    }
}
