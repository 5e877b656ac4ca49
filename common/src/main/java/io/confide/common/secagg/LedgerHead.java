package io.confide.common.secagg;

import io.confide.common.model.Digest;

/**
 * Where a site's privacy ledger stands, as it confirms an epoch with it (A31).
 *
 * @param entries how many it has; never falls
 * @param hash of the last of them, which follows from all before
 */
public record LedgerHead(long entries, Digest hash) {
    /** That of a ledger without entries, and of a site without a ledger. */
    public static final LedgerHead START = new LedgerHead(0, Digest.ZERO);

    /** Whether a ledger that was at {@code earlier} can be here now: it only grows, and one length has one content. */
    public boolean follows(LedgerHead earlier) {
        return entries >= earlier.entries && !contradicts(earlier);
    }

    /** Whether no ledger was ever at both: there is one content of one length. */
    public boolean contradicts(LedgerHead other) {
        return entries == other.entries && !hash.equals(other.hash);
    }
}
