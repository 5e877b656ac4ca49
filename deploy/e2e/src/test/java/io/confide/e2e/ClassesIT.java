package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/** Real processes train on lists with several classes under a guarantee, half of the records in a step, and the model is tried on rows of nobody's. */
class ClassesIT {
    private static final List<String> SITES = List.of("alpha", "beta", "gamma");
    private static final int ROWS = 400;

    private static final String STUDY =
            """
            study: shapes
            purpose: Test of the machinery on synthetic data
            accountable: nobody@example.org
            dictionary:
              label: {name: shape, type: category, classes: [rising, falling, flat], meaning: how the signal goes}
              patient: {name: id}
              features:
                - {name: signal, type: number, count: 6, range: [-10, 10], center: 0, scale: 1}
            """;

    private static final String JOB =
            """
            job: shapes
            study: shapes
            model: {kind: mlp, hidden: [4]}
            training: {mode: fedsgd, rounds: 25, l2: 0, optimiser: {kind: sgd, learningRate: 2}}
            aggregation: {minimumIncluded: 3, recordsMax: 500}
            privacy: {epsilon: 8, delta: 1.0e-5, clipNorm: 1, records: 1200, samplingRate: 0.5}
            release: {wish: weights}
            """;

    @TempDir Path work;

    @Test
    void sitesTellClassesApartUnderAGuarantee() throws Exception {
        try (var consortium = Consortium.start(work)) {
            for (int i = 0; i < SITES.size(); i++) {
                enrol(consortium, SITES.get(i), i);
            }
            consortium.agreeOnRoster(SITES);
            try (var _ = consortium.startSite("alpha");
                    var _ = consortium.startSite("beta");
                    var _ = consortium.startSite("gamma")) {
                var job = consortium.submit(JOB, STUDY);
                for (var site : SITES) {
                    consortium.approve(site, job.path("planHash").asText());
                }
                var watched = consortium.run("job", "watch", job.path("id").asText());
                assertEquals(0, watched.status(), watched.out() + watched.err());
                var got = consortium.run("job", "download", "shapes", "--to", "model");
                assertEquals(0, got.status(), got.err());
            }
        }
        Files.writeString(work.resolve("others.jsonl"), rows(99));
        var tried = evaluate();
        assertEquals(0, tried.status(), tried.err());
        var result = Consortium.json(tried.out());
        assertEquals(ROWS, result.path("rows").asInt());
        assertTrue(result.path("accuracy").asDouble() > 0.8, tried.out());
        var ledger = Confide.run(work, "participant", "ledger", "--home", "beta", "--json");
        assertTrue(ledger.out().contains("\"shapes\""), ledger.out());
        var entries = Confide.run(work, "participant", "ledger", "--home", "beta", "--entries");
        assertTrue(entries.out().contains("poisson 0.5, noise multiplier"), entries.out());
        String card = Files.readString(work.resolve("model/card.md"));
        assertTrue(
                card.contains("probability of each class of shape: rising, falling, flat"), card);
    }

    private Confide.Done evaluate() throws IOException, InterruptedException {
        return Confide.run(
                work,
                "model",
                "evaluate",
                "model",
                "--query",
                "SELECT id, shape, signal FROM read_json('others.jsonl')",
                "--json");
    }

    private void enrol(Consortium consortium, String site, int seed)
            throws IOException, InterruptedException {
        var done = consortium.enroll(site, consortium.token(site));
        assertEquals(0, done.status(), done.err());
        Files.writeString(work.resolve(site + ".json"), done.out());
        var home = work.resolve(site);
        Files.writeString(home.resolve("signals.jsonl"), rows(seed));
        Files.createDirectories(home.resolve("studies"));
        Files.writeString(home.resolve("studies/shapes.yaml"), STUDY);
        Files.writeString(
                home.resolve("participant.yaml"),
                """
                coordinator: https://localhost:%d
                site: %s
                training: {device: cpu, threads: 1}
                datasets:
                  - name: signals
                    study: shapes
                    query: SELECT id, shape, signal FROM read_json('signals.jsonl')
                """
                        .formatted(consortium.sitesPort(), site));
        Files.writeString(
                home.resolve("policy.yaml"),
                """
                defaults: {minimumCohort: 3, minimumIncluded: 3, approval: manual}
                allow:
                  - study: shapes
                    models: [mlp]
                    privacy: {required: true, epsilonPerRecord: 8.2, delta: 1.0e-5}
                    release: {atMost: weights}
                """);
    }

    /** Made-up signals, one line of JSON each. */
    private static String rows(int seed) {
        var random = new Random(seed);
        var lines = new StringBuilder();
        for (int i = 0; i < ROWS; i++) {
            int shape = random.nextInt(3);
            double slope = shape == 2 ? 0 : shape == 0 ? 0.6 : -0.6;
            var signal = new StringJoiner(",", "[", "]");
            for (int at = 0; at < 6; at++) {
                signal.add("%.3f".formatted(slope * (at - 2.5) + 0.3 * random.nextGaussian()));
            }
            lines.append(
                    "{\"id\":\"s%d-%d\",\"shape\":%d,\"signal\":%s}%n"
                            .formatted(seed, i, shape, signal));
        }
        return lines.toString();
    }
}
