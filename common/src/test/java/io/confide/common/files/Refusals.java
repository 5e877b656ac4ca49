package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.util.function.Function;

/** Asserts that a file is refused with exactly these lines. */
final class Refusals {
    private Refusals() {}

    static void refuses(ErrorCode code, Function<String, ?> parser, String yaml, String message) {
        var e = assertThrows(ConfideException.class, () -> parser.apply(yaml));
        assertEquals(message.stripTrailing(), e.getMessage());
        assertEquals(code, e.code());
    }

    /** The example with one passage replaced is refused with one problem. */
    static void one(
            ErrorCode code,
            Function<String, ?> parser,
            String example,
            String from,
            String to,
            String problem) {
        if (!example.contains(from)) {
            throw new IllegalArgumentException("the example lacks: " + from);
        }
        var e =
                assertThrows(
                        ConfideException.class, () -> parser.apply(example.replace(from, to)), to);
        String[] lines = e.getMessage().split("\n");
        assertEquals(2, lines.length, e.getMessage());
        assertEquals(problem, lines[1].strip().replaceAll("^line (\\d+) +", "line $1 "));
        assertEquals(code, e.code());
    }
}
