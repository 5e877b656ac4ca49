package io.confide.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class PublicDataTest {
    @TempDir Path folder;

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        var failure = assertThrows(ConfideException.class, () -> PublicData.named("pcb"));

        assertEquals(ErrorCode.NOT_FOUND, failure.code());
        assertTrue(failure.getMessage().contains("pbc"));
    }

    @Test
    void aFileOfTheRightNameWithOtherContentIsNotTheData() throws IOException {
        var data = PublicData.named("pbc");
        for (var source : data.sources()) {
            Files.writeString(folder.resolve(source.fileName()), "not the data");
        }

        assertFalse(data.complete(folder));
    }
}
