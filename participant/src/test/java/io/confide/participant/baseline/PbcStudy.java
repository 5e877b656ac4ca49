package io.confide.participant.baseline;

import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.Feature.Kind;
import io.confide.common.model.Feature.Range;
import io.confide.common.model.Feature.Transform;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Training;

import java.util.List;
import java.util.Optional;

/** The demo's study and a job on it, for tests. */
final class PbcStudy {
    static final String QUERY = "SELECT * FROM read_csv('%s')";

    private PbcStudy() {}

    static Study study(Study.Missing missing) {
        return new Study(
                "pbc-two-year-risk",
                "test",
                "nobody@example.org",
                new Study.Dictionary(
                        new Study.Label("event2y", "death or transplant within 730 days"),
                        "patient_id",
                        List.of(
                                feature("male", Transform.NONE, 0, 1, 0, 1),
                                feature("age", Transform.NONE, 18, 100, 55, 15),
                                feature("stage", Transform.NONE, 1, 4, 3, 1),
                                feature("bilirubin", Transform.LOG, 1, 1000, Math.log(40), 1),
                                feature("albumin", Transform.NONE, 10, 60, 38, 6),
                                feature("alp", Transform.LOG, 10, 20_000, Math.log(800), 1),
                                feature("ast", Transform.LOG, 1, 5000, Math.log(90), 0.7)),
                        missing));
    }

    static Plan plan(ModelSpec model, Training training, Study.Missing missing) {
        return new Plan(
                "pbc",
                study(missing),
                model,
                training,
                new Plan.Aggregation(5, 1, 2, 20, 500, 30),
                new Plan.Evaluation(5, 1, 200),
                Plan.Release.WEIGHTS,
                Bytes.ofHex("00112233445566778899aabbccddeeff"));
    }

    private static Feature feature(
            String name, Transform transform, double min, double max, double center, double scale) {
        return new Feature(
                name,
                name.equals("male") ? Kind.BINARY : Kind.NUMBER,
                Optional.empty(),
                Optional.of(new Range(min, max)),
                transform,
                center,
                scale);
    }
}
