package io.confide.common.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class ErrorCodeTest {
    @Test
    void everyCodeHasItsSectionInTheDocumentation() throws IOException {
        String page = Files.readString(Path.of("..", "deploy", "docs", "ERRORS.md"));
        for (ErrorCode code : ErrorCode.values()) {
            String heading = "\n## " + code.number() + " " + code + "\n";
            assertTrue(page.contains(heading), "no section for " + heading.strip());
        }
    }

    @Test
    void numbersAreUnique() {
        long distinct = Arrays.stream(ErrorCode.values()).map(ErrorCode::number).distinct().count();
        assertEquals(ErrorCode.values().length, distinct);
    }
}
