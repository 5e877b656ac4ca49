/**
 * Several coordinator processes that do one coordinator's work: Hazelcast says who is there, and a clustered event bus under
 * mutual TLS carries what they tell each other.
 *
 * <p>Invariants. Nothing here decides anything: who leads a job is a row in the database, checked in every append. Losing any
 * state of this package, or any message of the bus, costs time and never correctness. No secret and no plaintext of a site is
 * told; masked vectors are, as they came.
 */
@NullMarked
package io.confide.coordinator.cluster;

import org.jspecify.annotations.NullMarked;
