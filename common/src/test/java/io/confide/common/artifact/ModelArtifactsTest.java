package io.confide.common.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.Examples;
import io.confide.common.files.Json;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.files.PlanJson;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

class ModelArtifactsTest {
    private static final JobId JOB = JobId.of("7f3a0000-0000-0000-0000-000000000001");

    private static ModelFacts facts(Plan plan, ModelState model) {
        var calibration = new double[Payloads.CALIBRATION_BINS];
        var sums =
                Map.of(
                        Payloads.POSITIVES, new double[] {1, 2, 3, 4},
                        Payloads.NEGATIVES, new double[] {4, 3, 2, 1},
                        Payloads.SCORE_SUM, calibration,
                        Payloads.LABEL_SUM, calibration,
                        Payloads.COUNT, calibration,
                        Payloads.LOG_LOSS, new double[] {10},
                        Payloads.CORRECT, new double[] {15},
                        Payloads.ROWS, new double[] {20});
        return new ModelFacts(
                JOB,
                plan,
                model,
                Instant.parse("2026-06-01T12:00:00Z"),
                new ModelFacts.Cohort(7, 5, 65, 6),
                Optional.of(EvaluationReport.of(sums)));
    }

    private static ModelFacts facts() {
        var model = ModelState.of(new float[] {0.5f, 0, -1}, new float[] {1, -2, 0.5f, 0.25f});
        return facts(Examples.logisticPlan(), model);
    }

    @Test
    void aLogisticModelScoresAsItsFormulaSays() {
        TrainedModel model = TrainedModel.parse(Safetensors.bytes(facts().tensors()));
        double logit = 1 * 1 - 2 * ((70 - 55) / 15.0) + 0.5 * (Math.log(40) - 3.69) + 0.25;
        assertEquals(
                1 / (1 + Math.exp(-logit)),
                model.score(Map.of("male", 1.0, "age", 70.0, "bilirubin", 40.0)),
                1e-9);
    }

    @Test
    void whatIsMissingOrImplausibleTakesTheImputedValue() {
        TrainedModel model = TrainedModel.parse(Safetensors.bytes(facts().tensors()));
        double logit = 0.5 * 1 + 0 * -2 + -1 * 0.5 + 0.25;
        double expected = 1 / (1 + Math.exp(-logit));
        assertEquals(expected, model.score(Map.of()), 1e-9);
        assertEquals(
                expected,
                model.score(
                        Map.of("male", Double.NaN, "age", 17.0, "bilirubin", -1.0, "other", 3.0)),
                1e-9);
    }

    @Test
    void extremeValuesAreCutOffAtThree() {
        TrainedModel model = TrainedModel.parse(Safetensors.bytes(facts().tensors()));
        double logit = 3 * 1 - 2 * 3 + -1 * 0.5 + 0.25;
        assertEquals(
                1 / (1 + Math.exp(-logit)), model.score(Map.of("male", 100.0, "age", 100.0)), 1e-9);
    }

    @Test
    void aPerceptronScoresThroughItsHiddenLayers() {
        Plan plan = Examples.plan();
        ModelState state = InitialModel.of(plan);
        TrainedModel model = TrainedModel.parse(Safetensors.bytes(facts(plan, state).tensors()));
        float[] p = state.parameters();
        double[] x = {1, (70 - 55) / 15.0, Math.log(40) - 3.69};
        double[] h1 = relu(dense(p, 0, x, 32));
        double[] h2 = relu(dense(p, 32 * 3 + 32, h1, 16));
        double logit = dense(p, 32 * 4 + 16 * 33, h2, 1)[0];
        assertEquals(
                1 / (1 + Math.exp(-logit)),
                model.score(Map.of("male", 1.0, "age", 70.0, "bilirubin", 40.0)),
                1e-6);
    }

    private static double[] dense(float[] p, int at, double[] x, int out) {
        var y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = p[at + out * x.length + o];
            for (int i = 0; i < x.length; i++) {
                y[o] += p[at + o * x.length + i] * x[i];
            }
        }
        return y;
    }

    private static double[] relu(double[] x) {
        return java.util.Arrays.stream(x).map(v -> Math.max(0, v)).toArray();
    }

    @Test
    void aFileOfAnotherModelIsRefused() {
        Safetensors.Contents logistic = facts().tensors();
        var metadata = new TreeMap<>(logistic.metadata());
        metadata.put("plan", PlanJson.text(Examples.plan()));
        Bytes swapped = Safetensors.bytes(new Safetensors.Contents(logistic.tensors(), metadata));
        assertThrows(IllegalArgumentException.class, () -> TrainedModel.parse(swapped));
        Bytes nameless =
                Safetensors.bytes(new Safetensors.Contents(logistic.tensors(), new TreeMap<>()));
        assertThrows(IllegalArgumentException.class, () -> TrainedModel.parse(nameless));
    }

    @Test
    void theTensorsAreTheFlatParametersInOrder() {
        Safetensors.Contents contents = facts().tensors();
        assertEquals(
                java.util.List.of("weight", "bias", "imputation"),
                java.util.List.copyOf(contents.tensors().keySet()));
        assertEquals(0.25f, contents.tensors().get("bias").values()[0]);
        assertEquals(facts().model().hash().hex(), contents.metadata().get("modelHash"));
    }

    @Test
    void theManifestNamesPlanModelAndEveryFile() {
        var files = new TreeMap<String, Bytes>();
        files.put("model.safetensors", Safetensors.bytes(facts().tensors()));
        var in = JsonFields.of(JsonText.parse(ModelManifest.bytes(facts(), files)), "manifest");
        assertEquals(PlanJson.hash(Examples.logisticPlan()).hex(), in.text("planHash"));
        assertEquals(facts().model().hash().hex(), in.text("modelHash"));
        assertEquals(JOB.toString(), in.text("job"));
        assertEquals(7, in.object("aggregation").integer("sites"));
        assertEquals(0.75, in.object("metrics").number("auc"));
        assertEquals(Optional.of(new Json.Bool(false)), in.find("differentialPrivacy"));
        assertEquals(
                Digest.of(files.get("model.safetensors")).hex(),
                in.object("files").text("model.safetensors"));
        assertEquals(
                Examples.logisticPlan(), PlanJson.parse(in.find("plan").orElseThrow().bytes()));
    }

    @Test
    void theMetricsFileHasTheCalibrationTable() {
        var in = JsonFields.of(JsonText.parse(ModelManifest.metricsBytes(facts())), "metrics");
        assertEquals(0.5, in.number("logLoss"));
        assertEquals(Payloads.CALIBRATION_BINS, in.array("calibration").items().size());
    }

    @Test
    void theSameFactsGiveTheSameBytes() {
        assertEquals(ModelCard.markdown(facts()), ModelCard.markdown(facts()));
        assertEquals(
                ModelManifest.bytes(facts(), new TreeMap<>()),
                ModelManifest.bytes(facts(), new TreeMap<>()));
        assertEquals(Safetensors.bytes(facts().tensors()), Safetensors.bytes(facts().tensors()));
    }

    @Test
    void theCardSaysWhatAReaderMustKnow() {
        String card = ModelCard.markdown(facts());
        for (String part :
                new String[] {
                    PlanJson.hash(Examples.logisticPlan()).hex(),
                    facts().model().hash().hex(),
                    "| Study | pbc-two-year-risk |",
                    "| AUC | 0.7500 (exact within ± 0.1000) |",
                    "7 sites trained together with fedavg: 10 rounds per model",
                    "every sum holds at least 6 sites",
                    "opening one took 5 of 7 sites",
                    "**No differential privacy**",
                    "| bilirubin | 1 | umol/L | log | 3.69 | 1 |",
                    "m = load_file(\"model.safetensors\")",
                    "TrainedModel.parse(file)",
                }) {
            assertTrue(card.contains(part), part + "\n" + card);
        }
        assertFalse(card.contains("Synthetic"));
    }

    @Test
    void whatPeopleWroteStaysInItsCell() {
        Plan p = Examples.logisticPlan();
        var study =
                new Study(
                        p.study().name(),
                        "Synthetic \\| test\n# <b>fake</b> [heading](x)",
                        p.study().accountable(),
                        p.study().dictionary());
        var plan =
                new Plan(
                        p.name(),
                        study,
                        p.model(),
                        p.training(),
                        p.aggregation(),
                        p.evaluation(),
                        p.release(),
                        p.seed());
        String card = ModelCard.markdown(facts(plan, facts().model()));
        assertTrue(
                card.contains(
                        "| Purpose | Synthetic \\\\\\| test # &lt;b>fake&lt;/b> \\[heading](x) |"),
                card);
        assertTrue(card.contains("> **Synthetic data.**"), card);
    }

    @Test
    void theCardOfASampledModelSaysSo() {
        var plan = Examples.privatePlan("samplingRate: 0.2, commits: 40");
        String card = ModelCard.markdown(facts(plan, InitialModel.of(plan)));
        for (String part :
                new String[] {
                    "Sampling: Poisson, each record is in a step with chance 0.2, independently",
                    "divided by 137, the number that the plan expects in it.",
                }) {
            assertTrue(card.contains(part), part + "\n" + card);
        }
        assertFalse(card.contains("every record is in every step"), card);
    }

    /** F27: no ε without unit, relation, δ, sampling and observer; and nothing that came from data beside it. */
    @Test
    void theCardOfAPrivateModelSaysWhatItsEpsilonMeans() {
        var plan = Examples.privatePlan();
        var facts =
                new ModelFacts(
                        JOB,
                        plan,
                        InitialModel.of(plan),
                        Instant.parse("2026-06-01T12:00:00Z"),
                        new ModelFacts.Cohort(7, 5, 10, 7),
                        Optional.empty());
        String card = ModelCard.markdown(facts);
        for (String part :
                new String[] {
                    "ε ≤ 3 at δ = 1e-5 for every single record",
                    "Unit: record.",
                    "Relation: a record is there, or is not",
                    "Sampling: none",
                    "12 commits at most",
                    "| Observer | Sites in every sum | ε (Rényi) | ε (tight) | δ |",
                    "| public | 7 | 2.4",
                    "| coordinator + 1 site | 6 | ",
                    "divided by 685, which the plan states",
                    "Not evaluated: exact counts would have left beside the noise."
                }) {
            assertTrue(card.contains(part), part + "\n" + card);
        }
        assertFalse(card.contains("No differential privacy"), card);
        var in = JsonFields.of(JsonText.parse(ModelManifest.bytes(facts, new TreeMap<>())), "m");
        assertEquals(Optional.of(new Json.Bool(true)), in.find("differentialPrivacy"));
        var privacy = in.object("privacy");
        assertEquals("record", privacy.text("unit"));
        assertEquals("add-remove", privacy.text("relation"));
        assertEquals(4, privacy.array("observers").items().size());
        var last = JsonFields.of(privacy.array("observers").items().getLast(), "observer");
        assertTrue(last.number("rdp") <= 3 && last.number("pld") < last.number("rdp"));
    }

    @Test
    void aPlanWithoutFoldsSaysThatNothingWasEvaluated() {
        ModelFacts f = facts();
        var unevaluated =
                new ModelFacts(
                        f.job(), f.plan(), f.model(), f.created(), f.cohort(), Optional.empty());
        assertTrue(ModelCard.markdown(unevaluated).contains("Not evaluated"));
        assertEquals("{}", JsonText.parse(ModelManifest.metricsBytes(unevaluated)).canonical());
    }
}
