package io.confide.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

class AccessTokenTest {
    @TempDir Path folder;

    @Test
    void whiteSpaceAroundATokenDoesNotCount() throws Exception {
        assertEquals("Bearer abc-DEF_123", AccessToken.read(file(" abc-DEF_123\r\n")).header());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret\nsecret", "secret secret", "se\u0000cret", "sécret"})
    void whatIsNoTokenIsRefusedAndNotRepeated(String text) throws Exception {
        var file = file(text);

        var refusal = assertThrows(ConfideException.class, () -> AccessToken.read(file));

        assertTrue(refusal.sentence().contains(file + " does not hold an access token"));
        assertFalse(refusal.sentence().contains("cret"), refusal.sentence());
    }

    @Test
    void aFolderIsNoToken() {
        assertThrows(ConfideException.class, () -> AccessToken.read(folder));
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("t.txt"), text, StandardCharsets.UTF_8);
    }
}
