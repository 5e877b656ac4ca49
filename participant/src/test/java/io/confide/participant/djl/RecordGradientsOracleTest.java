package io.confide.participant.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.participant.port.LocalData;
import io.confide.participant.privacy.RecordSums;
import io.confide.participant.privacy.Records;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.util.List;
import java.util.Random;

/**
 * The sum of clipped gradients against the slow way: libtorch differentiates one record after the other, each gradient is
 * clipped here and added up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordGradientsOracleTest {
    private static final double UNCLIPPED = 1e9;
    private static final int ROWS = 60;
    private DjlTrainer trainer;

    @BeforeAll
    void start() {
        trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1));
    }

    @AfterAll
    void stop() {
        trainer.close();
    }

    @Test
    void logisticRegressionAgrees() {
        agrees(new ModelSpec.Logistic(), 7, 1);
        agrees(new ModelSpec.Logistic(), 1, 0.05);
    }

    @Test
    void perceptronsAgree() {
        agrees(new ModelSpec.Mlp(List.of(5)), 4, 2);
        agrees(new ModelSpec.Mlp(List.of(8, 3)), 6, 0.5);
        var random = new Random(3);
        for (int trial = 0; trial < 5; trial++) {
            var hidden =
                    List.of(1 + random.nextInt(12), 1 + random.nextInt(12), 1 + random.nextInt(6));
            agrees(new ModelSpec.Mlp(hidden), 1 + random.nextInt(9), 1);
        }
    }

    @Test
    void classesAgree() {
        var three = List.of("a", "b", "c");
        agrees(new ModelSpec.Logistic(), 7, 0.5, three);
        agrees(new ModelSpec.Mlp(List.of(5)), 4, 2, three);
        agrees(new ModelSpec.Mlp(List.of(8, 3)), 6, 0.5, List.of("a", "b", "c", "d", "e"));
    }

    private void agrees(ModelSpec model, int features, double clipNorm) {
        agrees(model, features, clipNorm, List.of());
    }

    private void agrees(ModelSpec model, int features, double clipNorm, List<String> classes) {
        var terms = Records.terms(clipNorm, 10);
        Plan noisy = Records.plan(model, features, classes, terms);
        Plan exact = unclipped(Records.plan(model, features, classes, new Guarantee.None()));
        var rows = Records.of(ROWS, features, 11);
        var data = classes.isEmpty() ? rows : rows.withClasses(classes.size(), 12);
        ModelState state = widened(InitialModel.of(exact));
        double[] expected = new double[state.parameters().length];
        for (int row = 0; row < ROWS; row++) {
            addClipped(expected, gradient(exact, state, data.only(row)), clipNorm);
        }
        long[] sum = RecordSums.of(noisy, terms, state, data, Records.everyone(data));
        for (int i = 0; i < expected.length; i++) {
            double value = Math.scalb((double) sum[i], -terms.scaleBits());
            assertEquals(
                    expected[i], value, 1e-5 * Math.max(1, clipNorm * ROWS / 10), "element " + i);
        }
    }

    private double[] gradient(Plan plan, ModelState state, LocalData row) {
        var payload = trainer.run(plan, new Task.Train(new Fold.All()), state, row);
        double[] gradient = payload.getOrDefault(Payloads.UPDATE, new double[0]).clone();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = -gradient[i];
        }
        return gradient;
    }

    private static void addClipped(double[] sum, double[] gradient, double clipNorm) {
        double squares = 0;
        for (double value : gradient) {
            squares += value * value;
        }
        double factor = Math.min(1, clipNorm / Math.sqrt(squares));
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * gradient[i];
        }
    }

    private static Plan unclipped(Plan plan) {
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(6, 1, UNCLIPPED, 20, 1, 30),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }

    /** Parameters large enough that some gradients are clipped and some units are off. */
    private static ModelState widened(ModelState state) {
        var random = new Random(5);
        float[] parameters = state.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += (float) (0.5 * random.nextGaussian());
        }
        return state.withParameters(parameters);
    }
}
