package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.ShellWord;
import io.confide.cli.Terminal;
import io.confide.coordinator.backup.Aftermath;
import io.confide.coordinator.backup.Backup;
import io.confide.coordinator.backup.Restore;
import io.confide.coordinator.backup.Restore.Jobs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;

/** {@code confide coordinator restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Make a new home of a backup. Every file is checked; the home is there whole or not at"
                    + " all.",
            "Jobs that had not ended have failed then and can be retried: since the backup they may"
                    + " have gone further at their sites, which do nothing twice. Invitations that"
                    + " were open and sign-ins have ended as well.",
            "The coordinator that was lost must never run again: both would speak with one key.",
            "With PostgreSQL put the database back with its own tools before this."
        })
public final class RestoreCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR",
            description = "What confide coordinator backup made.")
    private Path from = Path.of("");

    @Option(
            names = "--home",
            required = true,
            paramLabel = "DIR",
            description = "The new home: a new folder, or an empty one.")
    private Path home = Path.of("");

    @Option(
            names = "--nothing-ran-since",
            description =
                    "Let jobs, invitations and sign-ins go on: only if no coordinator has run since"
                            + " the backup, or if the PostgreSQL database was not put back.")
    private boolean goesOn;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public RestoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var backup = Backup.open(from);
        Restore.Restored restored;
        try (var status = new CopyStatus(terminal)) {
            restored =
                    Restore.into(
                            home, backup, goesOn ? Jobs.GO_ON : Jobs.END, Instant.now(), status);
        }
        if (json) {
            asJson(backup, restored);
        } else {
            told(backup, restored);
        }
        return 0;
    }

    private void asJson(Backup backup, Restore.Restored restored) {
        var answer =
                JsonText.object()
                        .put("home", home.toString())
                        .put("taken", backup.manifest().taken().toString())
                        .put("manifestSha256", backup.digest().hex())
                        .put("files", backup.manifest().files().size())
                        .put("bytes", backup.manifest().bytes())
                        .put("events", restored.events());
        var ended = answer.putArray("jobsEnded");
        restored.aftermath()
                .ifPresent(
                        aftermath -> {
                            aftermath.ended().forEach(job -> ended.add(job.toString()));
                            answer.put("invitationsEnded", aftermath.voided().tokens())
                                    .put("sessionsEnded", aftermath.voided().sessions());
                        });
        terminal.line(JsonText.pretty(answer));
    }

    private void told(Backup backup, Restore.Restored restored) {
        var manifest = backup.manifest();
        terminal.line(
                terminal.good(" ✓ ")
                        + "%s: %s as of %s; %d files, %s"
                                .formatted(
                                        home,
                                        manifest.name(),
                                        manifest.taken(),
                                        manifest.files().size(),
                                        CostLines.bytes(manifest.bytes())));
        restored.aftermath().ifPresent(this::told);
        for (var place : manifest.leftOut()) {
            terminal.line(terminal.warning(" ! ") + place + " was not in the backup.");
        }
        terminal.line(
                "   next   confide coordinator start --config "
                        + ShellWord.of(home.resolve(manifest.config())));
    }

    private void told(Aftermath aftermath) {
        terminal.line(
                "   ended   %d jobs, %d invitations of sites, %d sign-ins"
                        .formatted(
                                aftermath.ended().size(),
                                aftermath.voided().tokens(),
                                aftermath.voided().sessions()));
        aftermath.ended().forEach(job -> terminal.line("   retry   confide job retry " + job));
        aftermath
                .led()
                .forEach(
                        job ->
                                terminal.line(
                                        terminal.warning(" ! ")
                                                + job
                                                + " goes on: another process leads it now."));
    }
}
