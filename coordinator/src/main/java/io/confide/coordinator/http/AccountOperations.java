package io.confide.coordinator.http;

import io.confide.common.files.Words;
import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Decider;
import io.confide.common.governance.EventLog;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.port.AuditLog;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;

/** What the coordinator does for each operation of the contract that is about people, sites that join, and the record. */
final class AccountOperations {
    private static final int REDEEM_BURST = 60;
    private static final long REDEEM_REFILL_NANOS = 1_000_000_000;
    private static final int LOG_PAGE = 50;

    private final Answers answers;
    private final PeopleServer.Settings settings;
    private final PeopleServer.Desks desks;
    private final Gate gate;
    private final SignIn signIn;
    private final RateLimit redemptions = new RateLimit(REDEEM_BURST, REDEEM_REFILL_NANOS);

    AccountOperations(
            Answers answers,
            PeopleServer.Settings settings,
            PeopleServer.Desks desks,
            Gate gate,
            SignIn signIn) {
        this.answers = answers;
        this.settings = settings;
        this.desks = desks;
        this.gate = gate;
        this.signIn = signIn;
    }

    /** Returns a handler per operation id. */
    Map<String, Handler<RoutingContext>> handlers() {
        return Map.of(
                "inviteSite",
                this::invite,
                "redeemEnrolment",
                this::redeem,
                "waysToSignIn",
                request ->
                        answers.of(request, signIn::ways, ways -> Answers.json(request, 200, ways)),
                "signIn",
                request -> signIn.signIn(request, Answers.body(request)),
                "signOut",
                gate::signOut,
                "whoAmI",
                request -> Answers.json(request, 200, me(Gate.actor(request))),
                "readLog",
                readsLog(this::log),
                "verifyLog",
                readsLog(this::verify));
    }

    private static JsonObject me(Actor actor) {
        var json =
                new JsonObject()
                        .put("name", actor.id())
                        .put(
                                "roles",
                                new JsonArray(
                                        actor.roles().stream().map(Words::of).sorted().toList()))
                        .put(
                                "may",
                                new JsonArray(
                                        Arrays.stream(Action.values())
                                                .filter(action -> Decider.offers(actor, action))
                                                .map(Action::word)
                                                .toList()));
        actor.site().ifPresent(site -> json.put("site", site.value()));
        return json;
    }

    private Handler<RoutingContext> readsLog(Handler<RoutingContext> handler) {
        return request ->
                answers.permitted(request, Action.READ_LOG, new Target.Coordinator(), handler);
    }

    private void log(RoutingContext request) {
        var before = Answers.validated(request).getQuery().get("before");
        var end =
                before == null || before.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(Answers.number(String.valueOf(before.get())));
        answers.of(
                request,
                () -> kept(json(desks.log().page(end, LOG_PAGE))),
                page -> Answers.json(request, 200, page));
    }

    private static JsonObject json(AuditLog.Page page) {
        var events = new JsonArray();
        try {
            page.lines().forEach(line -> events.add(new JsonObject(line)));
        } catch (DecodeException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "an event of the log is not as it was written, so this page of the log cannot"
                            + " be shown; keep the file as evidence and look into it with confide"
                            + " audit verify",
                    e);
        }
        var json = new JsonObject().put("events", events);
        page.older().ifPresent(older -> json.put("older", older));
        return json;
    }

    private void verify(RoutingContext request) {
        answers.inTurn(
                request,
                desks.log()::verify,
                check ->
                        Answers.json(
                                request,
                                200,
                                kept(
                                        check.map(AccountOperations::standing)
                                                .orElse(
                                                        new JsonObject()
                                                                .put("state", "too-long")))));
    }

    /** {@code answer} with whose log it is about, if there are several. */
    private JsonObject kept(JsonObject answer) {
        desks.log()
                .keeper()
                .ifPresent(
                        keeper ->
                                answer.put(
                                        "keeper",
                                        new JsonObject()
                                                .put("member", keeper.member())
                                                .put("others", new JsonArray(keeper.others()))));
        return answer;
    }

    private static JsonObject standing(EventLog.Check check) {
        return switch (check) {
            case EventLog.Check.Intact(long events, var head) ->
                    new JsonObject()
                            .put("state", "intact")
                            .put("events", events)
                            .put("head", head.hex());
            case EventLog.Check.Broken(long sequence, String why) ->
                    new JsonObject()
                            .put("state", "broken")
                            .put("sequence", sequence)
                            .put("why", why);
        };
    }

    private void invite(RoutingContext request) {
        var body = Answers.body(request);
        var actor = Gate.actor(request);
        var site = new SiteId(body.getString("site"));
        var life =
                body.containsKey("expiresMinutes")
                        ? Duration.ofMinutes(body.getLong("expiresMinutes"))
                        : EnrolmentDesk.TOKEN_LIFE;
        answers.of(
                request,
                () -> {
                    desks.decisions().require(actor, Action.ENROL_SITE, new Target.Site(site));
                    return desks.enrolments().invite(site, life);
                },
                token ->
                        Answers.json(
                                request,
                                201,
                                new JsonObject()
                                        .put("site", site.value())
                                        .put("token", token.encode())
                                        .put("expires", token.expires().toString())));
    }

    private void redeem(RoutingContext request) {
        String network = RateLimit.network(request.request().remoteAddress());
        if (redemptions.take(network, System.nanoTime()) == RateLimit.Verdict.WAIT) {
            request.response().putHeader("retry-after", "5");
            request.fail(
                    new Refused(
                            new Problem(
                                    429,
                                    ErrorCode.TOO_OFTEN,
                                    "Too many requests",
                                    "too many enrolments came from this address; try again in a few"
                                            + " seconds")));
            return;
        }
        var body = Answers.body(request);
        answers.of(
                request,
                () -> redeemed(body),
                enrolled ->
                        Answers.json(
                                request,
                                200,
                                new JsonObject()
                                        .put("site", enrolled.site().value())
                                        .put("certificate", enrolled.certificate())
                                        .put("authority", enrolled.authority())
                                        .put("coordinator", settings.sites().toString())
                                        .put("ends", enrolled.ends().toString())));
    }

    private EnrolmentDesk.Enrolled redeemed(JsonObject body) {
        return desks.enrolments()
                .redeem(
                        Bytes.ofHex(body.getString("secret")),
                        body.getString("csr"),
                        Bytes.ofHex(body.getString("identityKey")),
                        this::recordCertificate);
    }

    /** The site acts itself, under a name that no person can have. */
    private void recordCertificate(SiteId site) {
        String id = new Target.Site(site).id();
        desks.decisions().happened(Actor.of(id), "site.certificate", id);
    }
}
