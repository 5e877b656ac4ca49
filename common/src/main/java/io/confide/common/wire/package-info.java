/** Bytes to messages and back, and the session that survives a lost connection; the only importer of protobuf. */
@NullMarked
package io.confide.common.wire;

import org.jspecify.annotations.NullMarked;
