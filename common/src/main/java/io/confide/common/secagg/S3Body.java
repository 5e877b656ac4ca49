package io.confide.common.secagg;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutReader;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** S3: per neighbour j > i the SHA-256 of the ML-KEM ciphertext for it, in ascending order. */
public record S3Body(Digest t1, int site, SortedMap<Integer, Digest> ciphertextHashes) {
    private static final int ENTRY_BYTES = Integer.BYTES + Digest.BYTES;

    public S3Body {
        ciphertextHashes = Collections.unmodifiableSortedMap(new TreeMap<>(ciphertextHashes));
        if (!ciphertextHashes.isEmpty() && ciphertextHashes.firstKey() <= site) {
            throw new IllegalArgumentException("only the lower index of a pair encapsulates");
        }
    }

    /** L("kem") ‖ T1 ‖ u32 i ‖ u32 count ‖ {u32 j ‖ SHA-256(ct_ij)}. */
    public Bytes bytes() {
        var writer = LayoutWriter.of(Label.KEM).raw(t1).u32(site).u32(ciphertextHashes.size());
        ciphertextHashes.forEach((j, hash) -> writer.u32(j).raw(hash));
        return writer.toBytes();
    }

    /** The body of exactly these bytes; empty if they are malformed or not in ascending order. */
    public static Optional<S3Body> parse(Bytes body) {
        return LayoutReader.parse(body, Label.KEM, S3Body::read);
    }

    private static S3Body read(LayoutReader in) {
        Digest t1 = in.digest();
        int site = in.u32();
        int count = in.count(ENTRY_BYTES);
        var hashes = new TreeMap<Integer, Digest>();
        for (int entry = 0; entry < count; entry++) {
            int j = in.u32();
            if (!hashes.isEmpty() && j <= hashes.lastKey()) {
                throw new IllegalArgumentException("entries are not in ascending order");
            }
            hashes.put(j, in.digest());
        }
        return new S3Body(t1, site, hashes);
    }
}
