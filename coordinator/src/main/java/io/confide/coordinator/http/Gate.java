package io.confide.coordinator.http;

import static java.util.Objects.requireNonNull;

import io.confide.common.files.Users.User;
import io.confide.common.governance.Actor;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.Accounts;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Who asks: programs show the access token with every request, a person signs in once ({@link SignIn}) and has a session
 * in a cookie from then on. What the one who asks may do is decided elsewhere, action by action.
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

    private static final String NOBODY =
            "this address needs somebody who is signed in, or the header Authorization: Bearer with"
                    + " the access token that is in admin.token in the coordinator's home";

    private static final String BACKGROUND = "background";
    private static final String SESSION = "io.confide.session";
    private static final String ACTOR = "io.confide.actor";
    private static final Set<HttpMethod> SAFE =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final BearerToken token;
    private final Sessions sessions;
    private final SessionReadings readings;
    private final Accounts accounts;

    Gate(BearerToken token, Sessions sessions, SessionReadings readings, Accounts accounts) {
        this.token = token;
        this.sessions = sessions;
        this.readings = readings;
        this.accounts = accounts;
    }

    /** Who was let in with {@code context}. */
    static Actor actor(RoutingContext context) {
        Actor actor = context.get(ACTOR);
        return requireNonNull(actor, "the gate lets nobody in without a name");
    }

    /** Passes a request with the token or a session on, and fails any other with 401 or 403. */
    void check(RoutingContext context) {
        var request = context.request();
        String header = request.getHeader("authorization");
        String id = cookie(request);
        if (header != null) {
            if (token.shownIn(header)) {
                context.put(ACTOR, BearerToken.ACTOR);
                context.next();
            } else {
                refuse(
                        context,
                        "the access token of this request is not this coordinator's; it is in"
                                + " admin.token in the coordinator's home");
            }
            return;
        }
        if (id == null) {
            refuse(context, NOBODY);
            return;
        }
        // What is sent along stays where it is until it is known who sends it.
        request.pause();
        readings.ask(
                id,
                standing -> {
                    switch (standing) {
                        case OPEN, NONE -> enter(context, id);
                        case UNKNOWN -> unknown(context);
                    }
                    request.resume();
                });
    }

    private void enter(RoutingContext context, String id) {
        var request = context.request();
        var actor = actor(id);
        if (actor.isEmpty()) {
            refuse(context, NOBODY);
        } else if (!(SAFE.contains(request.method()) ? notForeign(request) : ours(request))) {
            context.fail(foreign());
        } else {
            if (present(request)) {
                sessions.use(id);
            }
            context.put(SESSION, id);
            context.put(ACTOR, actor.get());
            context.next();
        }
    }

    private static void unknown(RoutingContext context) {
        context.response().putHeader("retry-after", "5");
        context.fail(
                new ConfideException(
                        ErrorCode.UNREACHABLE,
                        "the coordinator cannot ask its database now whether you are still signed"
                                + " in; try again in a few seconds"));
    }

    /** Whose session {@code id} is, as far as that account is still there with the same password. */
    private Optional<Actor> actor(String id) {
        return readings.now(id)
                .flatMap(
                        holder ->
                                holder.equals(SignIn.BY_TOKEN)
                                        ? Optional.of(BearerToken.ACTOR)
                                        : accounts.find(holder.name())
                                                .filter(user -> holder.equals(SignIn.holder(user)))
                                                .map(User::actor));
    }

    /** Says, now and later, whether the one who was let in with {@code context} still would be. */
    BooleanSupplier stillAllowed(RoutingContext context) {
        String id = context.get(SESSION);
        return id == null ? () -> true : () -> actor(id).isPresent();
    }

    /** Ends the session, if there is one. */
    void signOut(RoutingContext context) {
        var request = context.request();
        if (!ours(request)) {
            context.fail(foreign());
            return;
        }
        var loop = context.vertx().getOrCreateContext();
        // First: a cookie of the answer would be read as one of the request.
        forget(request, written -> loop.runOnContext(_ -> signedOut(context, written)));
    }

    private static void signedOut(RoutingContext context, Sessions.Written written) {
        switch (written) {
            case YES -> {
                context.response().addCookie(cookie("").setMaxAge(0));
                context.response().setStatusCode(204).end();
            }
            case NO ->
                    context.fail(
                            new ConfideException(
                                    ErrorCode.UNREACHABLE,
                                    "you are signed out, but the database could not note it: should"
                                        + " the coordinator restart, or another of its processes"
                                        + " answer, within half an hour, the session could be there"
                                        + " again; sign in and out once more to be sure"));
            case UNKNOWN -> unknown(context);
        }
    }

    /** Gives whoever asks a session as {@code holder}; another session of this browser ends. */
    void admit(RoutingContext context, Sessions.Holder holder) {
        begin(context, holder, () -> context.response().setStatusCode(204).end());
    }

    /** The same; {@code then} ends the answer. Nobody is let in with a session that other members cannot know of. */
    void begin(RoutingContext context, Sessions.Holder holder, Runnable then) {
        forget(context.request(), _ -> {});
        var loop = context.vertx().getOrCreateContext();
        sessions.open(
                holder, (id, written) -> loop.runOnContext(_ -> begun(context, id, written, then)));
    }

    private void begun(RoutingContext context, String id, Sessions.Written written, Runnable then) {
        switch (written) {
            case YES -> {
                context.response().addCookie(cookie(id));
                then.run();
            }
            case NO, UNKNOWN -> {
                sessions.close(id, _ -> {});
                context.response().putHeader("retry-after", "5");
                context.fail(
                        new ConfideException(
                                ErrorCode.UNREACHABLE,
                                "you could not be signed in, because the database does not answer;"
                                        + " try again in a few seconds"));
            }
        }
    }

    private void forget(HttpServerRequest request, Consumer<Sessions.Written> then) {
        String old = cookie(request);
        if (old == null) {
            then.accept(Sessions.Written.YES);
        } else {
            readings.close(old, then);
        }
    }

    /** An open page that refreshes itself is not a person; a stream of events cannot say what it is. */
    private static boolean present(HttpServerRequest request) {
        return !BACKGROUND.equals(request.getHeader(PAGE_HEADER))
                && !String.valueOf(request.getHeader("accept")).startsWith("text/event-stream");
    }

    static boolean ours(HttpServerRequest request) {
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

    private static void refuse(RoutingContext context, String sentence) {
        context.response().putHeader("www-authenticate", "Bearer");
        context.fail(new ConfideException(ErrorCode.UNAUTHORISED, sentence));
    }

    static ConfideException foreign() {
        return new ConfideException(
                ErrorCode.DENIED,
                "this request did not come from this coordinator's own page, so its session does"
                        + " not count; open the page here and try again");
    }
}
