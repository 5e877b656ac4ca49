package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

class TextFileTest {
    @TempDir Path folder;

    @Test
    void aBinaryFileIsNamedAsOne() throws Exception {
        var file =
                Files.write(folder.resolve("job.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        refused(file, ErrorCode.BAD_FILE, "is not a text file in UTF-8");
    }

    @Test
    void aFileThatIsTooLongIsNamedWithItsSizeAndTheLimit() throws Exception {
        var file = Files.write(folder.resolve("job.yaml"), new byte[3_000_000]);

        refused(file, ErrorCode.BAD_FILE, "has 3.0 MB; such a file has at most 1.0 MB");
    }

    @Test
    void aFolderIsNoFileAndNothingIsNothing() {
        refused(folder, ErrorCode.BAD_FILE, "is a folder");
        refused(folder.resolve("nowhere"), ErrorCode.FILE_MISSING, "does not exist");
    }

    @Test
    void problemsNameTheFileThatWasGiven() throws Exception {
        var file = Files.writeString(folder.resolve("mine.yml"), "name: [");

        var refusal = assertThrows(ConfideException.class, () -> CoordinatorFile.load(file));

        assertTrue(refusal.sentence().startsWith(file + " has 1 problem"), refusal.sentence());
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.INF"})
    void aNumberMustBeFinite(String number) {
        var yaml = Examples.JOB + "\naggregation: {clipNorm: %s}\n".formatted(number);
        var job =
                Examples.JOB.contains("clipNorm:")
                        ? Examples.JOB.replaceFirst("clipNorm: [0-9.]+", "clipNorm: " + number)
                        : yaml;

        var refusal = assertThrows(ConfideException.class, () -> JobFile.parse(job));

        assertTrue(
                refusal.sentence().contains("must be a finite number, not " + number + "."),
                refusal.sentence());
    }

    private static void refused(Path file, ErrorCode code, String words) {
        var refusal = assertThrows(ConfideException.class, () -> TextFile.read(file));
        assertEquals(code, refusal.code());
        assertTrue(refusal.sentence().startsWith(file + " "), refusal.sentence());
        assertTrue(refusal.sentence().contains(words), refusal.sentence());
    }
}
