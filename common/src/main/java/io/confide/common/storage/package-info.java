/** Private files of a process, on both sides: readable by its own account alone, whole or absent. */
@NullMarked
package io.confide.common.storage;

import org.jspecify.annotations.NullMarked;
