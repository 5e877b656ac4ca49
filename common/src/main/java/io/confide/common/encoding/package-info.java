/** Real vectors and counts to words and back: fixed-point lanes that cannot overflow, and canary words (PROTOCOL.md §4). */
@NullMarked
package io.confide.common.encoding;

import org.jspecify.annotations.NullMarked;
