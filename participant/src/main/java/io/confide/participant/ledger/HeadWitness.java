package io.confide.participant.ledger;

import io.confide.common.secagg.LedgerHead;

import java.util.Optional;

/**
 * Whoever remembers how far the ledger had come, outside the ledger's own file: a copy put back from before then has
 * forgotten what was spent since, and is refused. A witness may lag behind the ledger, never run ahead of it.
 */
public interface HeadWitness extends AutoCloseable {
    /** The newest head that was kept; empty if there is none, or none that can be read. */
    Optional<LedgerHead> newest();

    /** Remembers {@code head}, the entries of which are durable already; throws DISK_FULL if it cannot. */
    void keep(LedgerHead head);

    /** Closing it again does nothing. What holds nothing open has nothing to do. */
    @Override
    default void close() {}
}
