package io.confide.participant.vault;

import io.confide.common.files.ReceiptJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.storage.PrivateFiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The receipts of a site: one file of JSON lines per job, in the order in which the rounds ended. They reach the operating
 * system at once; a power failure may lose the last ones. Nothing that the site decides rests on them.
 */
public final class Receipts {
    private static final String SUFFIX = ".jsonl";

    private final Path directory;

    public Receipts(Home home) {
        this.directory = home.receipts();
    }

    /** Appends one receipt; throws DISK_FULL if it cannot. */
    public void keep(ReceiptJson.Line line) {
        var file = file(line.job());
        // The line break comes first: a line that a crash tore does not spoil the next.
        var text =
                ByteBuffer.wrap(("\n" + ReceiptJson.text(line)).getBytes(StandardCharsets.UTF_8));
        PrivateFiles.createDirectory(directory);
        try (var channel = PrivateFiles.openChannel(file)) {
            channel.position(channel.size());
            while (text.hasRemaining()) {
                channel.write(text);
            }
        } catch (IOException e) {
            throw PrivateFiles.unwritable(file, e);
        }
    }

    /** The jobs of which there are receipts. */
    public List<JobId> jobs() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> JobId.of(name.substring(0, name.length() - SUFFIX.length())))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** The receipts of {@code job}; none if there are none. */
    public List<ReceiptJson.Line> of(JobId job) {
        return Files.exists(file(job)) ? read(file(job)) : List.of();
    }

    /** The receipts in {@code file}, in its order. Lines that are none are skipped. */
    public static List<ReceiptJson.Line> read(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(Receipts::parse).flatMap(Optional::stream).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Optional<ReceiptJson.Line> parse(String text) {
        try {
            return Optional.of(
                    ReceiptJson.parse(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8))));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Path file(JobId job) {
        return directory.resolve(job + SUFFIX);
    }
}
