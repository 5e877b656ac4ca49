package io.confide.participant.ledger;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.secagg.LedgerHead;
import io.confide.participant.vault.Journal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a ledger from its first entry on, and holds what it finds against the witness. */
final class LedgerReading {
    private static final String LOST = "what was spent of its privacy budgets";
    private static final String REMEDY =
            "the newest copy of the file from the disk's own redundancy";

    private final Path file;
    private final Optional<LedgerHead> witnessed;
    private final LedgerChain chain;
    private final LedgerBook book;
    private final List<LedgerEntry> entries = new ArrayList<>();
    private LedgerHead there = LedgerHead.START;

    LedgerReading(Path file, Optional<LedgerHead> witnessed, LedgerChain chain, LedgerBook book) {
        this.file = file;
        this.witnessed = witnessed;
        this.chain = chain;
        this.book = book;
    }

    /** What was read, oldest first. */
    List<LedgerEntry> entries() {
        return List.copyOf(entries);
    }

    void follow(Bytes record) {
        try {
            var entry = chain.follow(record);
            book.apply(entry);
            entries.add(entry);
        } catch (IllegalArgumentException e) {
            throw unusable(
                    "is damaged at entry " + chain.head().entries() + " (" + e.getMessage() + ")");
        }
        if (witnessed.filter(head -> head.entries() == chain.head().entries()).isPresent()) {
            there = chain.head();
        }
    }

    /** Throws BAD_FILE if the witness has seen more than was read, or something else. */
    void requireCurrent() {
        long read = chain.head().entries();
        if (witnessed.isEmpty() && read > 0) {
            throw unusable("has no witness that can be read beside it");
        }
        long seen = witnessed.map(LedgerHead::entries).orElse(0L);
        if (seen > read) {
            throw unusable("is older than its witness (" + read + " of " + seen + " entries)");
        }
        if (witnessed.isPresent() && !witnessed.get().equals(there)) {
            throw unusable("is not the ledger that its witness has seen");
        }
    }

    static Journal.Place place(Path file) {
        return new Journal.Place(file, LOST, "Restore " + REMEDY + ".");
    }

    private ConfideException unusable(String why) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                file
                        + " "
                        + why
                        + ": the site no longer knows "
                        + LOST
                        + ", so it takes no rounds; restore "
                        + REMEDY);
    }
}
