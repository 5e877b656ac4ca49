package io.confide.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

class ModelFolderTest {
    @TempDir Path folder;

    @Test
    void refusesTheFolderOfAnotherJobOnly() throws Exception {
        ModelFolder.require(folder, "b");
        model("a");

        ModelFolder.require(folder, "a");
        var refusal = assertThrows(ConfideException.class, () -> ModelFolder.require(folder, "b"));

        assertTrue(refusal.sentence().contains("holds the model of job a"), refusal.sentence());
    }

    @Test
    void clearsTheModelAndNothingElse() throws Exception {
        model("a");
        var own = Files.writeString(folder.resolve("notes.txt"), "mine");
        var outside =
                Files.writeString(folder.resolve("../outside-of-" + folder.getFileName()), "");

        ModelFolder.clear(folder);

        assertFalse(Files.exists(folder.resolve("card.md")));
        assertFalse(Files.exists(folder.resolve("manifest.json")));
        assertEquals("mine", Files.readString(own));
        assertTrue(Files.deleteIfExists(outside));
    }

    private void model(String job) throws Exception {
        Files.writeString(
                folder.resolve("manifest.json"),
                "{\"job\": \"%s\", \"files\": {\"card.md\": \"\", \"../outside-of-%s\": \"\"}}"
                        .formatted(job, folder.getFileName()));
        Files.writeString(folder.resolve("card.md"), "card");
        Files.writeString(folder.resolve("model.safetensors"), "model");
    }
}
