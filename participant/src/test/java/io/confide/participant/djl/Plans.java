package io.confide.participant.djl;

import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Training;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Plans over features x0, x1, .. */
final class Plans {
    static final int RECORDS_MAX = 200;
    static final long FOLD_SEED = 7;

    private Plans() {}

    static Plan of(ModelSpec model, Training training, int features) {
        return of(model, training, features, List.of());
    }

    /** @param classes of the outcome; empty for one that is 0 or 1 */
    static Plan of(ModelSpec model, Training training, int features, List<String> classes) {
        var study =
                new Study(
                        "study",
                        "test",
                        "nobody@example.org",
                        new Study.Dictionary(
                                new Study.Label("y", "outcome", classes),
                                "id",
                                IntStream.range(0, features).mapToObj(Plans::feature).toList(),
                                Study.Missing.ZERO_AFTER_SCALING));
        return new Plan(
                "job",
                study,
                model,
                training,
                new Plan.Aggregation(3, 1, 5, 20, RECORDS_MAX, 30),
                new Plan.Evaluation(5, FOLD_SEED, 100),
                Plan.Release.WEIGHTS,
                Bytes.ofHex("00112233445566778899aabbccddeeff"));
    }

    static double weight(int rows) {
        return Math.min(rows, RECORDS_MAX) / (double) RECORDS_MAX;
    }

    private static Feature feature(int index) {
        return new Feature(
                "x" + index,
                Feature.Kind.NUMBER,
                Optional.empty(),
                Optional.empty(),
                Feature.Transform.NONE,
                0,
                1);
    }
}
