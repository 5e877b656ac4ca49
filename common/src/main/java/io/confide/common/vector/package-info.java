/** Arithmetic on vectors of 64-bit words modulo 2^64: hot loops, static, primitive arguments. */
@NullMarked
package io.confide.common.vector;

import org.jspecify.annotations.NullMarked;
