package io.confide.coordinator.app;

import io.confide.common.governance.EventLog;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.port.AuditLog;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Reads {@code events.jsonl} from its end backwards, so that a page costs the same however long the log is. */
public final class FileAuditLog implements AuditLog {
    private static final int BLOCK_BYTES = 1 << 18;
    private static final long VERIFY_BYTES_MAX = 64L << 20;
    private static final int ATTEMPTS = 3;

    private final Path path;
    private final Supplier<Optional<Keeper>> keeper;

    /** @param path of the coordinator's own log, which nobody else appends to */
    public FileAuditLog(Path path) {
        this(path, Optional::empty);
    }

    /** @param keeper whose log of several it is */
    public FileAuditLog(Path path, Supplier<Optional<Keeper>> keeper) {
        this.path = path;
        this.keeper = keeper;
    }

    @Override
    public Optional<Keeper> keeper() {
        return keeper.get();
    }

    @Override
    public Page page(OptionalLong before, int most) {
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            long end = Math.min(before.orElse(Long.MAX_VALUE), file.length());
            long start = Math.max(0, end - BLOCK_BYTES);
            var block = new byte[(int) (end - start)];
            file.seek(start);
            file.readFully(block);
            return page(block, start, most);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** Takes the last whole lines of {@code block}; an event is much shorter than a block. */
    private static Page page(byte[] block, long start, int most) {
        var lines = new ArrayList<String>();
        int end = lastBreak(block, block.length);
        while (end > 0 && lines.size() < most) {
            int begin = lastBreak(block, end - 1);
            if (begin == 0 && start > 0) {
                // The rest of this line is in the block before.
                break;
            }
            lines.add(new String(block, begin, end - 1 - begin, StandardCharsets.UTF_8));
            end = begin;
        }
        long older = start + end;
        return new Page(lines, older == 0 ? OptionalLong.empty() : OptionalLong.of(older));
    }

    /** Returns the place after the last line break before {@code end}; 0 if there is none. */
    private static int lastBreak(byte[] block, int end) {
        int at = end;
        while (at > 0 && block[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    @Override
    public Optional<EventLog.Check> verify() {
        try {
            if (Files.size(path) > VERIFY_BYTES_MAX) {
                return Optional.empty();
            }
        } catch (IOException e) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, "The event log " + path + " cannot be read.", e);
        }
        // An event that is being appended meanwhile looks like an incomplete line; it is whole the
        // next time.
        var check = EventLog.verify(path);
        for (int i = 1; i < ATTEMPTS && check instanceof EventLog.Check.Broken; i++) {
            check = EventLog.verify(path);
        }
        return Optional.of(check);
    }
}
