package io.confide.cli.demo;

import io.confide.cli.OutputFolder;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/** The places in a demo's folder. The folder is the demo's own and is emptied with every run. */
public record DemoHome(Path directory) {
    /** Says that a folder may be emptied: only a demo writes it. */
    private static final String MARK = ".confide-demo";

    /** Empties the folder, or makes it, and holds it until the returned lock is released. */
    public FileLock claim() throws IOException {
        if (Files.isDirectory(directory) && !isEmpty() && !Files.exists(mark())) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    directory
                            + " holds files that no demo has written. Choose another folder with"
                            + " --home.");
        }
        OutputFolder.create(directory);
        var channel = FileChannel.open(mark(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "Another demo is running in "
                            + directory
                            + ". Stop it, or choose another folder with --home.");
        }
        empty();
        return lock;
    }

    private boolean isEmpty() throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private void empty() throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory) && !file.equals(mark())) {
                    Files.delete(file);
                }
            }
        }
    }

    private Path mark() {
        return directory.resolve(MARK);
    }

    /** The coordinator's home. */
    public Path coordinator() {
        return directory.resolve("coordinator");
    }

    public Path coordinatorYaml() {
        return coordinator().resolve("coordinator.yaml");
    }

    /** The home of one site. */
    public Path site(SiteId site) {
        return directory.resolve("sites").resolve(site.value());
    }

    public Path roster() {
        return directory.resolve("roster.json");
    }

    public Path pids() {
        return directory.resolve("pids.json");
    }

    public Path context() {
        return directory.resolve("context.json");
    }

    public Path study() {
        return directory.resolve("study.yaml");
    }

    public Path job() {
        return directory.resolve("job.yaml");
    }

    /** Where the finished model and its card are put. */
    public Path model() {
        return directory.resolve("model");
    }

    /** Where generated data lie. */
    public Path data() {
        return directory.resolve("data");
    }

    /** What the processes print. */
    public Path log(String process) {
        return directory.resolve("log").resolve(process + ".log");
    }
}
