package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** A file that a person wrote, as text. Whatever is wrong with it is one sentence that names the file. */
public final class TextFile {
    /** No file of ours comes near; a data file given by mistake does. */
    public static final int BYTES_MAX = 1 << 20;

    private TextFile() {}

    /**
     * The content of {@code file}, which must be UTF-8.
     *
     * @throws ConfideException FILE_MISSING, or BAD_FILE if it is no text, too long, a folder or not readable
     */
    public static String read(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw bad(file, "is a folder, not a file. Check the path.", null);
            }
            long size = Files.size(file);
            if (size > BYTES_MAX) {
                throw bad(file, tooLong(size), null);
            }
            return Files.readString(file);
        } catch (NoSuchFileException _) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING, file + " does not exist. Check the path.");
        } catch (CharacterCodingException _) {
            throw bad(
                    file,
                    "is not a text file in UTF-8. Check that it is the right file, or save it as"
                            + " UTF-8.",
                    null);
        } catch (IOException e) {
            throw bad(file, "cannot be read. Check its permissions.", e);
        }
    }

    private static String tooLong(long size) {
        return String.format(
                Locale.ROOT,
                "has %.1f MB; such a file has at most %.1f MB. Check that it is the right file.",
                size / 1e6,
                BYTES_MAX / 1e6);
    }

    private static ConfideException bad(Path file, String what, @Nullable IOException cause) {
        var sentence = file + " " + what;
        return cause == null
                ? new ConfideException(ErrorCode.BAD_FILE, sentence)
                : new ConfideException(ErrorCode.BAD_FILE, sentence, cause);
    }
}
