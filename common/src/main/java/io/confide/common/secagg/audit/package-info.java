/**
 * What was certified about a round, and the audit of one leaf of its sum (PROTOCOL.md §3.10), checked with nothing but the
 * roster. Deterministic, without clock, randomness or IO. Invariant: what cannot be checked is a problem, never passed over.
 */
@NullMarked
package io.confide.common.secagg.audit;

import org.jspecify.annotations.NullMarked;
