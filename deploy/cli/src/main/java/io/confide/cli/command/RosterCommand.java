package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.ShellWord;
import io.confide.cli.Terminal;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RosterFile;
import io.confide.common.files.TextFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code confide coordinator roster}. */
@Command(
        name = "roster",
        mixinStandardHelpOptions = true,
        description =
                "Write roster.json: who takes part, by their keys. Every site compares and pins"
                        + " it.",
        footer = {
            "%nA site's key is what confide participant enroll --json printed there; SITE=KEY gives"
                    + " it",
            "directly, FILE.json names a file with that output."
        })
public final class RosterCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "roster.json",
            description = "Where to. Default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("roster.json");

    @Option(
            names = "--version-number",
            paramLabel = "N",
            defaultValue = "1",
            description = "Counts up with every change. Default: ${DEFAULT-VALUE}.")
    private int version = 1;

    @Option(
            names = "--colluders",
            paramLabel = "C",
            defaultValue = "1",
            description =
                    "How many sites may be dishonest together, the coordinator beside them."
                            + " Default: ${DEFAULT-VALUE}.")
    private int colluders = 1;

    @Option(
            names = "--coordinator-key",
            required = true,
            paramLabel = "KEY",
            description = "The coordinator's public key, 64 digits, or its ready.json.")
    private String coordinatorKey = "";

    @Parameters(
            arity = "3..*",
            paramLabel = "SITE=KEY|FILE.json",
            description = "The sites, in the order of their index.")
    private List<String> sites = List.of();

    private final Terminal terminal;

    public RosterCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        var members = new ArrayList<RosterDocument.Member>();
        for (var site : sites) {
            members.add(member(site));
        }
        var bytes =
                RosterFile.bytes(new RosterDocument(version, colluders, coordinator(), members));
        var checked = RosterFile.parse(new String(bytes.unsafeArray(), StandardCharsets.UTF_8));
        Files.write(out, bytes.unsafeArray());
        terminal.line(terminal.good(" ✓ ") + out + ": " + checked.members().size() + " sites");
        terminal.line(
                "   next   send it to every site: confide participant approve --roster "
                        + ShellWord.of(out.getFileName()));
        return 0;
    }

    private Bytes coordinator() {
        return coordinatorKey.endsWith(".json")
                ? field(Path.of(coordinatorKey), "coordinatorKey")
                : key(coordinatorKey, "--coordinator-key");
    }

    private static RosterDocument.Member member(String text) {
        int equals = text.indexOf('=');
        if (equals > 0) {
            return new RosterDocument.Member(
                    new SiteId(text.substring(0, equals)), key(text.substring(equals + 1), text));
        }
        var file = Path.of(text);
        var name = JsonText.parse(TextFile.read(file), text).path("site").asText();
        return new RosterDocument.Member(new SiteId(name), field(file, "identityKey"));
    }

    private static Bytes field(Path file, String name) {
        var json = JsonText.parse(TextFile.read(file), file.toString());
        return key(json.path(name).asText(), file + ", " + name);
    }

    private static Bytes key(String hex, String where) {
        if (!hex.matches("[0-9a-fA-F]{64}")) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT, where + ": a public key has 64 hexadecimal digits.");
        }
        return Bytes.ofHex(hex);
    }
}
