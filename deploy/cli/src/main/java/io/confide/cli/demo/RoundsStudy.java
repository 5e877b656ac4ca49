package io.confide.cli.demo;

import io.confide.cli.demo.DemoStudy.Hospital;
import io.confide.cli.demo.DemoStudy.Origin;
import io.confide.cli.demo.DemoStudy.Region;
import io.confide.common.model.SiteId;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A made-up study that nobody wants the model of: its rounds cost what those of a real one of its size cost. */
final class RoundsStudy {
    private static final String NAME = "rounds";
    private static final int FEATURES = 100;

    /** A perceptron's parameters for each unit of its hidden layer: weights, bias, and its weight in the output. */
    private static final int PER_UNIT = FEATURES + 2;

    /** More than any measurement comes to, so that the job is at work until it is over. */
    private static final int ROUNDS = 100_000;

    private RoundsStudy() {}

    /** The hidden units of the perceptron that comes nearest to {@code dimension} parameters. */
    private static int hidden(int dimension) {
        return Math.max(1, Math.round((dimension - 1f) / PER_UNIT));
    }

    /** How many parameters its model has. */
    static int parameters(int dimension) {
        return hidden(dimension) * PER_UNIT + 1;
    }

    /** Writes {@code rows} made-up records for each site into {@code home}. */
    static DemoStudy write(RoundsSettings settings, DemoHome home) throws IOException {
        var hospitals = new ArrayList<Hospital>();
        for (int i = 1; i <= settings.sites(); i++) {
            var site = new SiteId("site-" + i);
            var file = Files.createDirectories(home.data()).resolve(site + ".csv");
            records(file, settings.rows(), new SplittableRandom(i));
            hospitals.add(new Hospital(site, site.value(), Region.ELSEWHERE, query(file)));
        }
        var study =
                new DemoStudy(
                        NAME,
                        "synthetic records",
                        NAME,
                        Origin.SYNTHETIC,
                        studyYaml(),
                        "",
                        "",
                        hospitals);
        return study.withJob(jobYaml(study, settings));
    }

    private static void records(Path file, int rows, SplittableRandom random) throws IOException {
        var text = new StringBuilder("id,y,").append(columns()).append('\n');
        for (int row = 0; row < rows; row++) {
            double[] x = random.doubles(FEATURES, -1, 1).toArray();
            text.append(row).append(',').append(x[0] + x[1] > 0 ? 1 : 0);
            for (double value : x) {
                text.append(',').append(String.format(Locale.ROOT, "%.3f", value));
            }
            text.append('\n');
        }
        Files.writeString(file, text);
    }

    private static String columns() {
        return IntStream.range(0, FEATURES).mapToObj(i -> "x" + i).collect(Collectors.joining(","));
    }

    private static String query(Path file) {
        return "SELECT id, y, [%s] AS x FROM read_csv('%s')"
                .formatted(columns(), file.toString().replace("'", "''"));
    }

    private static String studyYaml() {
        return """
        study: %s
        purpose: Measure rounds on synthetic data
        accountable: nobody@example.org
        dictionary:
          label: {name: y, type: binary, meaning: made up}
          patient: {name: id, role: id}
          features:
            - {name: x, type: number, count: %d, range: [-1, 1], center: 0, scale: 1}
          missing: zero-after-scaling
        """
                .formatted(NAME, FEATURES);
    }

    private static String jobYaml(DemoStudy study, RoundsSettings settings) {
        int minimum =
                settings.epsilon().isPresent() ? study.minimumNoised() : study.minimumIncluded();
        return """
        job: rounds
        study: %s
        model: {kind: mlp, hidden: [%d]}
        training:
          mode: fedsgd
          rounds: %d
          l2: 0
          optimiser: {kind: sgd, learningRate: 0.01}
        aggregation: {minimumIncluded: %d, recordsMax: %d, roundSeconds: 120}
        release: {wish: metrics}
        """
                        .formatted(
                                NAME,
                                hidden(settings.dimension()),
                                ROUNDS,
                                minimum,
                                settings.rows())
                + privacy(settings.epsilon(), settings.sites() * settings.rows());
    }

    private static String privacy(OptionalDouble epsilon, int records) {
        return epsilon.isEmpty()
                ? ""
                : "privacy: {epsilon: %s, delta: 1.0e-5, clipNorm: 1, records: %d}%n"
                        .formatted(epsilon.getAsDouble(), records);
    }

    /** The study's hospitals by name: what a figure of a site is the mean over. */
    static List<String> sites(DemoStudy study) {
        return study.hospitals().stream().map(Hospital::title).toList();
    }
}
