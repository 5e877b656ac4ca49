/**
 * Copies of what a coordinator needs to go on after the loss of its machine, and a home made of one again.
 *
 * <p>Invariants: a backup is there whole or not at all, and so is a home that is made of one; what is put back is, byte for byte,
 * what was backed up; after it nothing is signed again that may have been signed since, unless a person says that nothing was.
 */
@NullMarked
package io.confide.coordinator.backup;

import org.jspecify.annotations.NullMarked;
