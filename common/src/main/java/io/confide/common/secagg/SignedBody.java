package io.confide.common.secagg;

import io.confide.common.model.Bytes;

/**
 * The exact bytes that were signed and their Ed25519 signature (64 bytes). Receivers check and
 * forward these bytes; nothing is ever serialised again (PROTOCOL.md §3.1).
 */
public record SignedBody(Bytes body, Bytes signature) {}
