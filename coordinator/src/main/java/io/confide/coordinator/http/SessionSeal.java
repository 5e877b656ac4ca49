package io.confide.coordinator.http;

import io.confide.common.crypto.Hkdf;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore.Stored;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;

/**
 * Marks stored sessions as this coordinator's own. Whoever may write the database could otherwise put a session of any account
 * there; the key is in the coordinator's home, as the accounts are. HMAC-SHA256 (as HKDF-Extract, RFC 5869 §2.2) over all that
 * says whose a session is and when it began.
 */
public final class SessionSeal {
    private static final byte[] LABEL = "confide/session/1".getBytes(StandardCharsets.US_ASCII);

    private final Seed key;

    /** @param key is in no database */
    public SessionSeal(Seed key) {
        this.key = key;
    }

    /** The seal of a session that is {@code holder}'s since {@code opened}. */
    Bytes of(Digest number, Sessions.Holder holder, Instant opened) {
        byte[] name = holder.name().getBytes(StandardCharsets.UTF_8);
        var content =
                ByteBuffer.allocate(LABEL.length + 2 * Digest.BYTES + Long.BYTES + name.length)
                        .put(LABEL)
                        .put(number.value().toArray())
                        .put(holder.credential().value().toArray())
                        .putLong(opened.toEpochMilli())
                        .put(name);
        try (var seal = Hkdf.extract(key.reveal(), content.array())) {
            return Bytes.wrap(seal.reveal());
        }
    }

    /** Whether this coordinator kept {@code stored}, and nobody has changed whose it is. */
    boolean isOn(Stored stored, Sessions.Holder holder) {
        var expected = of(stored.number(), holder, stored.opened());
        return MessageDigest.isEqual(expected.toArray(), stored.seal().toArray());
    }
}
