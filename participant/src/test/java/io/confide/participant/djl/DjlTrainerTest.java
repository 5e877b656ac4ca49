package io.confide.participant.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Folds;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.ServerStep;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.participant.port.LocalData;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

class DjlTrainerTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final ModelSpec LOGISTIC = new ModelSpec.Logistic();
    private static final ModelSpec MLP = new ModelSpec.Mlp(List.of(6, 4));
    private static final Training SGD = new Training(Training.Mode.FEDSGD, 1, 1, 0, 1, 0.05);
    private static final Training AVG = new Training(Training.Mode.FEDAVG, 1, 5, 0, 0.3, 0.01);

    private static DjlTrainer trainer;

    @BeforeAll
    static void start() {
        trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1));
    }

    @AfterAll
    static void stop() {
        trainer.close();
    }

    @Test
    void theLogisticGradientEqualsPlainJava() {
        LocalData data = RandomRows.of(120, 5, 3);
        Plan plan = Plans.of(LOGISTIC, SGD, 5);
        for (ModelState model : List.of(InitialModel.of(plan), zero(plan), far(plan))) {
            double[] expected = PlainLogistic.gradient(data, model, SGD.l2());
            double[] update = update(plan, TRAIN, model, data);
            for (int i = 0; i < expected.length; i++) {
                assertEquals(-expected[i] * Plans.weight(120), update[i], 1e-5);
            }
        }
    }

    @Test
    void aModelThatStartsAtZeroMoves() {
        LocalData data = RandomRows.of(50, 5, 3);
        Plan plan = Plans.of(LOGISTIC, SGD, 5);
        double[] update = update(plan, TRAIN, zero(plan), data);
        assertTrue(Arrays.stream(update).allMatch(value -> Math.abs(value) > 1e-6));
    }

    @Test
    void thePerceptronGradientEqualsFiniteDifferences() {
        LocalData data = RandomRows.of(40, 5, 9);
        Plan plan = Plans.of(MLP, SGD, 5);
        ModelState model = InitialModel.of(plan);
        double[] update = update(plan, TRAIN, model, data);
        for (int i = 0; i < update.length; i++) {
            double slope =
                    PlainPerceptron.slope(data, model.parameters(), List.of(6, 4), SGD.l2(), i);
            assertEquals(-slope * Plans.weight(40), update[i], 1e-5, "parameter " + i);
        }
    }

    @Test
    void fedavgTakesTheStepsOfPlainGradientDescent() {
        LocalData data = RandomRows.of(80, 5, 4);
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        ModelState model = InitialModel.of(plan);
        float[] parameters = model.parameters();
        for (int step = 0; step < 5; step++) {
            double[] gradient =
                    PlainLogistic.gradient(data, model.withParameters(parameters), AVG.l2());
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] -= (float) (AVG.learningRate() * gradient[i]);
            }
        }
        double[] update = update(plan, TRAIN, model, data);
        for (int i = 0; i < parameters.length; i++) {
            double moved = parameters[i] - model.parameters()[i];
            assertEquals(moved * Plans.weight(80), update[i], 1e-5);
        }
    }

    @Test
    void theSameArgumentsGiveTheSameBits() {
        for (ModelSpec spec : List.of(LOGISTIC, MLP)) {
            for (int batch : List.of(0, 7)) {
                var training = new Training(Training.Mode.FEDAVG, 1, 4, batch, 0.2, 0.01);
                Plan plan = Plans.of(spec, training, 5);
                ModelState model = InitialModel.of(plan);
                double[] first = update(plan, TRAIN, model, RandomRows.of(60, 5, 1));
                update(plan, TRAIN, model, RandomRows.of(90, 5, 2));
                assertArrayEquals(first, update(plan, TRAIN, model, RandomRows.of(60, 5, 1)));
            }
        }
    }

    @Test
    void twoTrainersInOneProcessDoNotDisturbEachOther() throws Exception {
        var training = new Training(Training.Mode.FEDAVG, 1, 50, 7, 0.2, 0.01);
        Plan plan = Plans.of(MLP, training, 5);
        ModelState model = InitialModel.of(plan);
        LocalData data = RandomRows.of(60, 5, 1);
        double[] alone = update(plan, TRAIN, model, data);
        try (var other = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1));
                var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var here = pool.submit(() -> trainer.run(plan, TRAIN, model, data));
            var there = pool.submit(() -> other.run(plan, TRAIN, model, data));
            assertArrayEquals(alone, here.get().get(Payloads.UPDATE));
            assertArrayEquals(alone, there.get().get(Payloads.UPDATE));
        }
    }

    @Test
    void theUpdateIsClippedThenWeighted() {
        LocalData data = RandomRows.of(Plans.RECORDS_MAX / 2, 5, 3);
        var wild = new Training(Training.Mode.FEDAVG, 1, 20, 0, 50, 0);
        Plan plan = Plans.of(LOGISTIC, wild, 5);
        Map<String, double[]> sums = trainer.run(plan, TRAIN, InitialModel.of(plan), data);
        double norm = Math.sqrt(Arrays.stream(sums.get(Payloads.UPDATE)).map(v -> v * v).sum());
        assertEquals(plan.aggregation().clipNorm() / 2, norm, 1e-9);
        assertEquals(0.5, sums.get(Payloads.WEIGHT)[0]);
    }

    @Test
    void theWeightStopsAtTheCap() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        LocalData data = RandomRows.of(Plans.RECORDS_MAX + 100, 5, 3);
        var sums = trainer.run(plan, TRAIN, InitialModel.of(plan), data);
        assertEquals(1, sums.get(Payloads.WEIGHT)[0]);
    }

    @Test
    void miniBatchesReachTheSamePlaceAsFullBatches() {
        LocalData data = RandomRows.of(150, 5, 3);
        Plan full = Plans.of(LOGISTIC, new Training(Training.Mode.FEDAVG, 1, 800, 0, 0.5, 0.05), 5);
        Plan mini =
                Plans.of(LOGISTIC, new Training(Training.Mode.FEDAVG, 1, 300, 32, 0.02, 0.05), 5);
        double[] a = update(full, TRAIN, InitialModel.of(full), data);
        double[] b = update(mini, TRAIN, InitialModel.of(full), data);
        for (int i = 0; i < a.length; i++) {
            assertEquals(a[i] / Plans.weight(150), b[i] / Plans.weight(150), 0.05);
        }
    }

    @Test
    void aFoldThatTakesEveryRowLeavesAContributionOfZeros() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        LocalData two = RandomRows.withLabels(5, 0, 1);
        int[] folds = Folds.assign(Plans.FOLD_SEED, 5, two.rowKeys(), two.labels());
        assertArrayEquals(new int[] {0, 0}, folds);
        var sums = trainer.run(plan, new Task.Train(new Fold.Held(0)), InitialModel.of(plan), two);
        assertArrayEquals(new double[6], sums.get(Payloads.UPDATE));
        assertArrayEquals(new double[1], sums.get(Payloads.WEIGHT));
        assertArrayEquals(new double[1], sums.get(Payloads.LOSS));
        var nothing =
                trainer.run(plan, new Task.Evaluate(new Fold.Held(3)), InitialModel.of(plan), two);
        assertEquals(0, nothing.get(Payloads.ROWS)[0]);
    }

    @Test
    void trainingRowsOfOneClassAreFine() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        LocalData data = RandomRows.withLabels(5, 0, 0, 0, 0, 0, 0);
        double[] update = update(plan, TRAIN, InitialModel.of(plan), data);
        assertTrue(update[5] < 0, "the intercept goes down when nobody has the outcome");
    }

    @Test
    void missingValuesBecomeTheModelsImputation() {
        LocalData holes = RandomRows.withHoles(60, 5, 8);
        LocalData filled = RandomRows.filled(holes, 0.75f);
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        ModelState model = InitialModel.of(plan);
        var imputation = new float[5];
        Arrays.fill(imputation, 0.75f);
        double[] zero = update(plan, TRAIN, model, holes);
        double[] imputed = update(plan, TRAIN, model.withImputation(imputation), holes);
        assertArrayEquals(update(plan, TRAIN, model, filled), imputed);
        assertFalse(Arrays.equals(zero, imputed));
    }

    @Test
    void theLossIsThatOfTheGlobalModelBeforeTheSteps() {
        LocalData data = RandomRows.of(70, 5, 3);
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        var sums = trainer.run(plan, TRAIN, zero(plan), data);
        assertEquals(Math.log(2), ServerStep.trainingLoss(plan, sums).orElseThrow(), 1e-9);
    }

    @Test
    void everyFoldTrainsOnTheRowsThatItDoesNotEvaluate() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        LocalData data = RandomRows.of(103, 5, 3);
        double evaluated = 0;
        for (int fold = 0; fold < 5; fold++) {
            var held = new Fold.Held(fold);
            var train = trainer.run(plan, new Task.Train(held), InitialModel.of(plan), data);
            var test = trainer.run(plan, new Task.Evaluate(held), InitialModel.of(plan), data);
            double trained = train.get(Payloads.WEIGHT)[0] * Plans.RECORDS_MAX;
            assertEquals(103, trained + test.get(Payloads.ROWS)[0], 1e-9);
            evaluated += test.get(Payloads.ROWS)[0];
        }
        assertEquals(103, evaluated);
    }

    @Test
    void anEvaluationsSumsAgreeWithTheScores() {
        Plan plan = Plans.of(MLP, AVG, 5);
        LocalData data = RandomRows.of(200, 5, 3);
        ModelState model = InitialModel.of(plan);
        var sums = trainer.run(plan, new Task.Evaluate(new Fold.All()), model, data);
        double[] scores = trainer.scores(MLP, model, data);
        double loss = 0;
        int correct = 0;
        for (int row = 0; row < 200; row++) {
            boolean positive = data.labels()[row] == 1f;
            loss -= Math.log(positive ? scores[row] : 1 - scores[row]);
            correct += (scores[row] >= 0.5) == positive ? 1 : 0;
        }
        assertEquals(loss, sums.get(Payloads.LOG_LOSS)[0], 1e-6);
        assertEquals(correct, sums.get(Payloads.CORRECT)[0]);
        assertEquals(
                Arrays.stream(scores).sum(),
                Arrays.stream(sums.get(Payloads.SCORE_SUM)).sum(),
                1e-9);
        assertEquals(data.profile().positives(), Arrays.stream(sums.get(Payloads.POSITIVES)).sum());
        assertEquals(data.profile().positives(), Arrays.stream(sums.get(Payloads.LABEL_SUM)).sum());
        assertEquals(200, Arrays.stream(sums.get(Payloads.COUNT)).sum());
    }

    @Test
    void everyPayloadHasExactlyTheSegmentsOfThePlan() {
        Plan plan = Plans.of(MLP, AVG, 5);
        LocalData data = RandomRows.of(30, 5, 3);
        for (Task task :
                List.of(
                        TRAIN,
                        new Task.Evaluate(new Fold.Held(1)),
                        new Task.Statistics(new Fold.Held(1)))) {
            var sums = trainer.run(plan, task, InitialModel.of(plan), data);
            var segments = Payloads.segments(plan, task);
            assertEquals(segments.size(), sums.size());
            for (var segment : segments) {
                assertEquals(segment.length(), sums.get(segment.name()).length, segment.name());
            }
        }
    }

    @Test
    void statisticsCountWhatIsPresentInTheTrainingRows() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        LocalData data = RandomRows.withHoles(60, 5, 8);
        var sums =
                trainer.run(plan, new Task.Statistics(new Fold.All()), InitialModel.of(plan), data);
        for (int feature = 0; feature < 5; feature++) {
            int f = feature;
            double[] present =
                    IntStream.range(0, 60)
                            .mapToDouble(row -> data.values()[row * 5 + f])
                            .filter(value -> !Double.isNaN(value))
                            .toArray();
            assertEquals(present.length, sums.get(Payloads.PRESENT)[feature]);
            assertEquals(Arrays.stream(present).sum(), sums.get(Payloads.SUM)[feature], 1e-9);
        }
    }

    @Test
    void aDivergedUpdateIsRefusedWithASentence() {
        var wild = new Training(Training.Mode.FEDAVG, 1, 200, 0, 1e30, 1);
        Plan plan = Plans.of(LOGISTIC, wild, 5);
        var failure =
                assertThrows(
                        ConfideException.class,
                        () -> update(plan, TRAIN, InitialModel.of(plan), RandomRows.of(30, 5, 3)));
        assertEquals(ErrorCode.NOT_FINITE, failure.code());
        assertTrue(failure.getMessage().contains("lower the learning rate"));
    }

    @Test
    void theStudysFeaturesMustFitTheData() {
        Plan plan = Plans.of(LOGISTIC, AVG, 5);
        assertThrows(
                IllegalArgumentException.class,
                () -> update(plan, TRAIN, InitialModel.of(plan), RandomRows.of(30, 4, 3)));
        assertEquals(Study.Missing.ZERO_AFTER_SCALING, plan.study().dictionary().missing());
    }

    private static double[] update(Plan plan, Task task, ModelState model, LocalData data) {
        double[] update = trainer.run(plan, task, model, data).get(Payloads.UPDATE);
        assertTrue(update != null && update.length == model.parameters().length);
        return update;
    }

    private static ModelState zero(Plan plan) {
        ModelState model = InitialModel.of(plan);
        return model.withParameters(new float[model.parameters().length]);
    }

    private static ModelState far(Plan plan) {
        ModelState model = InitialModel.of(plan);
        var parameters = new float[model.parameters().length];
        Arrays.fill(parameters, 7f);
        return model.withParameters(parameters);
    }
}
