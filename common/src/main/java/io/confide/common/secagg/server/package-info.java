/**
 * The coordinator's side of Confide-SA (PROTOCOL.md §3.8): the set-up of an epoch, one round, and the
 * unmasking of its sum. Deterministic, without clock, randomness or IO. Invariant: what a site sent is
 * used only after it was verified; what is rejected changes nothing.
 */
@NullMarked
package io.confide.common.secagg.server;

import org.jspecify.annotations.NullMarked;
