/**
 * From the models of several groups of sites one that some of the groups cannot spoil. Pure arithmetic on vectors.
 *
 * <p>Invariants: no clock, randomness or I/O; the same vectors in the same order give the same bits.
 */
@NullMarked
package io.confide.common.robust;

import org.jspecify.annotations.NullMarked;
