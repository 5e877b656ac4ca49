package io.confide.coordinator.http;

import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.vertx.ext.web.RoutingContext;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Lets through who shows the one token (RFC 6750), compared by its hash in constant time. */
final class BearerToken {
    static final String ACTOR = "administrator";
    private static final String SCHEME = "bearer ";

    private final byte[] expected;

    BearerToken(String token) {
        if (token.length() < 16) {
            throw new IllegalArgumentException("an access token has at least 16 characters");
        }
        expected = hash(token);
    }

    /** Passes the request on, or fails it with 401. */
    void check(RoutingContext context) {
        String header = context.request().getHeader("authorization");
        if (header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        expected, hash(header.substring(SCHEME.length()).strip()))) {
            context.next();
            return;
        }
        context.response().putHeader("www-authenticate", "Bearer");
        context.fail(
                new ConfideException(
                        ErrorCode.UNAUTHORISED,
                        "this address needs the header Authorization: Bearer with the access token"
                                + " that is in admin.token in the coordinator's home"));
    }

    private static byte[] hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8)).value().toArray();
    }
}
