/**
 * Deterministic simulation: many small worlds, each a whole job with its faults in virtual time, watched by oracles that see
 * every effect. The same seed is the same world.
 */
@org.jspecify.annotations.NullMarked
package io.confide.swarm;
