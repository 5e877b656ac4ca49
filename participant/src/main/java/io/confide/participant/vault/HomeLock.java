package io.confide.participant.vault;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/**
 * Keeps a second process out of a home: two processes would each believe to be the first to send an input. The lock is on
 * a file that is opened for nothing else, because on POSIX systems closing any channel on a file gives back its locks;
 * who has the lock is written to another file.
 */
public final class HomeLock implements AutoCloseable {
    private final Home home;
    private final FileChannel channel;

    private HomeLock(Home home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    /** Takes the lock until {@link #close}; throws CONFLICT if another process has it. */
    public static HomeLock take(Home home) {
        PrivateFiles.createDirectory(home.state());
        long self = ProcessHandle.current().pid();
        if (holder(home).equals(Optional.of(self))) {
            throw taken(home);
        }
        try {
            var channel = PrivateFiles.openChannel(home.lock());
            if (channel.tryLock() == null) {
                channel.close();
                throw taken(home);
            }
            PrivateFiles.write(
                    home.process(), Long.toString(self).getBytes(StandardCharsets.US_ASCII));
            return new HomeLock(home, channel);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(home.lock(), e);
        }
    }

    /** The process that uses {@code home}, as far as the file tells; empty if none does. */
    public static Optional<Long> holder(Home home) {
        try {
            return Files.exists(home.process())
                    ? Optional.of(Long.valueOf(Files.readString(home.process())))
                            .filter(pid -> ProcessHandle.of(pid).isPresent())
                    : Optional.empty();
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        PrivateFiles.deleteQuietly(home.process());
        try {
            channel.close();
        } catch (IOException _) {
            // The operating system gives the lock back when the process ends.
        }
    }

    private static ConfideException taken(Home home) {
        return new ConfideException(
                ErrorCode.CONFLICT,
                "another participant process uses "
                        + home.directory()
                        + "; stop it first, or give this site its own --home");
    }
}
