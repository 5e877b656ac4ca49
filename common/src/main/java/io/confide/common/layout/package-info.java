/** Fixed byte layouts: big-endian integers, labels, length prefixes; a writer and a strict reader (PROTOCOL.md §3.1). */
@NullMarked
package io.confide.common.layout;

import org.jspecify.annotations.NullMarked;
