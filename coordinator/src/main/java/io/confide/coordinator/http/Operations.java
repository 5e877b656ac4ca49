package io.confide.coordinator.http;

import static io.vertx.ext.web.openapi.router.RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST;

import static java.util.Objects.requireNonNull;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.port.JobDesk;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.ValidatedRequest;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** What the coordinator does for each operation of the contract. Requests have been checked against it before. */
final class Operations {
    private static final int REDEEM_BURST = 60;
    private static final long REDEEM_REFILL_NANOS = 1_000_000_000;

    private final Vertx vertx;
    private final JobDesk jobs;
    private final EnrolmentDesk enrolments;
    private final PeopleServer.Settings settings;
    private final InstantSource clock;
    private final EventStreams streams;
    private final Gate gate;
    private final RateLimit redemptions = new RateLimit(REDEEM_BURST, REDEEM_REFILL_NANOS);

    Operations(
            Vertx vertx,
            PeopleServer.Settings settings,
            PeopleServer.Desks desks,
            InstantSource clock,
            EventStreams streams,
            Gate gate) {
        this.vertx = vertx;
        this.jobs = desks.jobs();
        this.enrolments = desks.enrolments();
        this.settings = settings;
        this.clock = clock;
        this.streams = streams;
        this.gate = gate;
    }

    /** Returns a handler per operation id. */
    Map<String, Handler<RoutingContext>> handlers() {
        return Map.ofEntries(
                Map.entry("listJobs", list(() -> ViewJson.array(jobs.jobs(), ViewJson::job))),
                Map.entry("submitJob", this::submit),
                Map.entry("checkJob", this::check),
                Map.entry("showJob", this::show),
                Map.entry("cancelJob", this::cancel),
                Map.entry("listRounds", this::rounds),
                Map.entry("watchJob", this::watch),
                Map.entry("downloadArtifact", this::download),
                Map.entry("listModels", list(() -> ViewJson.array(jobs.models(), ViewJson::model))),
                Map.entry("listSites", list(() -> ViewJson.array(jobs.sites(), ViewJson::site))),
                Map.entry(
                        "listAlerts",
                        list(
                                () ->
                                        ViewJson.array(
                                                Alerts.of(
                                                        jobs.jobs(), jobs.sites(), clock.instant()),
                                                ViewJson::alert))),
                Map.entry("inviteSite", this::invite),
                Map.entry(
                        "listStudies", list(() -> ViewJson.array(jobs.studies(), ViewJson::study))),
                Map.entry("redeemEnrolment", this::redeem),
                Map.entry(
                        "signIn",
                        request -> gate.signIn(request, body(request).getString("token"))),
                Map.entry("signOut", gate::signOut),
                Map.entry(
                        "whoAmI",
                        request ->
                                json(
                                        request,
                                        200,
                                        new JsonObject()
                                                .put("name", BearerToken.ACTOR)
                                                .put("roles", JsonArray.of(BearerToken.ACTOR)))));
    }

    private void submit(RoutingContext request) {
        var body = body(request);
        answer(
                request,
                () ->
                        ViewJson.job(
                                jobs.submit(
                                        body.getString("job"),
                                        body.getString("study"),
                                        BearerToken.ACTOR)),
                job -> {
                    request.response().putHeader("location", "/api/v1/jobs/" + job.getString("id"));
                    json(request, 201, job);
                });
    }

    private void check(RoutingContext request) {
        var body = body(request);
        answer(
                request,
                () -> ViewJson.check(jobs.check(body.getString("job"), body.getString("study"))),
                check -> json(request, 200, check));
    }

    private void show(RoutingContext request) {
        var job = job(request);
        answer(
                request,
                () -> found(jobs.job(job).map(ViewJson::job)),
                view -> json(request, 200, view));
    }

    private void cancel(RoutingContext request) {
        var job = job(request);
        answer(
                request,
                () -> found(jobs.cancel(job, BearerToken.ACTOR).map(ViewJson::job)),
                view -> json(request, 200, view));
    }

    private void rounds(RoutingContext request) {
        var job = job(request);
        answer(
                request,
                () -> {
                    found(jobs.job(job));
                    return ViewJson.array(jobs.rounds(job), ViewJson::round);
                },
                rounds -> send(request, 200, rounds.toBuffer()));
    }

    private void watch(RoutingContext request) {
        String header = request.request().getHeader("last-event-id");
        var query = validated(request).getQuery().get("after");
        long after = query == null || query.isEmpty() ? 0 : number(String.valueOf(query.get()));
        if (header != null && !header.isBlank()) {
            after = number(header.strip());
        }
        streams.open(request, job(request), after, gate.stillAllowed(request));
    }

    private void download(RoutingContext request) {
        var job = job(request);
        String name = String.valueOf(request.pathParam("name"));
        answer(
                request,
                () ->
                        jobs.artifact(job, name, BearerToken.ACTOR)
                                .map(bytes -> new Artifact(bytes, Digest.of(bytes)))
                                .orElseThrow(
                                        () ->
                                                new Refused(
                                                        Problem.notFound(
                                                                "this job has no file of this"
                                                                        + " name"))),
                artifact ->
                        request.response()
                                .putHeader("content-type", type(name))
                                .putHeader("etag", "\"" + artifact.hash() + "\"")
                                .putHeader(
                                        "content-disposition",
                                        "attachment; filename=\"" + name + "\"")
                                .end(Buffer.buffer(artifact.bytes().unsafeArray())));
    }

    private void invite(RoutingContext request) {
        var body = body(request);
        var site = new SiteId(body.getString("site"));
        var life =
                body.containsKey("expiresMinutes")
                        ? Duration.ofMinutes(body.getLong("expiresMinutes"))
                        : EnrolmentDesk.TOKEN_LIFE;
        answer(
                request,
                () -> enrolments.invite(site, life),
                token ->
                        json(
                                request,
                                201,
                                new JsonObject()
                                        .put("site", site.value())
                                        .put("token", token.encode())
                                        .put("expires", token.expires().toString())));
    }

    private void redeem(RoutingContext request) {
        String address = request.request().remoteAddress().hostAddress();
        if (redemptions.take(String.valueOf(address), System.nanoTime())
                == RateLimit.Verdict.WAIT) {
            request.response().putHeader("retry-after", "5");
            request.fail(
                    new Refused(
                            new Problem(
                                    429,
                                    ErrorCode.DATA_UNAVAILABLE,
                                    "Too many requests",
                                    "too many enrolments came from this address; try again in a few"
                                            + " seconds")));
            return;
        }
        var body = body(request);
        answer(
                request,
                () ->
                        enrolments.redeem(
                                Bytes.ofHex(body.getString("secret")),
                                body.getString("csr"),
                                Bytes.ofHex(body.getString("identityKey"))),
                enrolled ->
                        json(
                                request,
                                200,
                                new JsonObject()
                                        .put("site", enrolled.site().value())
                                        .put("certificate", enrolled.certificate())
                                        .put("authority", enrolled.authority())
                                        .put("coordinator", settings.sites().toString())
                                        .put("ends", enrolled.ends().toString())));
    }

    private Handler<RoutingContext> list(Callable<JsonArray> read) {
        return request -> answer(request, read, views -> send(request, 200, views.toBuffer()));
    }

    /** Runs {@code work} on a worker and gives its result to {@code then} on the event loop. */
    private <T> void answer(RoutingContext request, Callable<T> work, Consumer<T> then) {
        vertx.executeBlocking(work, false).onSuccess(then::accept).onFailure(request::fail);
    }

    private static <T> T found(Optional<T> value) {
        return value.orElseThrow(
                () -> new Refused(Problem.notFound("there is no job with this id")));
    }

    private static JobId job(RoutingContext request) {
        return JobId.of(String.valueOf(request.pathParam("job")));
    }

    private static long number(String text) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below like a negative one.
        }
        throw new ConfideException(
                ErrorCode.BAD_ARGUMENT, "the number of the last event is not a number from 0 on");
    }

    private static ValidatedRequest validated(RoutingContext request) {
        ValidatedRequest validated = request.get(KEY_META_DATA_VALIDATED_REQUEST);
        return requireNonNull(validated, "the contract's router validates every request");
    }

    private static JsonObject body(RoutingContext request) {
        return requireNonNull(validated(request).getBody().getJsonObject(), "a body is required");
    }

    private static String type(String name) {
        if (name.endsWith(".json")) {
            return "application/json";
        }
        return name.endsWith(".md") ? "text/markdown; charset=utf-8" : "application/octet-stream";
    }

    private static void json(RoutingContext request, int status, JsonObject body) {
        send(request, status, body.toBuffer());
    }

    private static void send(RoutingContext request, int status, Buffer body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body);
    }

    private record Artifact(Bytes bytes, Digest hash) {}
}
