/** Confide-SA, both sides: layouts, messages, the site's checks K1-K27 and the coordinator's rules (PROTOCOL.md). */
@NullMarked
package io.confide.common.secagg;

import org.jspecify.annotations.NullMarked;
