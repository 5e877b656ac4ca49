package io.confide.cli.demo;

import io.confide.cli.JsonText;
import io.confide.cli.ShellWord;
import io.confide.cli.Terminal;
import io.confide.cli.process.Fleet;
import io.confide.cli.process.JvmOptions;
import io.confide.cli.remote.JobFiles;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.cli.watch.JobPicture;
import io.confide.common.files.RosterDocument;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.participant.baseline.Comparison;
import io.confide.participant.port.LocalData;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The whole demo, step by step. */
public final class Demo {
    private final Terminal terminal;
    private final DemoOptions options;
    private final DemoHome home;
    private final Steps steps;
    private final Output output;

    /** What the result is printed as. */
    public enum Output {
        TEXT,
        JSON
    }

    public Demo(Terminal terminal, DemoOptions options, Output output) {
        this.terminal = terminal;
        this.options = options;
        this.output = output;
        home = new DemoHome(options.home().toAbsolutePath().normalize());
        steps =
                new Steps(
                        terminal,
                        output == Output.TEXT ? Steps.Visibility.SHOWN : Steps.Visibility.BESIDE);
    }

    /** Runs the demo and prints its result. Whatever happens, no child process outlives this call. */
    public void run() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (var _ = home.claim();
                var fleet = new Fleet(JvmOptions.Life.BRIEF, home.pids())) {
            var study = new DemoChoice(steps, home).choose(options);
            steps.line(terminal.strong(" Confide demo") + " · " + study.title());
            var built = System.getProperty("confide.build", "");
            if (!built.isEmpty()) {
                steps.done("build", built);
            }
            var ports = FreePorts.choose();
            new DemoFiles(home, ports).write(study);
            var comparison = new DemoComparison(study, home);
            var rows = comparison.bind();
            steps.done("data", counts(rows.values()));
            var consortium = new DemoFleet(home, fleet, ports);
            try (var coordinator = setUp(study, consortium, ports)) {
                var outcome = trainOrStay(study, coordinator);
                JobFiles.download(coordinator, outcome.job().path("id").asText(), home.model());
                steps.working("comparison", "each hospital alone, and everything in one place");
                var compared = comparison.compare(rows, home.model());
                double seconds = (System.nanoTime() - begin) / 1e9;
                var privacy = DemoPrivacy.of(comparison.plan(), outcome.rounds(), study, home);
                print(
                        new DemoResult(
                                study,
                                outcome.job(),
                                outcome.rounds(),
                                federated(outcome, compared, privacy),
                                compared,
                                privacy,
                                seconds,
                                home.model(),
                                coordinator.address().toString()));
                afterwards(coordinator);
            }
        }
    }

    private RemoteCoordinator setUp(DemoStudy study, DemoFleet consortium, FreePorts ports)
            throws IOException, InterruptedException {
        steps.working("coordinator", "starting");
        var coordinator = consortium.startCoordinator();
        steps.done(
                "coordinator",
                "sites: localhost:%d   people: https://localhost:%d   token in %s   (%s)"
                        .formatted(
                                ports.sites(),
                                ports.people(),
                                home.coordinator().resolve("admin.token"),
                                steps.elapsed()));
        steps.working("participants", "enrolling");
        var members = consortium.enrol(coordinator, study.hospitals());
        new DemoFiles(home, ports)
                .roster(
                        new RosterDocument(
                                1, study.colluders(), consortium.coordinatorKey(), members));
        consortium.pinRoster(study.hospitals());
        steps.working("participants", "starting %d processes".formatted(members.size()));
        consortium.startSites(study.hospitals());
        steps.done(
                "participants",
                "%d processes enrolled over mutual TLS, roster pinned at each (%s)"
                        .formatted(members.size(), steps.elapsed()));
        return coordinator;
    }

    /** With {@code --keep} everything stays for whoever wants to see why a job failed. */
    private DemoJob.Outcome trainOrStay(DemoStudy study, RemoteCoordinator coordinator)
            throws IOException, InterruptedException {
        try {
            return train(study, coordinator);
        } catch (ConfideException e) {
            if (e.code() == ErrorCode.JOB_FAILED
                    && options.afterwards() == DemoOptions.Afterwards.KEEP_RUNNING) {
                terminal.clearStatus();
                steps.warn("job", e.sentence());
                afterwards(coordinator);
            }
            throw e;
        }
    }

    private DemoJob.Outcome train(DemoStudy study, RemoteCoordinator coordinator)
            throws IOException, InterruptedException {
        var demoJob = new DemoJob(coordinator, home);
        steps.working("job", "submitting " + home.job());
        var job = demoJob.submit();
        demoJob.approve(job.path("planHash").asText(), study.hospitals());
        steps.done(
                "job",
                "plan %s submitted; approved at each site, by this demo as its steward"
                        .formatted(job.path("planHash").asText().substring(0, 8)));
        var outcome = demoJob.follow(job, new JobPicture(), new LiveLine(terminal, steps));
        terminal.clearStatus();
        if (!outcome.job().path("state").asText().equals("COMPLETED")) {
            throw new ConfideException(
                    ErrorCode.JOB_FAILED,
                    outcome.job().path("reason").asText("The job did not complete."));
        }
        return outcome;
    }

    private static double federated(
            DemoJob.Outcome outcome, Comparison compared, Optional<DemoPrivacy> privacy) {
        return privacy.isPresent()
                ? compared.all().auc().federated().orElse(Double.NaN)
                : outcome.job().path("metrics").path("auc").asDouble(Double.NaN);
    }

    private static String counts(Collection<LocalData> hospitals) {
        int patients = hospitals.stream().mapToInt(LocalData::rows).sum();
        int events = hospitals.stream().mapToInt(rows -> rows.profile().positives()).sum();
        return "%d patients, %d of them with the event, at %d hospitals"
                .formatted(patients, events, hospitals.size());
    }

    private void print(DemoResult result) {
        terminal.clearStatus();
        if (output == Output.JSON) {
            terminal.line(JsonText.pretty(DemoJson.of(result)));
        } else {
            new DemoReport(terminal, result).lines().forEach(terminal::line);
        }
    }

    private void afterwards(RemoteCoordinator coordinator) throws InterruptedException {
        if (options.browser() == DemoOptions.Browser.OPEN) {
            BrowserWindow.show(coordinator.address());
        }
        if (options.afterwards() == DemoOptions.Afterwards.STOP) {
            steps.line(
                    " Next     everything is stopped; confide demo --keep leaves it running for"
                            + " confide job show, list, download and submit");
            return;
        }
        steps.line(
                " Next     everything keeps running until Ctrl-C; in another window: confide job"
                        + " list, confide job show "
                        + "…, confide participant egress --home "
                        + ShellWord.of(home.directory().resolve("sites").resolve("london")));
        new CountDownLatch(1).await();
    }
}
