package io.confide.common.secagg.site;

import java.util.BitSet;

/**
 * What this site did in each round of one epoch, one bit each, kept as long as the epoch (PROTOCOL.md §3.4, K27). A mark is
 * set before the message leaves that it stands for.
 */
final class RoundMarks {
    private final long firstRound;
    private final BitSet signed = new BitSet();
    private final BitSet revealed = new BitSet();
    private final BitSet done = new BitSet();
    private final BitSet aborted = new BitSet();

    RoundMarks(long firstRound) {
        this.firstRound = firstRound;
    }

    void sign(long round) {
        signed.set(index(round));
    }

    void reveal(long round) {
        revealed.set(index(round));
    }

    void accept(long round) {
        done.set(index(round));
    }

    void abort(long round) {
        aborted.set(index(round));
    }

    boolean isSigned(long round) {
        return signed.get(index(round));
    }

    boolean isRevealed(long round) {
        return revealed.get(index(round));
    }

    /** Whether this site accepted a Result of the round that says DONE. */
    boolean isDone(long round) {
        return done.get(index(round));
    }

    boolean isAborted(long round) {
        return aborted.get(index(round));
    }

    private int index(long round) {
        return Math.toIntExact(round - firstRound);
    }
}
