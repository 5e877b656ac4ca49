/**
 * The data plane of inputs: chunks on their way in, and from bytes to whole vectors.
 *
 * <p>Invariants: a vector reaches the sum only whole and once (R3); what is staged never outlives its round.
 */
@NullMarked
package io.confide.coordinator.aggregate;

import org.jspecify.annotations.NullMarked;
