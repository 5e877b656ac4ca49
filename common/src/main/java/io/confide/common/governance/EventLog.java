package io.confide.common.governance;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * An append-only file of hash-chained events, one per line: {@code {"event":{..},"hash":".."}}. Every
 * append is on disk before it returns. Several processes may append to one file: each append takes the
 * file's lock and first reads what the others have written. Thread-safe.
 */
public final class EventLog implements AutoCloseable {
    private static final int LOCK_ATTEMPTS = 10_000;
    private static final long LOCK_PAUSE_NANOS = 1_000_000;

    private final Path path;
    private final FileChannel channel;
    private State state = State.START;

    private EventLog(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** The outcome of {@link #verify}. */
    public sealed interface Check {
        /** @param head hash of the last event, for comparison with what somebody else noted down */
        record Intact(long events, Digest head) implements Check {}

        /** @param sequence number of the first event that does not follow from the one before */
        record Broken(long sequence, String why) implements Check {}
    }

    /** Where the chain stands: the next sequence number, the last hash, the end in bytes. */
    private record State(long next, Digest head, long end) {
        private static final State START = new State(0, HashChain.GENESIS, 0);
    }

    /**
     * Opens or creates (mode 0600) the log at {@code path}. A half-written last line, left by a crash before its
     * append returned, is cut off.
     *
     * @throws ConfideException BAD_FILE if the chain is broken: nothing may be appended to it
     */
    public static EventLog open(Path path) {
        try {
            var channel = PrivateFiles.openChannel(path);
            var log = new EventLog(path, channel);
            try (FileLock _ = log.lock()) {
                log.catchUp();
            } catch (RuntimeException e) {
                channel.close();
                throw e;
            }
            return log;
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Appends {@code event} and returns its hash, the new head of the chain. */
    public synchronized Digest append(Event event) {
        try (FileLock _ = lock()) {
            catchUp();
            Json.Obj json = event.json(state.next());
            Digest hash = HashChain.link(state.head(), json);
            byte[] line = line(json, hash);
            write(line);
            state = new State(state.next() + 1, hash, state.end() + line.length);
            return hash;
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Reads the whole file and checks every link; names the first bad sequence number. */
    public static Check verify(Path path) {
        try {
            byte[] content = Files.readAllBytes(path);
            try {
                State state = follow(State.START, content);
                return state.end() == content.length
                        ? new Check.Intact(state.next(), state.head())
                        : new Check.Broken(state.next(), "its line is not complete");
            } catch (BrokenChain e) {
                return new Check.Broken(e.sequence, e.why);
            }
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, "The event log " + path + " cannot be read.", e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** Waits for whoever appends now, in another process or through another log of this one. */
    private FileLock lock() throws IOException {
        for (int attempt = 0; attempt < LOCK_ATTEMPTS; attempt++) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                // Java reports a lock within one process as an error instead of waiting for it.
                LockSupport.parkNanos(LOCK_PAUSE_NANOS);
            }
        }
        throw new IOException("another log of this process holds the file for too long");
    }

    private void write(byte[] line) throws IOException {
        var out = ByteBuffer.wrap(line);
        long at = state.end();
        try {
            while (out.hasRemaining()) {
                at += channel.write(out, at);
            }
            channel.force(true);
        } catch (IOException e) {
            // A full disk must not leave half an event in front of the next one.
            channel.truncate(state.end());
            throw e;
        }
    }

    private void catchUp() throws IOException {
        long size = channel.size();
        if (size < state.end()) {
            throw broken(new BrokenChain(state.next(), "the file has become shorter"));
        }
        var tail = ByteBuffer.allocate(Math.toIntExact(size - state.end()));
        while (tail.hasRemaining() && channel.read(tail, state.end() + tail.position()) >= 0) {}
        try {
            state = follow(state, tail.array());
        } catch (BrokenChain e) {
            throw broken(e);
        }
        if (state.end() < size) {
            channel.truncate(state.end());
        }
    }

    private ConfideException broken(BrokenChain e) {
        return new ConfideException(
                ErrorCode.BAD_FILE,
                "The event log "
                        + path
                        + " is broken at event "
                        + e.sequence
                        + ": "
                        + e.why
                        + ". Keep the file as evidence and move it away to start a new log.",
                e);
    }

    /** Follows the complete lines of {@code content}, which begins at {@code from.end()}. */
    private static State follow(State from, byte[] content) throws BrokenChain {
        State state = from;
        int start = 0;
        for (int i = 0; i < content.length; i++) {
            if (content[i] == '\n') {
                byte[] line = Arrays.copyOfRange(content, start, i);
                state =
                        new State(
                                state.next() + 1, check(state, line), state.end() + i + 1 - start);
                start = i + 1;
            }
        }
        return state;
    }

    private static Digest check(State state, byte[] line) throws BrokenChain {
        try {
            var fields = JsonFields.of(JsonText.parse(Bytes.wrap(line)), "line");
            var event = fields.find("event").orElse(new Json.Nil());
            if (!(event instanceof Json.Obj json)
                    || JsonFields.of(json, "event").integer("seq") != state.next()) {
                throw new BrokenChain(state.next(), "the sequence number is not the next one");
            }
            Digest hash = HashChain.link(state.head(), json);
            if (!hash.hex().equals(fields.text("hash"))) {
                throw new BrokenChain(
                        state.next(), "its hash does not follow from the event before");
            }
            byte[] written = line(json, hash);
            if (!Arrays.equals(written, 0, written.length - 1, line, 0, line.length)) {
                throw new BrokenChain(state.next(), "its line is not as it was written");
            }
            return hash;
        } catch (IllegalArgumentException e) {
            throw new BrokenChain(state.next(), "the line is no event");
        }
    }

    private static byte[] line(Json.Obj event, Digest hash) {
        String text = Json.object().with("event", event).with("hash", hash.hex()).canonical();
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static ConfideException unwritable(Path path, IOException e) {
        return new ConfideException(
                ErrorCode.DISK_FULL,
                "The event log "
                        + path
                        + " cannot be written, and nothing goes on without it. Free disk space or"
                        + " correct the folder's permissions.",
                e);
    }

    private static final class BrokenChain extends Exception {
        private static final long serialVersionUID = 1L;

        private final long sequence;
        private final String why;

        private BrokenChain(long sequence, String why) {
            super(why);
            this.sequence = sequence;
            this.why = why;
        }
    }
}
