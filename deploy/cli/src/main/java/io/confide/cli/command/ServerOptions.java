package io.confide.cli.command;

import io.confide.cli.PrivateLog;
import io.confide.cli.process.ParentWatch;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** What both server processes share: where they log, and when they stop. */
public final class ServerOptions {
    @Option(
            names = "--exit-with",
            hidden = true,
            paramLabel = "PID",
            description = "End when the process with this id ends.")
    private Optional<Long> parent = Optional.empty();

    /** Sends the log to {@code home}/log, which nobody else may read; must come before anything is logged. */
    void prepare(Path home) {
        var folder = home.resolve("log");
        if (Files.isDirectory(home)) {
            try {
                PrivateLog.prepared(folder.resolve("confide.log"));
            } catch (IOException e) {
                // whoever opens the home next says in a sentence why it cannot be written
            }
        }
        System.setProperty("confide.log", folder.toString());
        System.setProperty("confide.log.name", "confide");
        System.setProperty("confide.log.level", "INFO");
        parent.ifPresent(ParentWatch::endWith);
    }

    /** Closes {@code process} when this JVM is told to end, so that a stopped server leaves in good order. */
    void closeOnSignal(AutoCloseable process) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> closeQuietly(process), "close-on-signal"));
    }

    /** Waits until this JVM is told to end and closes {@code process} then. */
    void untilToldToEnd(AutoCloseable process) throws InterruptedException {
        closeOnSignal(process);
        new CountDownLatch(1).await();
    }

    private static void closeQuietly(AutoCloseable process) {
        try {
            process.close();
        } catch (Exception e) {
            // the process ends in any case; its log has the reason
        }
    }
}
