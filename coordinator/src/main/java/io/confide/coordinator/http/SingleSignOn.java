package io.confide.coordinator.http;

import io.confide.common.files.Users.User;
import io.confide.coordinator.port.Accounts;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.IdentityProvider;
import io.confide.coordinator.port.IdentityProvider.Answer;
import io.confide.coordinator.port.IdentityProvider.Attempt;
import io.confide.coordinator.port.IdentityProvider.Direction;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Signs people in by way of the {@link IdentityProvider}. What is needed to know the browser again when it comes back is in
 * a cookie of that browser alone, so strangers fill no memory here; the cookie is lax, because the browser comes from
 * another site. The session's own cookie is strict and would not go along with a redirect that began there, so the last
 * answer is a page that goes on by itself. Confined to one event loop.
 */
final class SingleSignOn {
    static final String BEGIN = "/signin/oidc";
    static final String BACK = "/signin/oidc/callback";

    /** State, nonce and verifier of the attempt that this browser has begun last. */
    static final String COOKIE = "__Host-confide-sign-on";

    private static final Logger LOG = LoggerFactory.getLogger(SingleSignOn.class);
    private static final Pattern NUMBERS =
            Pattern.compile("([A-Za-z0-9_-]{43}\\.){2}[A-Za-z0-9_-]{43}");
    private static final int MINUTES = 10;
    private static final int CODE_MAX = 4096;
    private static final int WORKERS = 4;
    private static final int WAITING_MAX = 32;
    private static final int BURST = 60;
    private static final long REFILL_NANOS = 1_000_000_000;

    private final IdentityProvider provider;
    private final Gate gate;
    private final Accounts accounts;
    private final Decisions decisions;
    private final Supplier<URI> here;
    private final Supplier<String> numbers;
    private final WorkerExecutor workers;
    private final RateLimit attempts = new RateLimit(BURST, REFILL_NANOS);
    private int waiting;

    /**
     * @param here the address of this server, as registered with the provider
     * @param numbers of 256 bits in base64url, unforeseeable
     */
    SingleSignOn(
            Vertx vertx,
            IdentityProvider provider,
            Gate gate,
            PeopleServer.Desks desks,
            Supplier<URI> here,
            Supplier<String> numbers) {
        this.provider = provider;
        this.gate = gate;
        this.accounts = desks.accounts();
        this.decisions = desks.decisions();
        this.here = here;
        this.numbers = numbers;
        this.workers = vertx.createSharedWorkerExecutor("confide-sign-on", WORKERS);
    }

    /** Why somebody was not let in, as the page is told. */
    private enum Why {
        /** The provider, or the person there, said no, or what it said does not hold. */
        REFUSED,
        /** Begun too long ago, in another browser, or by somebody else. */
        STALE,
        UNREACHABLE,
        BUSY;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void route(Router router) {
        router.get(BEGIN).handler(this::begin);
        router.get(BACK).handler(this::back);
    }

    private void begin(RoutingContext context) {
        var request = context.request();
        // The cookie must be of the host to which the provider sends the browser.
        boolean elsewhere =
                request.authority() == null
                        || !here.get().getAuthority().equals(request.authority().toString());
        if (elsewhere && request.getParam("moved") == null) {
            redirect(context, here.get().resolve(BEGIN + "?moved").toString());
            return;
        }
        var attempt =
                new Attempt(numbers.get(), numbers.get(), numbers.get(), here.get().resolve(BACK));
        asked(
                context,
                () -> provider.ask(attempt),
                direction -> {
                    switch (direction) {
                        case Direction.To(var address) -> {
                            context.response().addCookie(cookie(attempt));
                            redirect(context, address.toString());
                        }
                        case Direction.Unreachable(var why) ->
                                refuse(context, Why.UNREACHABLE, why);
                    }
                });
    }

    private void back(RoutingContext context) {
        var request = context.request();
        var begun = Optional.ofNullable(request.getCookie(COOKIE)).flatMap(this::attempt);
        context.response().addCookie(cookie("").setMaxAge(0));
        String state = parameter(request, "state");
        String code = parameter(request, "code");
        if (begun.isEmpty() || !same(begun.get().state(), state)) {
            refuse(context, Why.STALE, "the browser shows another attempt, or none");
        } else if (code.isEmpty() || code.length() > CODE_MAX) {
            refuse(context, Why.REFUSED, "the provider sent no code");
        } else {
            var attempt = begun.get();
            asked(
                    context,
                    () -> provider.redeem(code, attempt),
                    answer -> answered(context, answer));
        }
    }

    private void answered(RoutingContext context, Answer answer) {
        switch (answer) {
            case Answer.Identified(var identity) ->
                    workers.executeBlocking(() -> opened(identity), false)
                            .onFailure(context::fail)
                            .onSuccess(
                                    user -> {
                                        if (user.isPresent()) {
                                            gate.begin(
                                                    context,
                                                    SignIn.holder(user.get()),
                                                    () -> goOn(context, "/"));
                                        } else {
                                            stranger(context, identity);
                                        }
                                    });
            case Answer.Refused(var why) ->
                    workers.executeBlocking(this::recordRefusal, false)
                            .onFailure(context::fail)
                            .onSuccess(_ -> refuse(context, Why.REFUSED, why));
            case Answer.Unreachable(var why) -> refuse(context, Why.UNREACHABLE, why);
        }
    }

    /** On a worker. Who is let in, and who is not, is in the event log before. */
    private Optional<User> opened(String identity) {
        var user = accounts.identified(identity);
        user.map(User::actor)
                .ifPresentOrElse(
                        actor -> decisions.happened(actor, "session.open", "account/" + actor.id()),
                        this::recordRefusal);
        return user;
    }

    private Why recordRefusal() {
        decisions.refusedSignIn(Decisions.Way.SIGN_ON, Optional.empty());
        return Why.REFUSED;
    }

    /** Asks the provider on a worker, unless too many do. */
    private <A> void asked(RoutingContext context, Callable<A> question, Consumer<A> then) {
        String network = RateLimit.network(context.request().remoteAddress());
        if (waiting >= WAITING_MAX
                || attempts.take(network, System.nanoTime()) == RateLimit.Verdict.WAIT) {
            refuse(context, Why.BUSY, "too many attempts");
            return;
        }
        waiting++;
        workers.executeBlocking(question, false)
                .onComplete(_ -> waiting--)
                .onFailure(context::fail)
                .onSuccess(then::accept);
    }

    /** Back to the sign-in, which says why. */
    private static void refuse(RoutingContext context, Why why, String log) {
        LOG.warn(
                "event=signOnRefused address={} reason={} why=\"{}\"",
                context.request().remoteAddress().hostAddress(),
                why.word(),
                log);
        goOn(context, "/signin?refused=" + why.word());
    }

    /**
     * Somebody without an account. The identity is shown to that person alone, to be passed on; it is in no address, or a
     * link could make people ask for somebody else's account.
     */
    private static void stranger(RoutingContext context, String identity) {
        LOG.warn(
                "event=signOnRefused address={} reason=unknown",
                context.request().remoteAddress().hostAddress());
        page(
                context,
                """
                <link rel="stylesheet" href="/assets/tokens.css"><link rel="stylesheet" href="/assets/app.css">\
                <main class="signin__form"><h1>You have no account here</h1>\
                <p>Your institution knows you as <strong>%1$s</strong>. What you may do at this coordinator its \
                administrator says, with:</p>\
                <p><code>confide coordinator user add NAME --role ROLE --identity %1$s</code></p>\
                <p><a href="/signin">Back to the sign-in</a></p></main>
                """
                        .formatted(escaped(identity)));
    }

    /** @param path of our own making, safe inside an attribute */
    private static void goOn(RoutingContext context, String path) {
        page(
                context,
                """
                <meta http-equiv="refresh" content="0;url=%1$s"><p><a href="%1$s">Go on</a></p>
                """
                        .formatted(path));
    }

    private static void page(RoutingContext context, String body) {
        context.response()
                .putHeader("content-type", "text/html; charset=utf-8")
                .putHeader("cache-control", "no-store")
                .end(
                        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                                + "<title>Sign in · Confide</title>"
                                + body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static void redirect(RoutingContext context, String to) {
        context.response()
                .setStatusCode(303)
                .putHeader("location", to)
                .putHeader("cache-control", "no-store")
                .end();
    }

    private static String parameter(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getParam(name)).orElse("");
    }

    private Optional<Attempt> attempt(Cookie cookie) {
        if (!NUMBERS.matcher(cookie.getValue()).matches()) {
            return Optional.empty();
        }
        var parts = cookie.getValue().split("\\.", -1);
        return Optional.of(new Attempt(parts[0], parts[1], parts[2], here.get().resolve(BACK)));
    }

    private static Cookie cookie(Attempt attempt) {
        return cookie(String.join(".", attempt.state(), attempt.nonce(), attempt.verifier()))
                .setMaxAge(MINUTES * 60L);
    }

    private static Cookie cookie(String value) {
        return Cookie.cookie(COOKIE, value)
                .setPath("/")
                .setSecure(true)
                .setHttpOnly(true)
                .setSameSite(CookieSameSite.LAX);
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}
