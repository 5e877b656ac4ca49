package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Examples;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

class ModelLayoutTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final Task STATISTICS = new Task.Statistics(new Fold.All());

    private static Plan plan(ModelSpec model, Training training) {
        Plan p = Examples.plan();
        return new Plan(
                p.name(),
                p.study(),
                model,
                training,
                p.aggregation(),
                p.evaluation(),
                p.release(),
                p.seed());
    }

    private static Plan logistic(Training.Mode mode) {
        return plan(new ModelSpec.Logistic(), new Training(mode, 1, 1, 0, 0.5, 0));
    }

    @Test
    void aLogisticModelHasItsWeightsAndThenItsBias() {
        var manifest = ParameterManifest.of(new ModelSpec.Logistic(), 7, 1);
        assertEquals(8, manifest.parameterCount());
        assertEquals(
                "[{\"name\":\"weight\",\"shape\":[7]},{\"name\":\"bias\",\"shape\":[1]}]",
                new String(manifest.bytes().toArray(), StandardCharsets.UTF_8));
        assertEquals(Digest.of(manifest.bytes()), manifest.hash());
    }

    @Test
    void aPerceptronHasWeightAndBiasPerLayerAndOneUnitAtTheEnd() {
        var manifest = ParameterManifest.of(new ModelSpec.Mlp(List.of(4, 3)), 7, 1);
        assertEquals(
                List.of(
                        new ParameterManifest.Tensor("layers.0.weight", List.of(4, 7)),
                        new ParameterManifest.Tensor("layers.0.bias", List.of(4)),
                        new ParameterManifest.Tensor("layers.1.weight", List.of(3, 4)),
                        new ParameterManifest.Tensor("layers.1.bias", List.of(3)),
                        new ParameterManifest.Tensor("layers.2.weight", List.of(1, 3)),
                        new ParameterManifest.Tensor("layers.2.bias", List.of(1))),
                manifest.tensors());
        assertEquals(28 + 4 + 12 + 3 + 3 + 1, manifest.parameterCount());
    }

    @Test
    void aModelTooLargeForAnArrayIsRefused() {
        var wide = new ModelSpec.Mlp(java.util.Collections.nCopies(8, 4096));
        assertEquals(
                7 * 4096 * 4096 + 4096 * 18 + 1, ParameterManifest.of(wide, 9, 1).parameterCount());
        assertThrows(
                IllegalArgumentException.class,
                () -> ParameterManifest.of(new ModelSpec.Logistic(), 0, 1));
    }

    /** Fixed for ever: planHash names the initial model only through this rule. */
    @Test
    void theInitialModelFollowsFromThePlanAlone() {
        Plan plan = logistic(Training.Mode.FEDAVG);
        ModelState model = InitialModel.of(plan);
        assertEquals(model, InitialModel.of(plan));
        assertEquals(
                "fd45d83b",
                model.hash().shortHex(),
                () -> java.util.Arrays.toString(model.parameters()));
        assertArrayEquals(new float[3], model.imputation());
    }

    @Test
    void anotherSeedIsAnotherModel() {
        Plan p = logistic(Training.Mode.FEDAVG);
        var other =
                new Plan(
                        p.name(),
                        p.study(),
                        p.model(),
                        p.training(),
                        p.aggregation(),
                        p.evaluation(),
                        p.release(),
                        Bytes.wrap(new byte[16]));
        assertNotEquals(InitialModel.of(p), InitialModel.of(other));
    }

    @Test
    void perceptronsStartWithHeNormalWeightsAndZeroBiases() {
        Plan plan =
                plan(
                        new ModelSpec.Mlp(List.of(400, 100)),
                        new Training(Training.Mode.FEDAVG, 1, 1, 0, 0.5, 0));
        float[] p = InitialModel.of(plan).parameters();
        assertEquals(2.0 / 3, variance(p, 0, 1200), 0.08);
        assertEquals(0, variance(p, 1200, 1600));
        assertEquals(2.0 / 400, variance(p, 1600, 41_600), 0.0002);
    }

    private static double variance(float[] values, int from, int to) {
        return IntStream.range(from, to)
                .mapToDouble(i -> values[i] * values[i])
                .average()
                .orElse(0);
    }

    @Test
    void fedavgAddsTheWeightedMeanOfTheUpdates() {
        var model = ModelState.of(new float[3], new float[] {1, 2, 3, 4});
        var sums =
                Map.of(
                        Payloads.UPDATE, new double[] {0.5, -0.5, 0, 1},
                        Payloads.WEIGHT, new double[] {0.5},
                        Payloads.LOSS, new double[] {0.35});
        Plan plan = logistic(Training.Mode.FEDAVG);
        ModelState next = ServerStep.next(plan, TRAIN, model, sums);
        assertArrayEquals(new float[] {2, 1, 3, 6}, next.parameters());
        assertEquals(0.7, ServerStep.trainingLoss(plan, sums).orElseThrow(), 1e-12);
    }

    @Test
    void fedsgdScalesTheMeanByTheLearningRate() {
        var model = ModelState.of(new float[3], new float[] {1, 2, 3, 4});
        var sums =
                Map.of(
                        Payloads.UPDATE, new double[] {0.5, -0.5, 0, 1},
                        Payloads.WEIGHT, new double[] {0.5});
        ModelState next = ServerStep.next(logistic(Training.Mode.FEDSGD), TRAIN, model, sums);
        assertArrayEquals(new float[] {1.5f, 1.5f, 3, 5}, next.parameters());
    }

    @Test
    void evaluationChangesNothing() {
        var model = ModelState.of(new float[3], new float[4]);
        assertEquals(
                model,
                ServerStep.next(
                        logistic(Training.Mode.FEDAVG),
                        new Task.Evaluate(new Fold.Held(0)),
                        model,
                        Map.of()));
    }

    @Test
    void statisticsBecomeTheMeanOfWhatIsPresent() {
        var model = ModelState.of(new float[3], new float[] {1, 2, 3, 4});
        var sums =
                Map.of(
                        Payloads.SUM, new double[] {10, 1e-7, 400},
                        Payloads.PRESENT, new double[] {20, 0, 100});
        ModelState next = ServerStep.next(logistic(Training.Mode.FEDAVG), STATISTICS, model, sums);
        assertArrayEquals(new float[] {0.5f, 0, 3}, next.imputation());
        assertArrayEquals(model.parameters(), next.parameters());
    }

    @Test
    void aRoundWithoutAnyRowIsOneClearSentence() {
        var model = ModelState.of(new float[3], new float[4]);
        var sums = Map.of(Payloads.UPDATE, new double[4], Payloads.WEIGHT, new double[] {0});
        var e =
                assertThrows(
                        ConfideException.class,
                        () -> ServerStep.next(logistic(Training.Mode.FEDAVG), TRAIN, model, sums));
        assertEquals(ErrorCode.EMPTY_DATASET, e.code());
    }

    /** 0 lies between two codes of a weight; so do 200 of them. One row of one site is far above. */
    @Test
    void weightsOfNothingAreNothingHoweverTheyAreRounded() throws IntegrityException {
        Plan p = logistic(Training.Mode.FEDAVG);
        var sums = p.aggregation();
        var plan =
                new Plan(
                        p.name(),
                        p.study(),
                        p.model(),
                        p.training(),
                        new Plan.Aggregation(3, 1, sums.clipNorm(), 16, 1_000_000, 30),
                        p.evaluation(),
                        p.release(),
                        p.seed());
        var model = ModelState.of(new float[3], new float[4]);
        boolean above = false;
        for (int trial = 0; trial < 8; trial++) {
            var nothing = sumOf200(plan, 0, trial);
            above |= nothing.get(Payloads.WEIGHT)[0] > 0;
            var e =
                    assertThrows(
                            ConfideException.class,
                            () -> ServerStep.next(plan, TRAIN, model, nothing));
            assertEquals(ErrorCode.EMPTY_DATASET, e.code());
            var row = sumOf200(plan, 1e-6, trial);
            assertEquals(1, row.get(Payloads.WEIGHT)[0] * 1e6, 0.1);
            assertEquals(4, ServerStep.next(plan, TRAIN, model, row).parameters().length);
        }
        assertTrue(above, "otherwise this shows nothing");
    }

    /** Of 200 sites one has {@code weight}, the others none. */
    private static Map<String, double[]> sumOf200(Plan plan, double weight, int seed)
            throws IntegrityException {
        var codec = Payloads.codec(plan, TRAIN, 200);
        long[] sum = new long[codec.words()];
        for (int site = 0; site < 200; site++) {
            var payload =
                    Map.of(
                            Payloads.UPDATE, new double[4],
                            Payloads.WEIGHT, new double[] {site == 7 ? weight : 0},
                            Payloads.LOSS, new double[] {0});
            Words.addInto(sum, codec.encode(payload, new Random(1000 * seed + site)));
        }
        return codec.decode(sum, 200);
    }

    @Test
    void divergenceIsSaidNotPassedOn() {
        var model = ModelState.of(new float[3], new float[] {Float.MAX_VALUE, 0, 0, 0});
        var sums =
                Map.of(
                        Payloads.UPDATE, new double[] {1e38, 0, 0, 0},
                        Payloads.WEIGHT, new double[] {2e-3});
        var e =
                assertThrows(
                        ConfideException.class,
                        () -> ServerStep.next(logistic(Training.Mode.FEDAVG), TRAIN, model, sums));
        assertEquals(ErrorCode.NOT_FINITE, e.code());
        assertTrue(e.getMessage().contains("learningRate"));
    }

    @Test
    void sumsOfAnotherModelAreRefused() {
        var model = ModelState.of(new float[3], new float[4]);
        var plan = logistic(Training.Mode.FEDAVG);
        var sums = Map.of(Payloads.UPDATE, new double[5], Payloads.WEIGHT, new double[] {1});
        assertThrows(
                IllegalArgumentException.class, () -> ServerStep.next(plan, TRAIN, model, sums));
        assertThrows(
                IllegalArgumentException.class,
                () -> ServerStep.next(plan, STATISTICS, model, Map.of()));
    }
}
