package io.confide.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.Confide;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.artifact.ModelFacts;
import io.confide.common.artifact.Safetensors;
import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From published pictures to a table that a site binds, and from a downloaded model to its accuracy on them. */
class ImagesAndModelsTest {
    private static final String STUDY =
            """
            study: pictures
            purpose: test
            accountable: nobody@example.org
            dictionary:
              label: {name: class, type: category, classes: [left, middle, right], meaning: the brightest pixel}
              patient: {name: image}
              features:
                - {name: pixel, type: number, count: 3, range: [0, 255], scale: 100}
            """;

    @TempDir Path work;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Six pictures of three pixels; the last one's class is not that of its brightest pixel. */
    @BeforeEach
    void writePictures() throws IOException {
        byte[] pixels = {90, 0, 0, 0, 90, 0, 0, 0, 90, 80, 10, 10, 10, 80, 10, 10, 10, 80};
        Files.write(work.resolve("train-images"), idx(pixels, 6, 1, 3));
        Files.write(work.resolve("train-labels"), idx(new byte[] {0, 1, 2, 0, 1, 0}, 6));
    }

    private static byte[] idx(byte[] values, int... shape) {
        var bytes = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
        bytes.put(new byte[] {0, 0, 8, (byte) shape.length});
        for (int length : shape) {
            bytes.putInt(length);
        }
        return bytes.put(values).array();
    }

    /** A model whose logits are the pixels. */
    private void writeModel() throws IOException {
        var plan =
                JobFile.parse("job: brightest\nstudy: pictures\nmodel: {kind: logistic}\n")
                        .plan(StudyFile.parse(STUDY), 1, Bytes.wrap(new byte[16]));
        var weights = new float[] {4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0};
        var facts =
                new ModelFacts(
                        JobId.of("7f3a0000-0000-0000-0000-000000000001"),
                        plan,
                        ModelState.of(new float[3], weights),
                        Instant.parse("2026-06-01T12:00:00Z"),
                        new ModelFacts.Cohort(3, 2, 5, 3),
                        Optional.empty());
        Files.createDirectories(work.resolve("model"));
        Files.write(
                work.resolve("model/model.safetensors"),
                Safetensors.bytes(facts.tensors()).toArray());
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        var terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100);
        return Confide.run(terminal, Map.of(), arguments);
    }

    private String path(String name) {
        return work.resolve(name).toString();
    }

    private int images(String... more) {
        var all = new ArrayList<String>();
        all.addAll(List.of("data", "images", "--pictures", path("train-images")));
        all.addAll(List.of("--classes", path("train-labels")));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    @Test
    void picturesBecomeATableAndAModelIsTriedOnThem() throws IOException {
        assertEquals(0, images("--to", path("all.parquet")), err.toString());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("6 pictures of 3 pixels in"));
        writeModel();
        String query =
                "SELECT image, class, pixel FROM read_parquet('" + path("all.parquet") + "')";
        assertEquals(0, run("model", "evaluate", path("model"), "--query", query), err.toString());
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("brightest · study pictures · 6 rows"), text);
        assertTrue(text.contains("Accuracy   0.8333"), text);
        assertTrue(
                text.lines().anyMatch(line -> line.matches(" left +3 +0\\.6667 +1\\.0000")), text);
        assertEquals(
                0,
                run("model", "evaluate", path("model"), "--query", query, "--json"),
                err.toString());
        var json = JsonText.parse(out.toString(StandardCharsets.UTF_8), "answer");
        assertEquals(6, json.path("rows").asInt());
        assertEquals(5 / 6.0, json.path("accuracy").asDouble(), 1e-12);
        assertTrue(json.path("auc").isMissingNode());
        assertEquals("right", json.at("/outcomes/2/outcome").asText());
        assertEquals(0.5, json.at("/outcomes/2/precision").asDouble());
    }

    @Test
    void picturesAreDealtToSites() {
        assertEquals(0, images("--sites", "4", "--to", path("dealt"), "--json"), err.toString());
        var json = JsonText.parse(out.toString(StandardCharsets.UTF_8), "answer");
        assertEquals(6, json.path("pictures").asInt());
        assertEquals(4, json.path("files").size());
        for (var file : json.path("files")) {
            assertTrue(Files.isRegularFile(Path.of(file.asText())), file.asText());
        }
    }

    @Test
    void whatCannotBeDoneIsOneSentence() throws IOException {
        assertEquals(2, images("--sites", "0", "--to", path("dealt")));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("--sites is 1 to 10000, not 0."));
        assertEquals(1, run("model", "evaluate", path("nowhere"), "--query", "SELECT 1"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("There is no model at"));
        Files.writeString(work.resolve("text"), "no model");
        assertEquals(1, run("model", "evaluate", path("text"), "--query", "SELECT 1"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("is no model of Confide"));
        writeModel();
        assertEquals(1, run("model", "evaluate", path("model"), "--query", "DROP TABLE x"));
        assertEquals(1, run("model", "evaluate", path("model"), "--query", "SELECT 1 AS class"));
        assertTrue(
                err.toString(StandardCharsets.UTF_8).contains("the study needs the column image"));
    }
}
