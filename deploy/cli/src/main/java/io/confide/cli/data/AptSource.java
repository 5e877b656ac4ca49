package io.confide.cli.data;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Downloads Debian packages through the machine's own apt configuration, so that its mirrors, proxies and signature
 * checks apply. Needs no root: where the machine has no package lists, they are fetched into a private folder.
 */
public final class AptSource {
    private static final int SECONDS_MAX = 180;

    private final Path state;
    private final Consumer<String> progress;

    /**
     * @param state a folder for private package lists, made when needed
     * @param progress told in a few words what is being done
     */
    public AptSource(Path state, Consumer<String> progress) {
        this.state = state;
        this.progress = progress;
    }

    /** Downloads the packages into {@code folder}; throws ConfideException(DATA_UNAVAILABLE) if no source answers. */
    public void download(List<String> packages, Path folder)
            throws IOException, InterruptedException {
        progress.accept("downloading " + String.join(" and ", packages));
        if (run(folder, command("download", List.of(), packages)) == 0) {
            return;
        }
        progress.accept("fetching the package lists of Debian");
        var own = ownLists();
        if (run(folder, command("update", own, List.of())) == 0) {
            progress.accept("downloading " + String.join(" and ", packages));
            if (run(folder, command("download", own, packages)) == 0) {
                return;
            }
        }
        throw unavailable(
                "no Debian package source answered for "
                        + String.join(" and ", packages)
                        + ". apt-get said: "
                        + lastLine(folder.resolve("apt.log")));
    }

    private List<String> ownLists() throws IOException {
        Files.createDirectories(state.resolve("lists/partial"));
        Files.createDirectories(state.resolve("cache/archives/partial"));
        return List.of(
                "-o", "Dir::State::Lists=" + state.resolve("lists").toAbsolutePath(),
                "-o", "Dir::Cache=" + state.resolve("cache").toAbsolutePath());
    }

    private static List<String> command(String verb, List<String> options, List<String> packages) {
        var command = new ArrayList<String>();
        command.add("apt-get");
        // Only root is sandboxed; its sandbox user cannot write into our folder and would only
        // warn.
        command.addAll(List.of("-q", "-y", "-o", "APT::Sandbox::User=root"));
        command.addAll(List.of("-o", "Acquire::http::Timeout=15", "-o", "Acquire::Retries=1"));
        command.addAll(options);
        command.add(verb);
        command.addAll(packages);
        return command;
    }

    private static int run(Path folder, List<String> command)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve("apt.log").toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put("LC_ALL", "C");
        Process apt;
        try {
            apt = builder.start();
        } catch (IOException e) {
            throw unavailable("this machine has no apt-get");
        }
        try {
            if (apt.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                return apt.exitValue();
            }
            return -1;
        } finally {
            apt.destroyForcibly();
        }
    }

    private static String lastLine(Path log) throws IOException {
        var lines = Files.readAllLines(log);
        return lines.stream()
                .filter(line -> line.startsWith("E:") || line.startsWith("Err:"))
                .reduce((_, last) -> last)
                .orElse(lines.isEmpty() ? "nothing" : lines.getLast());
    }

    private static ConfideException unavailable(String why) {
        return new ConfideException(
                ErrorCode.DATA_UNAVAILABLE,
                "The public data could not be fetched: "
                        + why
                        + " Put the files into the data folder"
                        + " yourself (confide data fetch --help names them); the demo runs without"
                        + " them with --data synthetic.");
    }
}
