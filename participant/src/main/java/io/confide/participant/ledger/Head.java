package io.confide.participant.ledger;

import io.confide.common.governance.HashChain;
import io.confide.common.model.Digest;

/**
 * Where a ledger stands.
 *
 * @param entries how many it has; never falls
 * @param hash of the last of them, which follows from all before
 */
public record Head(long entries, Digest hash) {
    /** That of a ledger without entries. */
    public static final Head START = new Head(0, HashChain.GENESIS);
}
