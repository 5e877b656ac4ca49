package io.confide.participant.vault;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;

/** Keeps a second process out of a home: two processes would each believe to be the first to send an input. */
public final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock until {@link #close}; throws CONFLICT if another process has it. */
    public static HomeLock take(Home home) {
        PrivateFiles.createDirectory(home.state());
        try {
            // Asked first, because closing a second channel on the file would give back the lock of
            // the first.
            if (holder(home).equals(Optional.of(ProcessHandle.current().pid()))) {
                throw taken(home);
            }
            var channel = PrivateFiles.openChannel(home.lock());
            if (channel.tryLock() == null) {
                channel.close();
                throw taken(home);
            }
            write(channel, Long.toString(ProcessHandle.current().pid()));
            return new HomeLock(channel);
        } catch (IOException e) {
            throw PrivateFiles.unwritable(home.lock(), e);
        }
    }

    /** The process that has the lock, as far as the file tells; empty if none has. */
    public static Optional<Long> holder(Home home) {
        try {
            String text = Files.exists(home.lock()) ? Files.readString(home.lock()) : "";
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Long.valueOf(text))
                            .filter(pid -> ProcessHandle.of(pid).isPresent());
        } catch (IOException | NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        try {
            write(channel, "");
            channel.close();
        } catch (IOException _) {
            // The operating system gives the lock back when the process ends.
        }
    }

    private static void write(FileChannel channel, String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static ConfideException taken(Home home) {
        return new ConfideException(
                ErrorCode.CONFLICT,
                "another participant process uses "
                        + home.directory()
                        + "; stop it first, or give this site its own --home");
    }
}
