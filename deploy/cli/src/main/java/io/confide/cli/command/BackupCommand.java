package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.Confide;
import io.confide.cli.JsonText;
import io.confide.cli.ShellWord;
import io.confide.cli.Terminal;
import io.confide.coordinator.backup.Backup;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code confide coordinator backup}, and the command below it. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        description = {
            "Copy everything that a coordinator needs to go on after the loss of its machine into a"
                    + " new folder. It may run meanwhile.",
            "In it: the database, the event log, keys and certificates, tokens, users, the roster"
                    + " and coordinator.yaml, with the SHA-256 of each. Not in it: uploads in"
                    + " progress, which sites send again, and the program's log.",
            "The folder holds private keys, unencrypted: only your account may read it (0700, files"
                    + " 0600). Keep it as you keep the coordinator's home.",
            "With PostgreSQL the database is not in it: back it up with pg_dump, before this."
        })
public final class BackupCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "coordinator.yaml",
            description =
                    "coordinator.yaml; its folder is the coordinator's home. Default:"
                            + " ${DEFAULT-VALUE}.")
    private Path config = Path.of("coordinator.yaml");

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Where to: a new folder, or an empty one.")
    private Optional<Path> to = Optional.empty();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public BackupCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var folder =
                to.orElseThrow(
                        () ->
                                new CommandLine.ParameterException(
                                        spec.commandLine(), "Missing required option: '--to=DIR'"));
        Backup backup;
        try (var status = new CopyStatus(terminal)) {
            backup = Backup.take(config, folder, Confide.VERSION, InstantSource.system(), status);
        }
        if (json) {
            terminal.line(JsonText.pretty(json(backup)));
        } else {
            told(backup, "taken");
            terminal.line(
                    "   It holds private keys. Check a copy of it with: confide coordinator backup"
                            + " verify "
                            + ShellWord.of(folder));
        }
        return 0;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Read a whole backup and check that it is what was backed up.")
    int verify(
            @Parameters(paramLabel = "DIR", description = "The backup.") Path folder,
            @Option(names = "--json", description = "Print the result as JSON.") boolean asJson) {
        var backup = Backup.open(folder);
        try (var status = new CopyStatus(terminal)) {
            backup.verify(status);
        }
        if (asJson) {
            terminal.line(JsonText.pretty(json(backup)));
        } else {
            told(backup, "whole");
        }
        return 0;
    }

    private void told(Backup backup, String state) {
        var manifest = backup.manifest();
        terminal.line(
                terminal.good(" ✓ ")
                        + "%s: %s of %s, %s; %d files, %s; %d events"
                                .formatted(
                                        backup.folder(),
                                        state,
                                        manifest.name(),
                                        manifest.taken(),
                                        manifest.files().size(),
                                        CostLines.bytes(manifest.bytes()),
                                        manifest.events()));
        terminal.line("   SHA-256 of its manifest   " + backup.digest().hex());
        if (manifest.schema().isEmpty()) {
            terminal.line(
                    terminal.warning(" ! ")
                            + "The PostgreSQL database is not in it: back it up with pg_dump.");
        }
        for (var place : manifest.leftOut()) {
            terminal.line(
                    terminal.warning(" ! ")
                            + place
                            + " is not in it, because it lies outside the home: copy it yourself.");
        }
    }

    private static ObjectNode json(Backup backup) {
        var manifest = backup.manifest();
        var answer =
                JsonText.object()
                        .put("backup", backup.folder().toString())
                        .put("name", manifest.name())
                        .put("taken", manifest.taken().toString())
                        .put("build", manifest.build())
                        .put("files", manifest.files().size())
                        .put("bytes", manifest.bytes())
                        .put("events", manifest.events())
                        .put("head", manifest.head().hex())
                        .put("manifestSha256", backup.digest().hex())
                        .put("database", manifest.schema().isPresent());
        manifest.schema().ifPresent(schema -> answer.put("schema", schema));
        var leftOut = answer.putArray("leftOut");
        manifest.leftOut().forEach(leftOut::add);
        return answer;
    }
}
