package io.confide.coordinator.port;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The sum P_m of some inputs of a round, at one member (PROTOCOL.md R4).
 *
 * @param member the name of the member
 * @param inputs F_m: exactly what is in the sum
 * @param hash SHA-256 of its little-endian words
 */
public record Partial(
        String member, Boot boot, SortedMap<SiteId, UploadProof> inputs, Digest hash) {
    public Partial {
        inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    }
}
