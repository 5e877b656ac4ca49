package io.confide.participant.vault;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.model.JobId;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One JSON line for everything that left the site, written before it is handed to the connection. Lines reach the
 * operating system at once; a power failure may lose the last ones. What must survive it (which inputs were sent) is in
 * {@link FileRecords}. One thread writes.
 */
public final class EgressLedger implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final InstantSource clock;
    private final FileChannel channel;
    private final Writer writer;

    private EgressLedger(Path file, InstantSource clock, FileChannel channel) {
        this.file = file;
        this.clock = clock;
        this.channel = channel;
        this.writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
    }

    /**
     * One line of the ledger.
     *
     * @param round 0 for what belongs to no round
     * @param note the outcome of the round, or the check that refused
     */
    public record Line(
            Instant time,
            String job,
            long round,
            String category,
            long bytes,
            Optional<String> note) {}

    /** Opens the ledger for appending; a torn last line is ended so that the next one is whole. */
    public static EgressLedger open(Path file, InstantSource clock) {
        try {
            PrivateFiles.createDirectory(PrivateFiles.parent(file));
            var channel = PrivateFiles.openChannel(file);
            channel.position(channel.size());
            var ledger = new EgressLedger(file, clock, channel);
            if (channel.size() > 0 && !endsWithNewline(file)) {
                ledger.append("\n");
            }
            return ledger;
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    /** Records that {@code bytes} of {@code category} are about to leave; throws DISK_FULL if it cannot. */
    public void sent(Optional<JobId> job, long round, Egress category, long bytes) {
        line(job, round, category.words(), bytes, Optional.empty());
    }

    /** Records how a round ended (K26): nothing left with it. */
    public void outcome(JobId job, long round, String outcome) {
        line(Optional.of(job), round, "outcome", 0, Optional.of(outcome));
    }

    /** Records that something asked for was refused by {@code check}. */
    public void refused(JobId job, long round, String check) {
        line(Optional.of(job), round, "refused", 0, Optional.of(check));
    }

    /** All lines of {@code file}, oldest first; none if it does not exist. Unreadable lines are skipped. */
    public static List<Line> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        var lines = new ArrayList<Line>();
        try (var reader = Files.newBufferedReader(file)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                parse(text).ifPresent(lines::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return lines;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    private void line(
            Optional<JobId> job, long round, String category, long bytes, Optional<String> note) {
        var line = JSON.createObjectNode().put("time", clock.instant().toString());
        job.ifPresent(id -> line.put("job", id.toString()));
        line.put("round", round).put("category", category).put("bytes", bytes);
        note.ifPresent(text -> line.put("note", text));
        append(line + "\n");
    }

    private void append(String text) {
        try {
            writer.write(text);
            writer.flush();
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    private static Optional<Line> parse(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return Optional.of(
                    new Line(
                            Instant.parse(node.path("time").asText()),
                            node.path("job").asText(""),
                            node.path("round").asLong(),
                            node.path("category").asText(""),
                            node.path("bytes").asLong(),
                            Optional.of(node.path("note").asText(""))
                                    .filter(note -> !note.isEmpty())));
        } catch (JsonProcessingException | java.time.DateTimeException _) {
            return Optional.empty();
        }
    }

    private static boolean endsWithNewline(Path file) throws IOException {
        try (var reading = FileChannel.open(file)) {
            var last = java.nio.ByteBuffer.allocate(1);
            reading.read(last, reading.size() - 1);
            return last.get(0) == '\n';
        }
    }
}
