package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.remote.JobFiles;
import io.confide.cli.remote.ModelFolder;
import io.confide.cli.watch.JobFollower;
import io.confide.cli.watch.JobPicture;
import io.confide.cli.watch.WatchView;
import io.confide.common.files.Templates;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code confide job}: the researcher's work. */
@Command(
        name = "job",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Submit training jobs, watch them, get their models.")
public final class JobCommands {
    private static final String JSON = "Print the result as JSON.";

    private final Terminal terminal;
    private final Map<String, String> environment;

    public JobCommands(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = "Write a commented job.yaml and study.yaml to start from.")
    int init(
            @Option(
                            names = "--to",
                            paramLabel = "DIR",
                            defaultValue = ".",
                            description = "Where to. Default: this folder.")
                    Path to)
            throws IOException {
        Scaffold.write(Templates.Kind.STUDY, to, terminal);
        Scaffold.write(Templates.Kind.JOB, to, terminal);
        return 0;
    }

    @Command(
            name = "submit",
            mixinStandardHelpOptions = true,
            description = "Submit a job. It starts when the sites have approved its plan.")
    int submit(
            @Mixin JobAndStudy files,
            @Mixin Access access,
            @Option(names = "--json", description = JSON) boolean json)
            throws IOException, InterruptedException {
        var body = files.body();
        try (var coordinator = access.connect(environment)) {
            var job = files.post(coordinator, "jobs", body);
            if (json) {
                terminal.line(JsonText.pretty(job));
                return 0;
            }
            terminal.line(
                    terminal.good(" ✓ ")
                            + "job "
                            + job.path("id").asText()
                            + " ("
                            + job.path("name").asText()
                            + ") is submitted: "
                            + job.path("roundsPlanned").asInt()
                            + " rounds");
            terminal.line("   plan    " + job.path("planHash").asText());
            JobLines.queued(job).ifPresent(terminal::line);
            terminal.line(
                    "   next    confide job watch " + JobLines.shortId(job.path("id").asText()));
        }
        return 0;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Say what a job would be, or what is wrong with it; submits nothing.")
    int check(
            @Mixin JobAndStudy files,
            @Mixin Access access,
            @Option(names = "--json", description = JSON) boolean json)
            throws IOException, InterruptedException {
        var body = files.body();
        try (var coordinator = access.connect(environment)) {
            var check = files.post(coordinator, "jobs/check", body);
            if (json) {
                terminal.line(JsonText.pretty(check));
                return 0;
            }
            terminal.line(terminal.good(" ✓ ") + "valid. Nothing was submitted.");
            terminal.line("   rounds       " + check.path("rounds").asInt());
            terminal.line("   parameters   " + check.path("parameters").asInt());
            check.path("notes").forEach(note -> terminal.line("   " + note.asText()));
        }
        return 0;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List jobs, newest first.")
    int list(@Mixin Access access, @Option(names = "--json", description = JSON) boolean json)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var jobs = coordinator.get("jobs");
            if (json) {
                terminal.line(JsonText.pretty(jobs));
            } else if (jobs.isEmpty()) {
                terminal.line("There are no jobs yet. Submit one with confide job submit.");
            } else {
                jobs.forEach(job -> terminal.line(JobLines.summary(job, terminal)));
            }
        }
        return 0;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one job: its state, its rounds, who was left out, its metrics.")
    int show(
            @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
                    String id,
            @Mixin Access access,
            @Option(names = "--json", description = JSON) boolean json)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var found = JobFiles.find(coordinator, id);
            // The list has neither the promise nor the cost.
            var job = coordinator.get("jobs/" + found.path("id").asText());
            var rounds = coordinator.get("jobs/" + job.path("id").asText() + "/rounds");
            if (json) {
                terminal.line(
                        JsonText.pretty(
                                JsonText.object()
                                        .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                                                "job", job)
                                        .set("rounds", rounds)));
            } else {
                JobLines.details(job, rounds, terminal).forEach(terminal::line);
            }
        }
        return 0;
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "Follow a job live to its end. Exit status 1 if it fails.")
    int watch(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "ID",
                            description =
                                    "The job, or the first digits of its id. Default: newest.")
                    Optional<String> id,
            @Mixin Access access,
            @Option(names = "--json", description = "Print every event as a line of JSON.")
                    boolean json)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id.orElse(""));
            var picture = new JobPicture();
            picture.view(job);
            var view =
                    new WatchView(terminal, job, json ? WatchView.Form.JSON : WatchView.Form.TEXT);
            view.begins(picture);
            var end =
                    picture.progress() == JobPicture.Progress.OVER
                            ? job
                            : new JobFollower(coordinator, job.path("id").asText())
                                    .follow(picture, view);
            view.finish(end);
            return end.path("state").asText().equals("COMPLETED") ? 0 : 1;
        }
    }

    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "End a job that has not ended.")
    int cancel(@Mixin OneJob job) throws IOException, InterruptedException {
        return job.ask(
                "cancel",
                environment,
                terminal,
                ended -> List.of(JobLines.summary(ended, terminal)));
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description =
                    "Stop a job until it is resumed. A round that runs ends first; nothing of it is"
                            + " lost.")
    int pause(@Mixin OneJob job) throws IOException, InterruptedException {
        return job.ask("pause", environment, terminal, paused -> JobLines.paused(paused, terminal));
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Let a paused job go on where it stands.")
    int resume(@Mixin OneJob job) throws IOException, InterruptedException {
        return job.ask(
                "resume", environment, terminal, resumed -> JobLines.resumed(resumed, terminal));
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description =
                    "Run the plan of a job that has ended again, as a new job. Every site decides"
                            + " anew.")
    int retry(@Mixin OneJob job) throws IOException, InterruptedException {
        return job.ask("retry", environment, terminal, again -> JobLines.retried(again, terminal));
    }

    @Command(
            name = "download",
            mixinStandardHelpOptions = true,
            description = "Get the model, its manifest and its card of a completed job.")
    int download(
            @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
                    String id,
            @Option(
                            names = "--to",
                            paramLabel = "DIR",
                            description = "Where to. Default: a folder with the job's name.")
                    Optional<Path> to,
            @Option(names = "--force", description = "Replace another job's model there.")
                    boolean force,
            @Mixin Access access,
            @Option(names = "--json", description = JSON) boolean json)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id);
            if (!job.path("state").asText().equals("COMPLETED")) {
                throw new ConfideException(
                        ErrorCode.NOT_FOUND,
                        "Job "
                                + id
                                + " has no model: it is "
                                + job.path("state").asText()
                                + ". Only a completed job can be downloaded.");
            }
            var folder = to.orElse(Path.of(job.path("name").asText("model")));
            if (force) {
                ModelFolder.clear(folder);
            }
            var files = JobFiles.download(coordinator, job.path("id").asText(), folder);
            if (json) {
                var answer = JsonText.object().put("folder", folder.toString());
                var list = answer.putArray("files");
                files.forEach(file -> list.add(file.toString()));
                terminal.line(JsonText.pretty(answer));
            } else {
                files.forEach(file -> terminal.line(terminal.good(" ✓ ") + file));
            }
        }
        return 0;
    }
}
