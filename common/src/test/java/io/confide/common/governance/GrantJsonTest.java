package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

class GrantJsonTest {
    private static final Grant GRANT =
            new Grant(
                    Grant.Kind.PLAN,
                    "london/steward",
                    "coordinator",
                    "ab".repeat(32),
                    Instant.parse("2026-06-01T12:00:00Z"),
                    Optional.of(Instant.parse("2027-06-01T12:00:00Z")),
                    Grant.Standing.ACTIVE);

    private static String text() {
        return new String(GrantJson.bytes(GRANT).toArray(), StandardCharsets.UTF_8);
    }

    @Test
    void aGrantComesBack() {
        assertEquals(GRANT, GrantJson.parse("g.json", GrantJson.bytes(GRANT)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"plan\" | \"plans\"",
                "london/steward | coordinator",
                "\"active\" | \"maybe\"",
                "2026-06-01T12:00:00Z | 2026-06-01",
                "\"by\":\"london/steward\", | ^^",
                "{\"by\" | {\"also\":1,\"by\"",
                "{\"by\" | { \"by\"",
                "} | ^^",
            })
    void refusesWhatIsNoGrantAndSaysWhatToDo(String from, String to) {
        assertNotEquals(text(), text().replace(from, to));
        Bytes changed = Bytes.wrap(text().replace(from, to).getBytes(StandardCharsets.UTF_8));
        var e =
                assertThrows(
                        ConfideException.class, () -> GrantJson.parse("grants/g.json", changed));
        assertEquals(ErrorCode.BAD_FILE, e.code());
        assertTrue(e.getMessage().startsWith("grants/g.json is not a grant ("), e.getMessage());
        assertTrue(e.getMessage().endsWith("Remove it and approve again."), e.getMessage());
    }

    @Test
    void nobodyGrantsToThemselves() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Grant(
                                Grant.Kind.PLAN,
                                "x",
                                "x",
                                "",
                                Instant.EPOCH,
                                Optional.empty(),
                                Grant.Standing.ACTIVE));
    }
}
