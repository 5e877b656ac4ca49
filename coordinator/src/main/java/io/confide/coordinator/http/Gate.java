package io.confide.coordinator.http;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Who may use the API: programs show the access token with every request, a person types it once and has a session in a
 * cookie from then on.
 *
 * <p>A cookie goes along with whatever a browser sends, so a request with one must come from our own page: it must not be
 * marked as coming from another site, and one that changes something must carry the header {@link #PAGE_HEADER}, which no
 * other page can add without asking first, and the Origin of this server. SameSite=Strict alone is not enough, because
 * every port of a host is the same site.
 */
final class Gate {
    static final String COOKIE = "__Host-confide";

    /** {@code person} or {@code background}; the latter does not count as somebody being there. */
    static final String PAGE_HEADER = "x-confide-request";

    private static final String BACKGROUND = "background";
    private static final String SESSION = "io.confide.session";
    private static final Set<HttpMethod> SAFE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final int SIGN_IN_BURST = 20;
    private static final long SIGN_IN_REFILL_NANOS = 3_000_000_000L;

    private final BearerToken token;
    private final Sessions sessions;
    private final RateLimit attempts = new RateLimit(SIGN_IN_BURST, SIGN_IN_REFILL_NANOS);

    Gate(BearerToken token, Sessions sessions) {
        this.token = token;
        this.sessions = sessions;
    }

    /** Passes a request with the token or a session on, and fails any other with 401 or 403. */
    void check(RoutingContext context) {
        var request = context.request();
        String header = request.getHeader("authorization");
        String id = cookie(request);
        if (header != null) {
            if (token.shownIn(header)) {
                context.next();
            } else {
                refuse(context);
            }
        } else if (id == null || !sessions.lives(id)) {
            refuse(context);
        } else if (!(SAFE.contains(request.method()) ? notForeign(request) : ours(request))) {
            context.fail(foreign());
        } else {
            if (present(request)) {
                sessions.use(id);
            }
            context.put(SESSION, id);
            context.next();
        }
    }

    /** Says, now and later, whether the one who was let in with {@code context} still would be. */
    BooleanSupplier stillAllowed(RoutingContext context) {
        String id = context.get(SESSION);
        return id == null ? () -> true : () -> sessions.lives(id);
    }

    /** Turns the access token {@code typed} into a session. Another session of this browser ends. */
    void signIn(RoutingContext context, String typed) {
        var request = context.request();
        if (!ours(request)) {
            context.fail(foreign());
            return;
        }
        String address = String.valueOf(request.remoteAddress().hostAddress());
        if (attempts.take(address, System.nanoTime()) == RateLimit.Verdict.WAIT) {
            context.response().putHeader("retry-after", "5");
            context.fail(
                    new Refused(
                            new Problem(
                                    429,
                                    ErrorCode.DATA_UNAVAILABLE,
                                    "Too many requests",
                                    "too many sign-ins came from this address; try again in a few"
                                            + " seconds")));
            return;
        }
        if (!token.is(typed)) {
            context.fail(
                    new ConfideException(
                            ErrorCode.UNAUTHORISED,
                            "this is not the access token of this coordinator; it is in admin.token"
                                    + " in the coordinator's home"));
            return;
        }
        forget(request);
        context.response().addCookie(cookie(sessions.open())).setStatusCode(204).end();
    }

    /** Ends the session, if there is one. */
    void signOut(RoutingContext context) {
        var request = context.request();
        if (!ours(request)) {
            context.fail(foreign());
            return;
        }
        forget(request);
        context.response().addCookie(cookie("").setMaxAge(0)).setStatusCode(204).end();
    }

    private void forget(HttpServerRequest request) {
        String old = cookie(request);
        if (old != null) {
            sessions.close(old);
        }
    }

    /** An open page that refreshes itself is not a person; a stream of events cannot say what it is. */
    private static boolean present(HttpServerRequest request) {
        return !BACKGROUND.equals(request.getHeader(PAGE_HEADER))
                && !String.valueOf(request.getHeader("accept")).startsWith("text/event-stream");
    }

    private static boolean ours(HttpServerRequest request) {
        var authority = request.authority();
        return request.getHeader(PAGE_HEADER) != null
                && authority != null
                && ("https://" + authority).equals(request.getHeader("origin"))
                && notForeign(request);
    }

    /** Browsers say where a request comes from (Fetch Metadata); {@code none} is a person who typed the address. */
    private static boolean notForeign(HttpServerRequest request) {
        String from = request.getHeader("sec-fetch-site");
        return from == null || from.equals("same-origin") || from.equals("none");
    }

    private static @Nullable String cookie(HttpServerRequest request) {
        var cookie = request.getCookie(COOKIE);
        return cookie == null ? null : cookie.getValue();
    }

    private static Cookie cookie(String value) {
        return Cookie.cookie(COOKIE, value)
                .setPath("/")
                .setSecure(true)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.STRICT);
    }

    private static void refuse(RoutingContext context) {
        context.response().putHeader("www-authenticate", "Bearer");
        context.fail(
                new ConfideException(
                        ErrorCode.UNAUTHORISED,
                        "this address needs a session, or the header Authorization: Bearer with the"
                            + " access token that is in admin.token in the coordinator's home"));
    }

    private static ConfideException foreign() {
        return new ConfideException(
                ErrorCode.DENIED,
                "this request did not come from this coordinator's own page, so its session does"
                        + " not count; open the page here and try again");
    }
}
