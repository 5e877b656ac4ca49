package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.artifact.ModelCard;
import io.confide.common.artifact.ModelFacts;
import io.confide.common.artifact.Safetensors;
import io.confide.common.artifact.TrainedModel;
import io.confide.common.encoding.Folds;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Task;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Studies whose outcome has classes and whose columns hold lists. */
class ClassesAndListsTest {
    private static final String STUDY =
            """
            study: gait
            purpose: Tell three ways of walking apart
            accountable: jane.doe@hospital.example
            dictionary:
              label: {name: gait, type: category, classes: [steady, limping, shuffling], meaning: as a physician saw it}
              patient: {name: patient_id}
              features:
                - {name: age, type: number, center: 60, scale: 10}
                - {name: step, type: number, count: 4, range: [0, 2], center: 1, scale: 0.5}
            """;

    private static final String JOB =
            """
            job: gait
            study: gait
            model: {kind: mlp, hidden: [2]}
            evaluation: {split: {kFold: 2}}
            """;

    private static Plan plan(String job) {
        return JobFile.parse(job).plan(StudyFile.parse(STUDY), 1, Bytes.wrap(new byte[16]));
    }

    @Test
    void aStudySaysHowManyNumbersAndOutcomesARecordHas() {
        var dictionary = StudyFile.parse(STUDY).dictionary();
        assertEquals(5, dictionary.inputs());
        assertEquals(3, dictionary.label().values());
        assertEquals(3, dictionary.label().logits());
        assertEquals(List.of("steady", "limping", "shuffling"), dictionary.label().classes());
        var binary = StudyFile.parse(Examples.STUDY).dictionary();
        assertEquals(3, binary.inputs());
        assertEquals(2, binary.label().values());
        assertEquals(1, binary.label().logits());
    }

    @Test
    void aRecordHasAtMostSoManyNumbers() {
        String list = "    - {name: %s, type: number, count: 65536}\n";
        String most = STUDY + list.formatted("a");
        assertEquals(65_541, StudyFile.parse(most).dictionary().inputs());
        String more = most + list.formatted("b");
        Refusals.refuses(
                ErrorCode.BAD_FILE,
                StudyFile::parse,
                more,
                """
                study.yaml has 1 problem:
                  line 7   dictionary.features: bring more than 131072 numbers per record.
                """);
    }

    @Test
    void twoClassesAreNoClasses() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Study.Label("x", "y", List.of("no", "yes")));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Study.Label("x", "y", List.of("a", "b", "b")));
    }

    @Test
    void classesAndCountsArePartOfWhatSitesApprove() {
        var plan = plan(JOB);
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
        var swapped = StudyFile.parse(STUDY.replace("limping, shuffling", "shuffling, limping"));
        var longer = StudyFile.parse(STUDY.replace("count: 4", "count: 5"));
        var seed = Bytes.wrap(new byte[16]);
        assertNotEquals(
                PlanJson.hash(plan), PlanJson.hash(JobFile.parse(JOB).plan(swapped, 1, seed)));
        assertNotEquals(
                PlanJson.hash(plan), PlanJson.hash(JobFile.parse(JOB).plan(longer, 1, seed)));
    }

    @Test
    void theLastLayerHasOneUnitPerClassAndTheFirstOneWeightPerNumber() {
        assertEquals(
                List.of(
                        new ParameterManifest.Tensor("layers.0.weight", List.of(2, 5)),
                        new ParameterManifest.Tensor("layers.0.bias", List.of(2)),
                        new ParameterManifest.Tensor("layers.1.weight", List.of(3, 2)),
                        new ParameterManifest.Tensor("layers.1.bias", List.of(3))),
                ParameterManifest.of(plan(JOB)).tensors());
        assertEquals(
                List.of(
                        new ParameterManifest.Tensor("weight", List.of(3, 5)),
                        new ParameterManifest.Tensor("bias", List.of(3))),
                ParameterManifest.of(new ModelSpec.Logistic(), 5, 3).tensors());
        var initial = InitialModel.of(plan(JOB));
        assertEquals(5, initial.imputation().length);
        assertEquals(10 + 2 + 6 + 3, initial.parameters().length);
    }

    @Test
    void anInterceptStandsInEveryLogit() {
        var plan = plan(JOB.replace("{kind: mlp, hidden: [2]}", "{kind: logistic, intercept: -1}"));
        float[] parameters = InitialModel.of(plan).parameters();
        assertEquals(18, parameters.length);
        for (int i = 0; i < 18; i++) {
            assertEquals(i < 15 ? 0 : -1, parameters[i]);
        }
    }

    @Test
    void anEvaluationRanksNoScoresWhereThereAreClasses() {
        var names =
                Payloads.segments(plan(JOB), new Task.Evaluate(new Fold.Held(0))).stream()
                        .map(Segment::name)
                        .toList();
        assertEquals(
                List.of(
                        Payloads.SCORE_SUM,
                        Payloads.LABEL_SUM,
                        Payloads.COUNT,
                        Payloads.LOG_LOSS,
                        Payloads.CORRECT,
                        Payloads.ROWS),
                names);
    }

    private static Optional<EvaluationReport> report() {
        var bins = new double[Payloads.CALIBRATION_BINS];
        bins[9] = 8;
        return Optional.of(
                EvaluationReport.of(
                        Map.of(
                                Payloads.SCORE_SUM,
                                bins,
                                Payloads.LABEL_SUM,
                                bins,
                                Payloads.COUNT,
                                bins,
                                Payloads.LOG_LOSS,
                                new double[] {4},
                                Payloads.CORRECT,
                                new double[] {6},
                                Payloads.ROWS,
                                new double[] {8})));
    }

    @Test
    void aReportOfClassesHasAccuracyAndNoAuc() {
        assertEquals(
                List.of("accuracy", "ece", "logLoss", "mce", "rows"),
                List.copyOf(report().orElseThrow().numbers().keySet()));
    }

    private static ModelFacts facts(Plan plan, float... parameters) {
        var model = ModelState.of(new float[] {0, 0, 0, 0, 0.5f}, parameters);
        return new ModelFacts(
                JobId.of("7f3a0000-0000-0000-0000-000000000001"),
                plan,
                model,
                Instant.parse("2026-06-01T12:00:00Z"),
                new ModelFacts.Cohort(7, 5, 65, 6),
                report());
    }

    @Test
    void aModelGivesTheSoftmaxOfItsLogits() {
        var plan = plan(JOB);
        var facts =
                facts(
                        plan, 1, 0, 0, 0, 1, // the first unit: age, and the last step
                        0, 0, 0, 0, -1, // the second
                        0, 0.25f, 1, 0, 0, 1, 0, 0, 0, 0, 0.5f);
        var model = TrainedModel.parse(Safetensors.bytes(facts.tensors()));
        // age 70 is 1, step 4 of 1.5 is 1: hidden (2, 0); logits (2, 0, 0.5).
        double[] p =
                model.probabilities(
                        Map.of("age", new double[] {70}, "step", new double[] {1, 1, 1, 1.5}));
        double all = Math.exp(2) + 1 + Math.exp(0.5);
        assertArrayEquals(new double[] {Math.exp(2) / all, 1 / all, Math.exp(0.5) / all}, p, 1e-7);
        // The fourth step is missing, then out of range: its imputed value 0.5 makes the hidden
        // layer (1.5, 0).
        double lacking = Math.exp(1.5) / (Math.exp(1.5) + 1 + Math.exp(0.5));
        for (double[] steps : List.of(new double[] {1, 1, 1}, new double[] {1, 1, 1, 7})) {
            double[] q = model.probabilities(Map.of("age", new double[] {70}, "step", steps));
            assertEquals(lacking, q[0], 1e-7);
        }
        var e =
                assertThrows(
                        IllegalArgumentException.class, () -> model.score(Map.of("age", 70.0)));
        assertEquals(
                "this model tells several classes apart; ask for probabilities", e.getMessage());
    }

    @Test
    void theCardNamesTheClassesAndLoadsTheModelForThem() {
        String card = ModelCard.markdown(facts(plan(JOB), new float[21]));
        for (String part :
                List.of(
                        "| Predicts | probability of each class of gait: steady, limping,"
                                + " shuffling",
                        "Out-of-fold over 2 folds and 8 rows, from secure sums",
                        "| Accuracy of the likeliest class | 0.7500 |",
                        "| step | 4 |  | none | 1 | 0.5 |",
                        "z = m[\"layers.1.weight\"] @ np.maximum(0, m[\"layers.0.weight\"] @ x",
                        "p = np.exp(z - z.max()); p /= p.sum()",
                        "model.probabilities(Map.of(\"age\", new double[1]")) {
            assertTrue(card.contains(part), part + "\n" + card);
        }
        assertFalse(card.contains("AUC"));
        assertFalse(card.contains("Accuracy at 0.5"));
    }

    /** Every fold gets its part of each class, and a patient's rows stay together. */
    @Test
    void foldsAreStratifiedByClass() {
        var keys = new ArrayList<Digest>();
        var labels = new float[60];
        for (int row = 0; row < labels.length; row++) {
            keys.add(Digest.of(new byte[] {(byte) (row < 59 ? row : 58)}));
            labels[row] = row % 3;
        }
        int[] folds = Folds.assign(5, 4, keys, labels);
        for (int outcome = 0; outcome < 3; outcome++) {
            int label = outcome;
            for (int fold = 0; fold < 4; fold++) {
                int index = fold;
                long rows =
                        Stream.iterate(0, i -> i < 58, i -> i + 1)
                                .filter(i -> labels[i] == label && folds[i] == index)
                                .count();
                assertTrue(
                        rows >= 4 && rows <= 5,
                        "fold " + fold + " has " + rows + " of class " + outcome);
            }
        }
        assertEquals(folds[58], folds[59]);
    }
}
