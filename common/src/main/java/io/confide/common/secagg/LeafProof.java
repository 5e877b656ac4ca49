package io.confide.common.secagg;

import io.confide.common.model.Bytes;

/**
 * One leaf of a masked vector and its path to Hy, for the audit of the sum (PROTOCOL.md §3.10).
 *
 * @param leaf little-endian words, at most {@link VectorHash#LEAF_BYTES}
 * @param path as {@link Merkle} writes it
 */
public record LeafProof(Bytes leaf, Bytes path) {}
