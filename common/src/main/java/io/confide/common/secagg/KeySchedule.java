package io.confide.common.secagg;

import io.confide.common.crypto.Hkdf;
import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;

import java.util.Arrays;

/** Every key of PROTOCOL.md §3.1, with the letters of that section. Each has a label of its own; none is used for two things. */
public final class KeySchedule {
    private KeySchedule() {}

    /** K_ij = HKDF-Extract(salt = T1, X25519 ‖ ML-KEM): the pair's hybrid key, equal on both sides. */
    public static Seed pairKey(Digest t1, Seed x25519, Seed mlKem) {
        byte[] first = x25519.reveal();
        byte[] second = mlKem.reveal();
        byte[] both = Arrays.copyOf(first, 2 * Seed.BYTES);
        System.arraycopy(second, 0, both, Seed.BYTES, Seed.BYTES);
        try {
            return Hkdf.extract(t1.value().unsafeArray(), both);
        } finally {
            Arrays.fill(first, (byte) 0);
            Arrays.fill(second, (byte) 0);
            Arrays.fill(both, (byte) 0);
        }
    }

    /** Kch_from→to: encrypts the one message of shares from site {@code from} to site {@code to}. */
    public static Seed channelKey(Seed pairKey, int from, int to) {
        return Hkdf.expand(pairKey, LayoutWriter.of(Label.CHAN).u32(from).u32(to).toArray());
    }

    /** Kmask_ij: root of the pair's mask seeds, the same for both orders of {@code i} and {@code j}. */
    public static Seed maskKey(Seed pairKey, int i, int j) {
        return Hkdf.expand(
                pairKey,
                LayoutWriter.of(Label.MASK).u32(Math.min(i, j)).u32(Math.max(i, j)).toArray());
    }

    /** e_ij,r from Kmask_ij: the pair's secret of round {@code r}, erased after it. */
    public static Seed e(Seed maskKey, long r) {
        return ofRound(maskKey, Label.ROUND, r);
    }

    /** p_ij,r from e_ij,r: the seed of the pair mask under exactly this context. */
    public static Seed p(Seed e, Digest ctx) {
        return ofContext(e, Label.PAIR, ctx);
    }

    /** b_i,r from β_i: opened if site i's input is in the sum. */
    public static Seed b(Seed beta, long r) {
        return ofRound(beta, Label.SELF, r);
    }

    /** s_i,r from b_i,r: the seed of the self mask under exactly this context. */
    public static Seed s(Seed b, Digest ctx) {
        return ofContext(b, Label.SELFMASK, ctx);
    }

    /** w_i,r from β_i: opened if site i dropped out of round {@code r}. */
    public static Seed w(Seed beta, long r) {
        return ofRound(beta, Label.RECOVER, r);
    }

    /** The key of blob_i,r from w_i,r. */
    public static Seed blobKey(Seed w) {
        return Hkdf.expand(w, Label.BLOB.bytes());
    }

    private static Seed ofRound(Seed key, Label label, long r) {
        return Hkdf.expand(key, LayoutWriter.of(label).u64(r).toArray());
    }

    private static Seed ofContext(Seed key, Label label, Digest ctx) {
        return Hkdf.expand(key, LayoutWriter.of(label).raw(ctx).toArray());
    }
}
