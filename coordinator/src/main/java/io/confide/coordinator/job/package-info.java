/**
 * Which step of a job comes next, as a pure function, and how a job becomes a plan.
 *
 * <p>Invariants: no clock, randomness, I/O or log; a job that ends stays ended and says why in one sentence; a round
 * starts only over at least the floor of sites that permitted the plan.
 */
@NullMarked
package io.confide.coordinator.job;

import org.jspecify.annotations.NullMarked;
