/**
 * One secure sum as a pure function (PROTOCOL.md §3.3 and §3.8): {@code state = fold(step, events)}.
 *
 * <p>Invariants: only ids, sets and digests live here, never a vector; no clock, randomness, I/O or log; U3 never
 * changes once it is fixed; terminal states absorb; the effects of a step that changes phase equal what is outstanding
 * in the next state.
 */
@NullMarked
package io.confide.coordinator.round;

import org.jspecify.annotations.NullMarked;
