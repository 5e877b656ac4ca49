package io.confide.e2e;

import io.confide.cli.Terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The packaged command line, run through the launcher as a person runs it. */
final class Confide {
    private static final Path ROOT = root();

    private Confide() {}

    /** A finished command. */
    record Done(int status, String out, String err) {}

    /** A command that runs; its two outputs go to files. */
    record Running(Process process, Path out, Path err) implements AutoCloseable {
        Done await(Duration patience) throws IOException, InterruptedException {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "still running after "
                                + patience.toSeconds()
                                + " s\n"
                                + Files.readString(out)
                                + Files.readString(err));
            }
            return new Done(process.exitValue(), Files.readString(out), Files.readString(err));
        }

        /** Waits until the error output has a line that {@code expected} accepts, and returns it. */
        String awaitLine(Predicate<String> expected, Duration patience)
                throws IOException, InterruptedException {
            long end = System.nanoTime() + patience.toNanos();
            while (System.nanoTime() < end) {
                var line = Files.readAllLines(err).stream().filter(expected).findFirst();
                if (line.isPresent()) {
                    return line.get();
                }
                if (!process.isAlive()) {
                    break;
                }
                Thread.sleep(50);
            }
            throw new AssertionError("no such line in\n" + Files.readString(err));
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    /** The launcher's path. */
    static String launcher() {
        return ROOT.resolve("deploy").resolve("confide").toString();
    }

    static Running start(Path work, String... arguments) throws IOException {
        return start(work, Map.of(), arguments);
    }

    /** @param environment beside what the command has anyway */
    static Running start(Path work, Map<String, String> environment, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(launcher());
        command.addAll(List.of(arguments));
        return startWith(work, environment, command);
    }

    private static Running startWith(
            Path work, Map<String, String> environment, List<String> command) throws IOException {
        Files.createDirectories(work);
        var out = Files.createTempFile(work, "out", ".txt");
        var err = Files.createTempFile(work, "err", ".txt");
        var builder =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("CONFIDE_NO_BUILD", "1");
        builder.environment().put("CONFIDE_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CONFIDE_LOG_DIR", work.resolve("cli-log").toString());
        builder.environment().remove("CONFIDE_CONTEXT");
        builder.environment().putAll(environment);
        return new Running(builder.start(), out, err);
    }

    static Done run(Path work, String... arguments) throws IOException, InterruptedException {
        try (var running = start(work, arguments)) {
            return running.await(Duration.ofSeconds(300));
        }
    }

    /** What a command prints that is run in this process, which saves the start of another; it must succeed. */
    static String inProcess(Path work, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status =
                io.confide.cli.Confide.run(
                        new Terminal(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8),
                                Terminal.Look.PLAIN,
                                100),
                        Map.of("CONFIDE_LOG_DIR", work.resolve("cli-log").toString()),
                        arguments);
        if (status != 0) {
            throw new AssertionError(err.toString(StandardCharsets.UTF_8));
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Runs any command in the environment in which the launcher is run. */
    static Done runWith(Path work, String... command) throws IOException, InterruptedException {
        try (var running = startWith(work, Map.of(), List.of(command))) {
            return running.await(Duration.ofSeconds(300));
        }
    }

    private static Path root() {
        var folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("deploy").resolve("confide"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
