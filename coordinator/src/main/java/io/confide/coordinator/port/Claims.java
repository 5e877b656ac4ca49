package io.confide.coordinator.port;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

/**
 * The row of each input (PROTOCOL.md R1, R2): which boot has it, and whether it is in that boot's sum. Every write is one
 * compare-and-set, made only while the lease of the writing boot is valid. Blocking.
 */
public interface Claims {
    /** The input of {@code site} in {@code round}. */
    record Input(JobId job, long round, SiteId site, UploadProof proof) {}

    /** What became of a claim. */
    enum Claim {
        /** The input is this boot's to verify and to {@link #fold}. */
        CLAIMED,
        /** It is in the sum of this boot. */
        FOLDED,
        /** It is in the sum of another boot that is not fenced. */
        FOLDED_ELSEWHERE,
        /** The site has uploaded another vector before: evidence against it (R1). */
        ANOTHER_INPUT,
        /** This boot is fenced. */
        FENCED
    }

    /**
     * Claims {@code input} for {@code boot}: succeeds if there is no row, or the row is this boot's, or it is not folded, or
     * its boot is over, which is fenced by this. A row that was made without a boot counts as that of a fenced one.
     */
    Claim claim(Input input, Boot boot);

    /**
     * Before the input is added: from claimed by {@code boot} to folded by it; returns whether that happened. False if the row
     * is folded already, even by the same boot, or somebody else's, or the boot is fenced.
     */
    boolean fold(Input input, Boot boot);
}
