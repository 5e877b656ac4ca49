package io.confide.coordinator.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Tells how far a file has grown that a library writes. */
final class Growth implements AutoCloseable {
    private static final Duration PACE = Duration.ofMillis(250);

    private final Thread thread;

    private Growth(Thread thread) {
        this.thread = thread;
    }

    static Growth watch(String what, Path file, long of, Progress progress) {
        return new Growth(
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        while (true) {
                                            Thread.sleep(PACE);
                                            look(what, file, of, progress);
                                        }
                                    } catch (InterruptedException _) {
                                        // It is done.
                                    }
                                }));
    }

    private static void look(String what, Path file, long of, Progress progress) {
        try {
            progress.at(what, Files.size(file), of);
        } catch (IOException _) {
            // Not there yet; a look later finds it.
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
