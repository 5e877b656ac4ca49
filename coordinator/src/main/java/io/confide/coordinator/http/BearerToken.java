package io.confide.coordinator.http;

import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.common.model.Digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The one access token (RFC 6750), compared by its hash in constant time. */
final class BearerToken {
    /** Whoever has the token hosts this coordinator and may try jobs on it. */
    static final Actor ACTOR = Actor.of("administrator", Role.ADMIN, Role.RESEARCHER);

    private static final String SCHEME = "bearer ";

    private final byte[] expected;

    BearerToken(String token) {
        if (token.length() < 16) {
            throw new IllegalArgumentException("an access token has at least 16 characters");
        }
        expected = hash(token);
    }

    /** Returns whether {@code header}, the value of an Authorization header, shows the token. */
    boolean shownIn(String header) {
        return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && is(header.substring(SCHEME.length()));
    }

    /** Returns whether {@code text} is the token; blanks around it do not matter. */
    boolean is(String text) {
        return MessageDigest.isEqual(expected, hash(text.strip()));
    }

    private static byte[] hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8)).value().toArray();
    }
}
