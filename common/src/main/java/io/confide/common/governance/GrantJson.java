package io.confide.common.governance;

import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.files.Words;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.time.DateTimeException;
import java.time.Instant;

/** A grant as a file: canonical JSON, one grant per file, written by the command line. */
public final class GrantJson {
    private GrantJson() {}

    public static Bytes bytes(Grant grant) {
        Json.Obj json =
                Json.object()
                        .with("kind", Words.of(grant.kind()))
                        .with("by", grant.by())
                        .with("to", grant.to())
                        .with("on", grant.on())
                        .with("from", grant.from().toString())
                        .with("standing", Words.of(grant.standing()));
        return grant.until().map(end -> json.with("until", end.toString())).orElse(json).bytes();
    }

    /**
     * The grant in {@code bytes}.
     *
     * @param name of the file, for the sentence
     * @throws ConfideException BAD_FILE if it is anything but the bytes of a grant
     */
    public static Grant parse(String name, Bytes bytes) {
        try {
            var in = JsonFields.of(JsonText.parse(bytes), "grant");
            var grant =
                    new Grant(
                            in.word("kind", Grant.Kind.class),
                            in.text("by"),
                            in.text("to"),
                            in.text("on"),
                            Instant.parse(in.text("from")),
                            in.textIfPresent("until").map(Instant::parse),
                            in.word("standing", Grant.Standing.class));
            if (bytes(grant).equals(bytes)) {
                return grant;
            }
            throw new IllegalArgumentException("it has unknown or reordered fields");
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    name + " is not a grant (" + e.getMessage() + "). Remove it and approve again.",
                    e);
        }
    }
}
