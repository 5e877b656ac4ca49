package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Plants values in the sites' records and looks for them wherever they must not be; and looks for what the coordinator may only
 * know in a sum, the number of one site's rows, as text and as a double in everything that it keeps.
 */
class CanaryIT {
    private static final String PATIENT = "CANARY-PATIENT-71839";
    private static final double AGE = 61.728394;

    /** Of beta; no other count of the test has as many digits. */
    private static final int ROWS = 17_393;

    private static final List<String> SITES = List.of("alpha", "beta", "gamma");
    private static final String JOB =
            """
            job: by-hand
            study: two-year-risk
            model: {kind: logistic}
            training: {mode: fedavg, rounds: 4, localEpochs: 3}
            aggregation: {minimumIncluded: 3, recordsMax: 20000, audit: true}
            evaluation: {split: {kFold: 2}}
            release: {wish: weights}
            """;

    @TempDir Path work;

    /** The way of the manual: no demo, every command by hand, three sites. */
    @Test
    void threeSitesTrainByHandAndNoValueOfARecordReachesTheCoordinatorOrALog() throws Exception {
        try (var consortium = Consortium.start(work)) {
            for (var site : SITES) {
                consortium.enrolWithData(site, patients(site));
            }
            consortium.agreeOnRoster(SITES);
            try (var _ = consortium.startSite("alpha");
                    var _ = consortium.startSite("beta");
                    var _ = consortium.startSite("gamma")) {
                var job = consortium.submit(JOB);
                for (var site : SITES) {
                    consortium.approve(site, job.path("planHash").asText());
                }
                var watched = consortium.run("job", "watch", job.path("id").asText());
                assertEquals(0, watched.status(), watched.out() + watched.err());
                var shown = consortium.run("job", "download", "by-hand", "--to", "model");
                assertEquals(0, shown.status(), shown.err());
                assertTrue(Files.size(work.resolve("model/model.safetensors")) > 0);
                var record =
                        consortium.run(
                                "job", "audit", "by-hand", "--round", "2", "--to", "audit.json");
                assertEquals(0, record.status(), record.err());
                assertEquals(
                        Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE),
                        Files.getPosixFilePermissions(work.resolve("audit.json")));
                assertTrue(metrics(consortium).contains("confide"), "metrics of the coordinator");
                Files.writeString(work.resolve("coordinator/metrics.txt"), metrics(consortium));
                Files.writeString(work.resolve("coordinator/watched.txt"), watched.out());
            }
            var checked = Confide.run(work, "audit", "verify", "alpha/state/events.jsonl");
            assertEquals(0, checked.status(), checked.out() + checked.err());
            var rounds = Confide.run(work, "audit", "verify", "round", "--home", "alpha");
            assertEquals(0, rounds.status(), rounds.out() + rounds.err());
            assertTrue(rounds.out().contains("own input counted once"), rounds.out());
            var sum =
                    Confide.run(work, "audit", "verify", "round", "audit.json", "--home", "alpha");
            assertEquals(0, sum.status(), sum.out() + sum.err());
            assertTrue(sum.out().contains("Not shown: that the result"), sum.out());
            var left = Confide.run(work, "participant", "egress", "--home", "alpha");
            assertEquals(0, left.status(), left.err());
            assertTrue(left.out().contains("masked inputs"), left.out());
            assertTrue(left.out().contains("nothing else"), left.out());
            assertFalse(files(work.resolve("coordinator")).isEmpty());
            var seen = new ArrayList<String>();
            for (var file : files(work)) {
                if (!file.getFileName().toString().equals("patients.csv")) {
                    seen.addAll(canariesIn(file));
                }
            }
            assertTrue(seen.isEmpty(), seen.toString());
            for (var file : files(work.resolve("coordinator"))) {
                assertFalse(isCountIn(Files.readAllBytes(file)), "rows of beta in " + file);
            }
        }
    }

    private static String metrics(Consortium consortium) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var address =
                    URI.create("http://127.0.0.1:" + consortium.managementPort() + "/metrics");
            return http.send(
                            HttpRequest.newBuilder(address).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** Made-up patients; the first one of each site is the canary. */
    private static String patients(String site) {
        var lines = new StringBuilder("patient_id,event,age\n");
        lines.append(PATIENT).append('-').append(site).append(",1,").append(AGE).append('\n');
        int others = site.equals("beta") ? ROWS - 1 : 40;
        for (int i = 0; i < others; i++) {
            int age = 30 + i % 40;
            int event = (i * 7 + site.length()) % 10 < i % 40 / 5 ? 1 : 0;
            lines.append("%s-%d,%d,%d%n".formatted(site, i, event, age));
        }
        return lines.toString();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (var all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static List<String> canariesIn(Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            var seen = new ArrayList<String>();
            for (var canary : canaries()) {
                if (indexOf(content, canary) >= 0) {
                    seen.add(file.toString());
                }
            }
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values as text and as the numbers that a computer would hold them as. */
    private static List<byte[]> canaries() {
        float scaled = (float) ((AGE - 55) / 15);
        return List.of(
                PATIENT.getBytes(StandardCharsets.UTF_8),
                Double.toString(AGE).getBytes(StandardCharsets.UTF_8),
                bytes(AGE, ByteOrder.LITTLE_ENDIAN),
                bytes(AGE, ByteOrder.BIG_ENDIAN),
                bytes(scaled, ByteOrder.LITTLE_ENDIAN),
                bytes(scaled, ByteOrder.BIG_ENDIAN));
    }

    /** As a word of its own in text, or as the double that a sum would hold it as. */
    private static boolean isCountIn(byte[] content) {
        var text = new String(content, StandardCharsets.ISO_8859_1);
        return Pattern.compile("(?<![0-9A-Za-z.])%d(?![0-9A-Za-z])".formatted(ROWS))
                        .matcher(text)
                        .find()
                || indexOf(content, bytes((double) ROWS, ByteOrder.LITTLE_ENDIAN)) >= 0
                || indexOf(content, bytes((double) ROWS, ByteOrder.BIG_ENDIAN)) >= 0;
    }

    private static byte[] bytes(double value, ByteOrder order) {
        return ByteBuffer.allocate(Double.BYTES).order(order).putDouble(value).array();
    }

    private static byte[] bytes(float value, ByteOrder order) {
        return ByteBuffer.allocate(Float.BYTES).order(order).putFloat(value).array();
    }

    private static int indexOf(byte[] content, byte[] part) {
        for (int at = 0; at + part.length <= content.length; at++) {
            int same = 0;
            while (same < part.length && content[at + same] == part[same]) {
                same++;
            }
            if (same == part.length) {
                return at;
            }
        }
        return -1;
    }
}
