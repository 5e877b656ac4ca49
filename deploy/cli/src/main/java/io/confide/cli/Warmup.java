package io.confide.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the short commands once, so that the launcher can archive the classes that they load. */
public final class Warmup {
    private Warmup() {}

    /** Prints nothing and fails for nothing. */
    public static void main(String[] arguments) {
        var sink = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        var terminal = new Terminal(sink, sink, Terminal.Look.PLAIN, 100);
        var environment =
                Map.of(
                        "CONFIDE_LOG_DIR",
                        Path.of(System.getProperty("java.io.tmpdir")).toString(),
                        "CONFIDE_CONTEXT",
                        "/nonexistent/context.json");
        Confide.run(terminal, environment, "--help");
        for (var group : new String[] {"job", "participant", "coordinator", "data", "demo"}) {
            Confide.run(terminal, environment, group, "--help");
        }
        Confide.run(terminal, environment, "job", "list");
        var example = List.of("--epsilon", "1", "-q", "0.01", "--steps", "100", "--delta", "1e-5");
        var noise = Stream.concat(Stream.of("privacy", "noise", "--json"), example.stream());
        Confide.run(terminal, environment, noise.toArray(String[]::new));
        Confide.run(terminal, environment, "no-such-command");
    }
}
