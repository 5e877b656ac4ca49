package io.confide.common.secagg;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a site sends for one job. Site indices are roster indices from 0. The coordinator takes the
 * sender from the mutual TLS session, never from the message.
 */
public sealed interface SiteMessage {
    JobId job();

    /** S1: fresh keys of an epoch. */
    record Hello(JobId job, SignedBody s1) implements SiteMessage {}

    /** S2: opens the commitment of S1. */
    record Seed(JobId job, SignedBody s2) implements SiteMessage {}

    /** S3: digests of the encapsulations, signed, and beside it the ML-KEM ciphertext (1088 bytes) per higher neighbour. */
    record Kem(JobId job, SignedBody s3, SortedMap<Integer, Bytes> ciphertexts)
            implements SiteMessage {
        public Kem {
            ciphertexts = unmodifiable(ciphertexts);
        }
    }

    /**
     * S4: the signed root, the part for every holder, and what the coordinator keeps. A holder is every neighbour but those
     * that {@code complaints}, signed, are about: their S3 was invalid.
     */
    record Deal(
            JobId job,
            SignedBody s4,
            SortedMap<Integer, DealPart> parts,
            List<RoundSecretHashes> secrets,
            SortedMap<Integer, List<Bytes>> pairSeedHashes,
            SortedMap<Integer, PairLeaf> pairLeaves,
            List<SignedBody> complaints)
            implements SiteMessage {
        public Deal {
            parts = unmodifiable(parts);
            secrets = List.copyOf(secrets);
            pairSeedHashes = unmodifiable(pairSeedHashes);
            pairLeaves = unmodifiable(pairLeaves);
            complaints = List.copyOf(complaints);
        }
    }

    /** The answer to the dealt parts: signed complaints about those that are invalid, mostly none. */
    record Complaints(JobId job, List<SignedBody> signed) implements SiteMessage {
        public Complaints {
            signed = List.copyOf(signed);
        }
    }

    /** S5: what this site believes the epoch is. */
    record Confirm(JobId job, SignedBody s5) implements SiteMessage {}

    /** Step 2: the signed header and the masked vector {@code y}: little-endian 64-bit words, inline or sent as chunks before. */
    record Upload(JobId job, SignedBody header, VectorBody vector) implements SiteMessage {}

    /** Step 4b: the signature on S_r alone. */
    record Sign(JobId job, long round, Bytes signature) implements SiteMessage {}

    /**
     * Step 6: one share per site of U1.
     *
     * @param audited the leaf of this site's y that is audited; empty if the plan asks for no audit, or it is not in U3
     */
    record Reveal(JobId job, SignedBody body, Optional<LeafProof> audited) implements SiteMessage {
        public Reveal(JobId job, SignedBody body) {
            this(job, body, Optional.empty());
        }
    }

    /** What shows that a share this site revealed is the one it was dealt (R11). */
    record BlameAnswer(JobId job, SignedBody body) implements SiteMessage {}

    /** Step 6f: this site answers nothing more in the round. */
    record Abort(JobId job, SignedBody body) implements SiteMessage {}

    /** The ciphertext of a dealer's shares for one holder, and the path of its pair leaf to root4. */
    record DealPart(Bytes shareCiphertext, Bytes ehRoot, Bytes shareRoot, Bytes path) {}

    /** The three digests inside a pair leaf, for the coordinator, which sees no share. */
    record PairLeaf(Bytes shareCiphertextHash, Bytes shareRoot, Bytes ehRoot) {}

    /** For one round of the epoch: SHA-256 of b, of w, and the recovery blob itself. */
    record RoundSecretHashes(Bytes selfHash, Bytes recoveryHash, Bytes blob) {}

    private static <V> SortedMap<Integer, V> unmodifiable(SortedMap<Integer, V> map) {
        return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
