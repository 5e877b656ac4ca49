package io.confide.coordinator.http;

import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

import java.util.Map;

/** What the coordinator does for each operation of the contract that is about finished models; as {@link Operations}. */
final class ModelOperations {
    private final JobDesk jobs;
    private final Answers answers;

    ModelOperations(Answers answers, JobDesk jobs) {
        this.answers = answers;
        this.jobs = jobs;
    }

    /** Returns a handler per operation id. */
    Map<String, Handler<RoutingContext>> handlers() {
        return Map.of(
                "listModels", this::list,
                "showModel", this::show,
                "downloadArtifact", this::download);
    }

    private void list(RoutingContext request) {
        answers.permitted(
                request,
                Action.OBSERVE,
                new Target.Coordinator(),
                asked ->
                        answers.of(
                                asked,
                                () -> ViewJson.array(jobs.models(), ModelJson::line).toBuffer(),
                                models -> Answers.ifChanged(asked, models)));
    }

    private void show(RoutingContext request) {
        var job = job(request);
        answers.permitted(
                request,
                Action.READ_JOB,
                new Target.Job(job, ""),
                asked ->
                        answers.of(
                                asked,
                                () ->
                                        jobs.model(job)
                                                .map(ModelJson::of)
                                                .orElseThrow(
                                                        () -> missing("this job has made no model"))
                                                .toBuffer(),
                                model -> Answers.ifChanged(asked, model)));
    }

    private void download(RoutingContext request) {
        var job = job(request);
        String name = String.valueOf(request.pathParam("name"));
        var actor = Gate.actor(request);
        answers.of(
                request,
                () ->
                        jobs.artifact(job, name, actor)
                                .map(bytes -> new Artifact(bytes, Digest.of(bytes)))
                                .orElseThrow(() -> missing("this job has no file of this name")),
                artifact ->
                        request.response()
                                .putHeader("content-type", type(name))
                                .putHeader("etag", "\"" + artifact.hash() + "\"")
                                .putHeader(
                                        "content-disposition",
                                        "attachment; filename=\"" + name + "\"")
                                .end(Buffer.buffer(artifact.bytes().unsafeArray())));
    }

    private static Refused missing(String what) {
        return new Refused(Problem.notFound(what));
    }

    private static JobId job(RoutingContext request) {
        return JobId.of(String.valueOf(request.pathParam("job")));
    }

    private static String type(String name) {
        if (name.endsWith(".json")) {
            return "application/json";
        }
        return name.endsWith(".md") ? "text/markdown; charset=utf-8" : "application/octet-stream";
    }

    private record Artifact(Bytes bytes, Digest hash) {}
}
