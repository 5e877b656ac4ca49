package io.confide.coordinator.http;

import io.confide.common.files.Users.User;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.Accounts;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.port.IdentityProvider;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * Turns a name and its password, or the access token, into a session. {@link Guesses} are slowed down, whether or not
 * there is such a name; the answer to a wrong guess, and the time it takes, do not tell whether there is. Confined to
 * one event loop; passwords are hashed on {@link #WORKERS} threads of their own, each with 19 MiB.
 */
final class SignIn {
    /** The holder of a session that was begun with the access token. */
    static final Sessions.Holder BY_TOKEN =
            Sessions.Holder.of(
                    BearerToken.ACTOR.id(), "access token", Sessions.Life.OF_THE_PROCESS);

    private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

    /** What somebody signs in to who has the token and no account. */
    private static final String ACCESS_TOKEN = "access-token";

    private static final int WORKERS = 2;
    private static final int WAITING_MAX = 16;

    private final BearerToken token;
    private final Gate gate;
    private final Accounts accounts;
    private final Decisions decisions;
    private final Optional<IdentityProvider> signOn;
    private final WorkerExecutor workers;
    private final Guesses guesses = new Guesses();
    private int waiting;

    SignIn(Vertx vertx, BearerToken token, Gate gate, PeopleServer.Desks desks) {
        this.token = token;
        this.gate = gate;
        this.accounts = desks.accounts();
        this.decisions = desks.decisions();
        this.signOn = desks.signOn();
        this.workers = vertx.createSharedWorkerExecutor("confide-passwords", WORKERS);
    }

    /**
     * What the page offers: a name and a password where there are accounts, else the access token; and the institution's
     * own sign-in, by its name. Blocks.
     */
    JsonObject ways() {
        var ways = new JsonObject().put("accounts", accounts.any());
        signOn.ifPresent(provider -> ways.put("signOn", provider.name()));
        return ways;
    }

    /** @param body either {@code token}, or {@code name} and {@code password} */
    void signIn(RoutingContext context, JsonObject body) {
        if (!Gate.ours(context.request())) {
            context.fail(Gate.foreign());
            return;
        }
        var remote = context.request().remoteAddress();
        String address = String.valueOf(remote.hostAddress());
        String network = RateLimit.network(remote);
        String name = body.getString("name", "");
        if (guesses.take(network, name, System.nanoTime()) == RateLimit.Verdict.WAIT) {
            LOG.warn("event=signInsTooMany address={}", address);
            busy(context, 429, "too many sign-ins came from this address or for this name");
        } else if (waiting >= WAITING_MAX) {
            busy(context, 503, "too many people sign in now");
        } else {
            waiting++;
            workers.executeBlocking(() -> checked(name, body), false)
                    .onComplete(_ -> waiting--)
                    .onFailure(context::fail)
                    .onSuccess(
                            holder -> {
                                if (holder.isPresent()) {
                                    guesses.right(network, name);
                                    gate.admit(context, holder.get());
                                } else {
                                    LOG.warn("event=signInRefused address={}", address);
                                    context.fail(refusal(name));
                                }
                            });
        }
    }

    /** On a worker. Who is let in, and who is not, is in the event log before. */
    private Optional<Sessions.Holder> checked(String name, JsonObject body) {
        if (name.isEmpty()) {
            if (!token.is(body.getString("token", ""))) {
                decisions.refusedSignIn(Decisions.Way.TOKEN, Optional.empty());
                return Optional.empty();
            }
            decisions.happened(BearerToken.ACTOR, "session.open", ACCESS_TOKEN);
            return Optional.of(BY_TOKEN);
        }
        var user = accounts.check(name, body.getString("password", "").toCharArray());
        user.ifPresentOrElse(
                this::opened,
                () ->
                        decisions.refusedSignIn(
                                Decisions.Way.PASSWORD, accounts.find(name).map(User::name)));
        return user.map(SignIn::holder);
    }

    static Sessions.Holder holder(User user) {
        return Sessions.Holder.of(
                user.name(), user.credential().mark(), Sessions.Life.OF_AN_ACCOUNT);
    }

    private void opened(User user) {
        var actor = user.actor();
        decisions.happened(actor, "session.open", "account/" + actor.id());
    }

    private static ConfideException refusal(String name) {
        return new ConfideException(
                ErrorCode.UNAUTHORISED,
                name.isEmpty()
                        ? "this is not the access token of this coordinator; it is in admin.token"
                                + " in the coordinator's home"
                        : "the name and the password do not belong together; an administrator can"
                                + " set a new one with confide coordinator user set-password");
    }

    private static void busy(RoutingContext context, int status, String what) {
        context.response().putHeader("retry-after", "5");
        context.fail(
                new Refused(
                        new Problem(
                                status,
                                status == 429 ? ErrorCode.TOO_OFTEN : ErrorCode.DATA_UNAVAILABLE,
                                status == 429 ? "Too many requests" : "Busy",
                                what + "; try again in a few seconds")));
    }
}
