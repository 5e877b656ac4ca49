package io.confide.participant.ledger;

import io.confide.common.model.ConfideException;
import io.confide.common.model.SitePolicy;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A ledger as it stands, read beside the process that writes it. */
public final class LedgerView {
    private final LedgerHead head;
    private final List<LedgerEntry> entries;
    private final LedgerBook book;

    private LedgerView(LedgerHead head, List<LedgerEntry> entries, LedgerBook book) {
        this.head = head;
        this.entries = entries;
        this.book = book;
    }

    /**
     * Reads and checks the ledger of {@code home}; empty if there is none yet.
     *
     * @throws ConfideException BAD_FILE if it is damaged or older than its witness
     */
    public static LedgerView read(Home home) {
        // The witness first: what is charged meanwhile makes the ledger newer than it, never older.
        var witnessed = witnessed(home);
        var chain = new LedgerChain();
        var book = new LedgerBook();
        var reading = new LedgerReading(home.ledger(), witnessed, chain, book);
        Journal.read(LedgerReading.place(home.ledger()), (_, entry) -> reading.follow(entry));
        reading.requireCurrent();
        return new LedgerView(chain.head(), reading.entries(), book);
    }

    private static Optional<LedgerHead> witnessed(Home home) {
        var file = home.ledgerHead();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var witness = new FileWitness(file, FileChannel.open(file))) {
            return witness.newest();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    public LedgerHead head() {
        return head;
    }

    /** Everything that was ever written, oldest first. */
    public List<LedgerEntry> entries() {
        return entries;
    }

    /** What each account of {@code policy} comes to, in its order. */
    public List<Spending> spending(Optional<SitePolicy> policy) {
        return policy.map(Account::of).orElse(List.of()).stream().map(book::spending).toList();
    }

    /** The same for studies that something was charged to and {@code policy} gives no budget any more. */
    public List<Spending> withdrawn(Optional<SitePolicy> policy) {
        var current = policy.map(Account::of).orElse(List.of());
        var withdrawn = new ArrayList<Spending>();
        for (var study : book.studies()) {
            var scope = new Account.Scope.Study(study);
            if (current.stream().noneMatch(account -> account.scope().equals(scope))) {
                book.noted(Account.key(scope))
                        .map(budget -> book.spending(new Account(scope, budget)))
                        .ifPresent(withdrawn::add);
            }
        }
        return List.copyOf(withdrawn);
    }
}
