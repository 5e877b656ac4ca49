package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;

import java.util.Arrays;

/**
 * Secrets of one owner for every round of an epoch, in one flat array so that they can be overwritten
 * round by round. A row that is erased cannot be read any more.
 */
final class RoundTable {
    private final byte[] rows;
    private final int rowBytes;
    private final long firstRound;
    private long erasedTo;
    private long erasedFrom;

    /** Takes ownership of {@code rows}: one row of {@code rowBytes} per round from {@code firstRound} on. */
    RoundTable(byte[] rows, int rowBytes, long firstRound) {
        if (rows.length % rowBytes != 0) {
            throw new IllegalArgumentException("a table has whole rows");
        }
        this.rows = rows;
        this.rowBytes = rowBytes;
        this.firstRound = firstRound;
        this.erasedTo = firstRound - 1;
        this.erasedFrom = firstRound + rounds();
    }

    /** Returns a copy of 32 bytes of the row of {@code round}, beginning at {@code offset}. */
    Seed at(long round, int offset) {
        if (isErased(round)) {
            throw new IllegalStateException("the secrets of this round are erased");
        }
        int from = Math.toIntExact(round - firstRound) * rowBytes + offset;
        byte[] copy = Arrays.copyOfRange(rows, from, from + Seed.BYTES);
        try {
            return Seed.copyOf(copy);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    Seed at(long round) {
        return at(round, 0);
    }

    /** Overwrites every row up to and including that of {@code round}. */
    void eraseTo(long round) {
        long last = Math.min(round, firstRound + rounds() - 1);
        if (last > erasedTo) {
            int from = Math.toIntExact(erasedTo + 1 - firstRound) * rowBytes;
            int to = Math.toIntExact(last + 1 - firstRound) * rowBytes;
            Arrays.fill(rows, from, to, (byte) 0);
            erasedTo = last;
        }
    }

    /** Overwrites every row from that of {@code round} on. */
    void eraseFrom(long round) {
        long first = Math.max(round, firstRound);
        if (first < erasedFrom) {
            Arrays.fill(
                    rows, Math.toIntExact(first - firstRound) * rowBytes, rows.length, (byte) 0);
            erasedFrom = first;
        }
    }

    void eraseAll() {
        eraseTo(firstRound + rounds() - 1);
    }

    /** Whether there is no secret of {@code round} here, or none any more. */
    boolean isErased(long round) {
        return round <= erasedTo || round >= erasedFrom;
    }

    /** Whether nothing is left of any round. */
    boolean isErased() {
        return erasedTo + 1 >= erasedFrom;
    }

    /** For the tests of erasure: whether any byte is left. */
    boolean isAllZero() {
        for (byte value : rows) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private long rounds() {
        return rows.length / rowBytes;
    }
}
