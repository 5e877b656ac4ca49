package io.confide.cli.remote;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The bearer token in a file (RFC 6750, b64token). What is no token is refused without being repeated. */
final class AccessToken {
    private static final int BYTES_MAX = 8192;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private final String text;

    private AccessToken(String text) {
        this.text = text;
    }

    /**
     * The token in {@code file}; white space around it does not count.
     *
     * @throws ConfideException FILE_MISSING, or BAD_FILE if the file holds anything else
     */
    static AccessToken read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ConfideException(
                    ErrorCode.FILE_MISSING,
                    "The token file " + file + " does not exist. Check --token-file.");
        }
        var text = Files.isRegularFile(file) && Files.size(file) <= BYTES_MAX ? content(file) : "";
        if (!FORM.matcher(text).matches()) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    file
                            + " does not hold an access token, which is one line of letters and"
                            + " digits. Check --token-file.");
        }
        return new AccessToken(text);
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }

    /** The value of the header Authorization. */
    String header() {
        return "Bearer " + text;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "AccessToken";
    }
}
