package io.confide.participant.vault;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.secagg.site.KeptInputs;
import io.confide.common.storage.PrivateFiles;
import io.confide.common.vector.StoredVector;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The masked inputs of a site in its home: one file per job, mode 0600, which each round writes over and its outcome
 * overwrites with zeros; a long input always begins a new file. It is never forced to the disk, as only what hashes to the durable record is used; a round pays
 * for a copy into the memory of the operating system and nothing else.
 *
 * <p>Form: u64 round, 0 = none, u64 milliseconds since the epoch of UTC until when it is kept, u64 length of the input, the
 * input; what follows is zero or of an earlier, longer file. One thread.
 */
public final class FileInputs implements KeptInputs, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FileInputs.class);
    private static final int HEADER_BYTES = 24;

    private static final int PIECE_BYTES = 1 << 16;

    /** Longer ones are not read into memory. */
    private static final long MEMORY_BYTES_MAX = 64L << 20;

    private final Path directory;

    /** What is handed to the operating system at once, outside the heap: Java would copy it there, and keep the room for it. */
    private final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);

    private final Map<JobId, Slot> slots = new TreeMap<>();

    private final long memoryBytesMax;

    private FileInputs(Path directory, long memoryBytesMax) {
        this.directory = directory;
        this.memoryBytesMax = memoryBytesMax;
    }

    /** A job's file as it is. */
    private record Slot(FileChannel channel, long round, Instant until, long length) {
        static Slot empty(FileChannel channel) {
            return new Slot(channel, 0, Instant.EPOCH, 0);
        }

        boolean isEmpty() {
            return round == 0;
        }
    }

    /** Opens the inputs of {@code home}; what cannot be read is not there. */
    public static FileInputs open(Home home) {
        return open(home, MEMORY_BYTES_MAX);
    }

    /** @param memoryBytesMax longer inputs are read from their file whenever they are asked for */
    static FileInputs open(Home home, long memoryBytesMax) {
        var inputs = new FileInputs(home.inputs(), memoryBytesMax);
        PrivateFiles.createDirectory(home.inputs());
        for (var file : files(home.inputs())) {
            try {
                var job = JobId.of(String.valueOf(file.getFileName()));
                inputs.slots.put(job, read(PrivateFiles.openChannel(file)));
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("event=keptInputUnreadable file={}", file, e);
            }
        }
        return inputs;
    }

    private static List<Path> files(Path directory) {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private static Slot read(FileChannel channel) throws IOException {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        channel.read(header, 0);
        if (header.hasRemaining()) {
            return Slot.empty(channel);
        }
        long round = header.getLong(0);
        long millis = header.getLong(Long.BYTES);
        long length = header.getLong(2 * Long.BYTES);
        boolean whole = length >= 0 && length <= channel.size() - HEADER_BYTES;
        return whole
                ? new Slot(channel, round, Instant.ofEpochMilli(millis), length)
                : Slot.empty(channel);
    }

    @Override
    public void keep(JobId job, long round, Bytes input, Instant until) {
        attempt(
                job,
                () -> {
                    if (isLong(slot(job))) {
                        // Somebody may be reading it: what comes now must not leave for it.
                        remove(job);
                    }
                    var before = slot(job);
                    var channel = before.channel();
                    byte[] bytes = input.unsafeArray();
                    write(channel, round, until, bytes);
                    erase(channel, HEADER_BYTES + bytes.length, end(before));
                    slots.put(job, new Slot(channel, round, until, bytes.length));
                });
    }

    @Override
    public Optional<Growing> begin(JobId job, long round, long length, Instant until) {
        try {
            remove(job);
            return Optional.of(new Arriving(job, round, length, until, slot(job).channel()));
        } catch (IOException e) {
            lose(job, e);
            return Optional.empty();
        }
    }

    /** An input that is written from its beginning to its end; the header, which says that it is there, comes last. */
    private final class Arriving implements Growing {
        private final JobId job;
        private final long round;
        private final long length;
        private final Instant until;
        private final FileChannel channel;
        private long position = HEADER_BYTES;
        private boolean failed;

        Arriving(JobId job, long round, long length, Instant until, FileChannel channel) {
            this.job = job;
            this.round = round;
            this.length = length;
            this.until = until;
            this.channel = channel;
        }

        @Override
        public void add(byte[] bytes, int count) {
            try {
                for (int taken = 0; taken < count && !failed; ) {
                    int part = Math.min(PIECE_BYTES, count - taken);
                    piece.clear().put(bytes, taken, part);
                    position = writePiece(channel, position);
                    taken += part;
                }
            } catch (IOException e) {
                lose(job, e);
                failed = true;
            }
        }

        @Override
        public Optional<StoredVector> whole() {
            if (failed || position != HEADER_BYTES + length) {
                return Optional.empty();
            }
            try {
                header(round, until, length);
                writePiece(channel, 0);
                slots.put(job, new Slot(channel, round, until, length));
                return Optional.of(new InputFile(channel, HEADER_BYTES, length));
            } catch (IOException e) {
                lose(job, e);
                return Optional.empty();
            }
        }
    }

    private Slot slot(JobId job) throws IOException {
        var known = slots.get(job);
        if (known != null) {
            return known;
        }
        var fresh = Slot.empty(PrivateFiles.openChannel(directory.resolve(job.toString())));
        slots.put(job, fresh);
        return fresh;
    }

    @Override
    public Optional<StoredVector> find(JobId job, long round) {
        return kept(job, round)
                .flatMap(
                        slot -> {
                            try {
                                return Optional.of(content(slot));
                            } catch (IOException e) {
                                lose(job, e);
                                return Optional.empty();
                            }
                        });
    }

    private Optional<Slot> kept(JobId job, long round) {
        return Optional.ofNullable(slots.get(job))
                .filter(slot -> !slot.isEmpty() && slot.round() == round);
    }

    private boolean isLong(Slot slot) {
        return slot.length() > memoryBytesMax;
    }

    private StoredVector content(Slot slot) throws IOException {
        var file = new InputFile(slot.channel(), HEADER_BYTES, slot.length());
        if (isLong(slot)) {
            return file;
        }
        byte[] bytes = new byte[(int) slot.length()];
        file.copy(0, bytes, bytes.length);
        return StoredVector.of(Bytes.wrap(bytes));
    }

    @Override
    public void extend(JobId job, long round, Instant until) {
        kept(job, round)
                .filter(slot -> until.isAfter(slot.until()))
                .ifPresent(
                        slot ->
                                attempt(
                                        job,
                                        () -> {
                                            header(round, until, slot.length());
                                            writePiece(slot.channel(), 0);
                                            slots.put(
                                                    job,
                                                    new Slot(
                                                            slot.channel(),
                                                            round,
                                                            until,
                                                            slot.length()));
                                        }));
    }

    @Override
    public void forget(JobId job, long last) {
        Optional.ofNullable(slots.get(job))
                .filter(slot -> !slot.isEmpty() && slot.round() <= last)
                .ifPresent(slot -> attempt(job, () -> empty(job, slot)));
    }

    /** Zeros say that there is no round. */
    private void empty(JobId job, Slot slot) throws IOException {
        erase(slot.channel(), 0, end(slot));
        if (isLong(slot)) {
            // Somebody may still read it.
            remove(job);
        } else {
            slots.put(job, Slot.empty(slot.channel()));
        }
    }

    private static long end(Slot slot) {
        return HEADER_BYTES + slot.length();
    }

    /** Files that hold nothing go too: a job that is over leaves none. */
    @Override
    public void forgetExpired(Instant now) {
        for (var entry : Map.copyOf(slots).entrySet()) {
            if (now.isAfter(entry.getValue().until())) {
                forget(entry.getKey(), Long.MAX_VALUE);
                remove(entry.getKey());
            }
        }
    }

    private void write(FileChannel channel, long round, Instant until, byte[] bytes)
            throws IOException {
        header(round, until, bytes.length);
        long position = 0;
        int taken = 0;
        do {
            int part = Math.min(piece.remaining(), bytes.length - taken);
            piece.put(bytes, taken, part);
            taken += part;
            position = writePiece(channel, position);
        } while (taken < bytes.length);
    }

    private void header(long round, Instant until, long length) {
        piece.clear().putLong(round).putLong(until.toEpochMilli()).putLong(length);
    }

    private void erase(FileChannel channel, long from, long to) throws IOException {
        byte[] zeros = new byte[Math.clamp(to - from, 0, PIECE_BYTES)];
        long position = from;
        while (position < to) {
            piece.clear().put(zeros, 0, (int) Math.min(zeros.length, to - position));
            position = writePiece(channel, position);
        }
    }

    /** Writes what was put into the piece, and clears it; returns where it ends. */
    private long writePiece(FileChannel channel, long position) throws IOException {
        piece.flip();
        long at = position;
        while (piece.hasRemaining()) {
            at += channel.write(piece, at);
        }
        piece.clear();
        return at;
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(JobId job, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            lose(job, e);
        }
    }

    /** Only a restart in this very round would have needed it. */
    private void lose(JobId job, IOException cause) {
        LOG.warn("event=inputNotKept job={}", job, cause);
        remove(job);
    }

    private void remove(JobId job) {
        PrivateFiles.deleteQuietly(directory.resolve(job.toString()));
        Optional.ofNullable(slots.remove(job)).ifPresent(FileInputs::close);
    }

    private static void close(Slot slot) {
        try {
            slot.channel().close();
        } catch (IOException e) {
            LOG.debug("event=keptInputNotClosed", e);
        }
    }

    @Override
    public void close() {
        slots.values().forEach(FileInputs::close);
        slots.clear();
    }
}
