package io.confide.participant.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.ServerStep;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.metrics.Logits;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.participant.port.LocalData;
import io.confide.participant.privacy.Records;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Random;

/** Outcomes of several classes: softmax at the end, and what an evaluation adds up. */
class ClassesTrainingTest {
    private static final List<String> CLASSES = List.of("a", "b", "c");
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final Task EVALUATE = new Task.Evaluate(new Fold.All());
    private static final Training SGD = new Training(Training.Mode.FEDSGD, 1, 1, 0, 1, 0);

    private static DjlTrainer trainer;

    @BeforeAll
    static void start() {
        trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1));
    }

    @AfterAll
    static void stop() {
        trainer.close();
    }

    /** The loss is computed in Java, the gradient by libtorch. */
    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        for (ModelSpec spec : List.of(new ModelSpec.Logistic(), new ModelSpec.Mlp(List.of(6)))) {
            Plan plan = Plans.of(spec, SGD, 4, CLASSES);
            LocalData data = Records.of(12, 4, 3).withClasses(3, 4);
            ModelState model = InitialModel.of(plan);
            double[] update = update(plan, model, data);
            for (int i = 0; i < update.length; i++) {
                double step = 1e-3;
                double slope =
                        (loss(plan, moved(model, i, step), data)
                                        - loss(plan, moved(model, i, -step), data))
                                / (2 * step);
                assertEquals(-slope, update[i], 3e-4, spec + " parameter " + i);
            }
        }
    }

    private static double[] update(Plan plan, ModelState model, LocalData data) {
        return trainer.run(plan, TRAIN, model, data).getOrDefault(Payloads.UPDATE, new double[0]);
    }

    private static double loss(Plan plan, ModelState model, LocalData data) {
        return trainer.run(plan, TRAIN, model, data)
                .getOrDefault(Payloads.LOSS, new double[] {Double.NaN})[0];
    }

    private static ModelState moved(ModelState model, int index, double by) {
        float[] parameters = model.parameters();
        parameters[index] += (float) by;
        return model.withParameters(parameters);
    }

    /** Three clouds of points, one per class. */
    private static Records clouds(int rows, long seed) {
        var random = new Random(seed);
        var values = new float[2 * rows];
        var labels = new float[rows];
        for (int row = 0; row < rows; row++) {
            int outcome = random.nextInt(3);
            labels[row] = outcome;
            values[2 * row] = (float) (Math.cos(outcome * 2.1) + 0.2 * random.nextGaussian());
            values[2 * row + 1] = (float) (Math.sin(outcome * 2.1) + 0.2 * random.nextGaussian());
        }
        return new Records(2, values, labels);
    }

    @Test
    void localStepsLearnToTellClassesApart() {
        var training = new Training(Training.Mode.FEDAVG, 1, 60, 16, 0.5, 0);
        Plan plan = Plans.of(new ModelSpec.Mlp(List.of(8)), training, 2, CLASSES);
        LocalData data = clouds(200, 1);
        ModelState model = InitialModel.of(plan);
        for (int round = 0; round < 3; round++) {
            model = ServerStep.next(plan, TRAIN, model, trainer.run(plan, TRAIN, model, data));
        }
        LocalData others = clouds(300, 2);
        Map<String, double[]> sums = trainer.run(plan, EVALUATE, model, others);
        var report = EvaluationReport.of(sums);
        assertEquals(300, report.rows());
        assertTrue(report.accuracy().orElseThrow() > 0.97, report.toString());
        assertTrue(report.logLoss().orElseThrow() < 0.3, report.toString());
        assertEquals(sums.get(Payloads.CORRECT)[0], sum(sums, Payloads.LABEL_SUM), 1e-9);
        assertEquals(300, sum(sums, Payloads.COUNT), 1e-9);
    }

    private static double sum(Map<String, double[]> sums, String name) {
        double sum = 0;
        for (double value : sums.getOrDefault(name, new double[0])) {
            sum += value;
        }
        return sum;
    }

    @Test
    void equalLogitsGiveEveryClassTheSameShare() {
        var logits = new Logits(new double[] {2, 2, 2, 1000, 0, 0}, 3);
        assertEquals(2, logits.rows());
        assertEquals(0, logits.likeliest(0));
        assertEquals(1.0 / 3, logits.probability(0, 2), 1e-12);
        assertEquals(Math.log(3), logits.logLoss(0, 1), 1e-12);
        assertEquals(Payloads.LOSS_MAX, logits.logLoss(1, 2));
        assertEquals(1, logits.probability(1, 0));
    }
}
