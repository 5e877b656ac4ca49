package io.confide.common.governance;

import io.confide.common.files.Json;
import io.confide.common.model.Digest;

import java.nio.charset.StandardCharsets;

/** The link rule of the event log: SHA-256(previous hash as 64 ASCII hex digits ‖ JCS(event)). */
public final class HashChain {
    /** What stands before the first event: 64 ASCII zeros. */
    public static final Digest GENESIS = Digest.ZERO;

    private HashChain() {}

    public static Digest link(Digest previous, Json.Obj event) {
        return Digest.of(
                previous.hex().getBytes(StandardCharsets.US_ASCII), event.bytes().unsafeArray());
    }
}
