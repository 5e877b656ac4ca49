package io.confide.coordinator.http;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.Views.JobView;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What the coordinator does for each operation of the contract that is about jobs and their rounds. Requests have been
 * checked against the contract before. Whether somebody may is decided here for what only reads, and by the desk, which
 * keeps record, for the rest.
 */
final class Operations {
    private static final int SPENT_OF_NEWEST = 100;

    private final JobDesk jobs;
    private final Answers answers;
    private final InstantSource clock;
    private final EventStreams streams;
    private final Gate gate;

    Operations(
            Answers answers,
            PeopleServer.Desks desks,
            InstantSource clock,
            EventStreams streams,
            Gate gate) {
        this.answers = answers;
        this.jobs = desks.jobs();
        this.clock = clock;
        this.streams = streams;
        this.gate = gate;
    }

    /** Returns a handler per operation id. */
    Map<String, Handler<RoutingContext>> handlers() {
        return Map.ofEntries(
                Map.entry("listJobs", list(this::listed)),
                Map.entry("submitJob", this::submit),
                Map.entry(
                        "checkJob",
                        may(Action.SUBMIT_JOB, new Target.Submission("", ""), this::check)),
                Map.entry("showJob", reads(this::show)),
                Map.entry("cancelJob", acts(jobs::cancel)),
                Map.entry("pauseJob", acts(jobs::pause)),
                Map.entry("resumeJob", acts(jobs::resume)),
                Map.entry("retryJob", this::retry),
                Map.entry("listRounds", reads(this::rounds)),
                Map.entry("listJobSites", reads(this::sitesOf)),
                Map.entry("showPlan", reads(this::plan)),
                Map.entry("showRound", reads(this::round)),
                Map.entry("downloadEvidence", this::evidence),
                Map.entry("downloadSumAudit", this::sumAudit),
                Map.entry("watchJob", reads(this::watch)),
                Map.entry("listSites", list(this::sites)),
                Map.entry("listAlerts", list(_ -> alerts())),
                Map.entry(
                        "listStudies", list(_ -> ViewJson.array(jobs.studies(), ViewJson::study))));
    }

    private JsonArray listed(RoutingContext request) {
        var lines = new JsonArray();
        for (var view : isBrief(request) ? jobs.jobList() : jobs.jobs()) {
            var line = isBrief(request) ? ViewJson.line(view) : ViewJson.job(view);
            // Every plan has to be read for it once, so not of all that ever ran.
            if (view.state().isLive() || lines.size() < SPENT_OF_NEWEST) {
                jobs.spent(view).ifPresent(spent -> line.put("spent", ViewJson.spent(spent)));
                if (jobs.promisesNothing(view)) {
                    line.put("promisesNothing", true);
                }
            }
            lines.add(line);
        }
        return lines;
    }

    private JsonArray sites(RoutingContext request) {
        return isBrief(request)
                ? ViewJson.array(jobs.sites(), ViewJson::connection)
                : ViewJson.array(jobs.sites(), ViewJson::site);
    }

    private static boolean isBrief(RoutingContext request) {
        return Answers.query(request, "view").filter("brief"::equals).isPresent();
    }

    private JsonArray alerts() {
        var now = clock.instant();
        var told = jobs.jobsSince(now.minus(Alerts.FAILURE_SHOWN));
        var picture = new Alerts.Picture(told, jobs.sites(), jobs.running(), now);
        return ViewJson.array(Alerts.of(picture), ViewJson::alert);
    }

    private void submit(RoutingContext request) {
        var body = Answers.body(request);
        var actor = Gate.actor(request);
        answers.of(
                request,
                () ->
                        ViewJson.job(
                                jobs.submit(body.getString("job"), body.getString("study"), actor)),
                job -> created(request, job));
    }

    private static void created(RoutingContext request, JsonObject job) {
        request.response().putHeader("location", "/api/v1/jobs/" + job.getString("id"));
        Answers.json(request, 201, job);
    }

    private void check(RoutingContext request) {
        var body = Answers.body(request);
        answers.of(
                request,
                () -> ViewJson.check(jobs.check(body.getString("job"), body.getString("study"))),
                check -> Answers.json(request, 200, check));
    }

    private void show(RoutingContext request) {
        var job = job(request);
        answers.of(
                request,
                () -> {
                    var shown = found(jobs.job(job).map(ViewJson::job));
                    jobs.privacy(job).ifPresent(p -> shown.put("privacy", ViewJson.privacy(p)));
                    jobs.cost(job).ifPresent(c -> shown.put("cost", PlanViewJson.cost(c)));
                    return shown.toBuffer();
                },
                view -> Answers.ifChanged(request, view));
    }

    /** What somebody does to a job that has not ended. */
    private Handler<RoutingContext> acts(BiFunction<JobId, Actor, Optional<JobView>> act) {
        return request -> {
            var job = job(request);
            var actor = Gate.actor(request);
            answers.of(
                    request,
                    () -> found(act.apply(job, actor).map(ViewJson::job)),
                    view -> Answers.json(request, 200, view));
        };
    }

    private void retry(RoutingContext request) {
        var job = job(request);
        var actor = Gate.actor(request);
        answers.of(
                request,
                () -> found(jobs.retry(job, actor).map(ViewJson::job)),
                again -> created(request, again));
    }

    private void rounds(RoutingContext request) {
        var job = job(request);
        var last = Answers.whole(request, "last");
        answers.of(
                request,
                () -> {
                    found(jobs.job(job));
                    return ViewJson.array(
                            last.isPresent() ? jobs.rounds(job, last.getAsInt()) : jobs.rounds(job),
                            ViewJson::round);
                },
                rounds -> Answers.send(request, 200, rounds.toBuffer()));
    }

    private void sitesOf(RoutingContext request) {
        var job = job(request);
        answers.of(
                request,
                () -> SiteFacts.of(jobs, job, found(jobs.job(job))),
                facts -> Answers.json(request, 200, facts));
    }

    private void plan(RoutingContext request) {
        var job = job(request);
        answers.of(
                request,
                () -> PlanViewJson.of(found(jobs.plan(job))),
                plan -> Answers.json(request, 200, plan));
    }

    private void round(RoutingContext request) {
        var job = job(request);
        long number = roundNumber(request);
        answers.of(
                request,
                () -> RoundJson.of(ended(jobs.round(job, number))),
                round -> Answers.json(request, 200, round));
    }

    private void evidence(RoutingContext request) {
        var job = job(request);
        long number = roundNumber(request);
        var actor = Gate.actor(request);
        answers.of(
                request,
                () -> ended(jobs.evidence(job, number, actor)),
                file -> send(request, file, "evidence-%s-round-%d.json".formatted(job, number)));
    }

    private void sumAudit(RoutingContext request) {
        var job = job(request);
        long number = roundNumber(request);
        var actor = Gate.actor(request);
        answers.of(
                request,
                () ->
                        jobs.sumAudit(job, number, actor)
                                .orElseThrow(
                                        () ->
                                                new Refused(
                                                        Problem.notFound(
                                                                "nothing is kept to audit the sum"
                                                                    + " of this round: its plan"
                                                                    + " asks for no audit, or there"
                                                                    + " was no sum"))),
                file -> send(request, file, "audit-%s-round-%d.json".formatted(job, number)));
    }

    private static void send(RoutingContext request, Bytes file, String name) {
        request.response()
                .putHeader("content-disposition", "attachment; filename=\"" + name + "\"");
        Answers.send(request, 200, Buffer.buffer(file.unsafeArray()));
    }

    private void watch(RoutingContext request) {
        String header = request.request().getHeader("last-event-id");
        long after = Answers.number(request, "after").orElse(0);
        if (header != null && !header.isBlank()) {
            after = Answers.number(header.strip());
        }
        var rounds = Answers.whole(request, "rounds");
        var history =
                rounds.isPresent()
                        ? new EventStreams.History.Recently(
                                new Recent(
                                        after, rounds.getAsInt(), Answers.number(request, "round")))
                        : new EventStreams.History.Whole(after);
        streams.open(request, job(request), history, gate.stillAllowed(request));
    }

    private Handler<RoutingContext> list(Function<RoutingContext, JsonArray> read) {
        return may(
                Action.OBSERVE,
                new Target.Coordinator(),
                request ->
                        answers.of(
                                request,
                                () -> read.apply(request).toBuffer(),
                                views -> Answers.ifChanged(request, views)));
    }

    private Handler<RoutingContext> may(
            Action action, Target target, Handler<RoutingContext> handler) {
        return request -> answers.permitted(request, action, target, handler);
    }

    private Handler<RoutingContext> reads(Handler<RoutingContext> handler) {
        return request ->
                may(Action.READ_JOB, new Target.Job(job(request), ""), handler).handle(request);
    }

    private static <T> T found(Optional<T> value) {
        return value.orElseThrow(
                () -> new Refused(Problem.notFound("there is no job with this id")));
    }

    private static <T> T ended(Optional<T> value) {
        return value.orElseThrow(
                () ->
                        new Refused(
                                Problem.notFound(
                                        "this job has no round of this number that has ended")));
    }

    /** The contract has checked that it is one. */
    private static long roundNumber(RoutingContext request) {
        return Long.parseLong(String.valueOf(request.pathParam("round")));
    }

    private static JobId job(RoutingContext request) {
        return JobId.of(String.valueOf(request.pathParam("job")));
    }
}
