package io.confide.common.encoding;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.Map;
import java.util.OptionalDouble;

/** The coordinator's step: from the decoded sums of a DONE round to the next model. Pure. */
public final class ServerStep {
    private ServerStep() {}

    /**
     * The model after {@code task}: Train adds the weighted mean of the updates (fedavg), or the learning
     * rate times the weighted mean of the negative gradients (fedsgd); Statistics sets the imputation to
     * the mean of the present values, 0 where no site had any; Evaluate changes nothing. Under a guarantee Train is the step of
     * {@link NoisyStep}.
     *
     * @param sums decoded segment sums by name, see {@link Payloads}
     * @throws ConfideException EMPTY_DATASET if no included site had a row; NOT_FINITE if the step leaves
     *     the range of floats
     */
    public static ModelState next(
            Plan plan, Task task, ModelState model, Map<String, double[]> sums) {
        return switch (task) {
            case Task.Statistics _ -> impute(model, sums);
            case Task.Train _ ->
                    switch (plan.guarantee()) {
                        case Guarantee.None _ -> step(plan, model, sums);
                        case Guarantee.RecordLevel records ->
                                NoisyStep.next(
                                        plan, records, model, segment(sums, Payloads.UPDATE));
                    };
            case Task.Evaluate _ -> model;
        };
    }

    /** The weighted mean log loss that the included sites had before their local steps, where sums have it. */
    public static OptionalDouble trainingLoss(Plan plan, Map<String, double[]> sums) {
        return sums.containsKey(Payloads.LOSS)
                ? OptionalDouble.of(segment(sums, Payloads.LOSS)[0] / totalWeight(plan, sums))
                : OptionalDouble.empty();
    }

    private static ModelState step(Plan plan, ModelState model, Map<String, double[]> sums) {
        double rate =
                switch (plan.training().mode()) {
                    case FEDAVG -> 1;
                    case FEDSGD -> plan.training().learningRate();
                };
        double[] update = segment(sums, Payloads.UPDATE);
        double weight = totalWeight(plan, sums);
        float[] parameters = model.parameters();
        requireLength(Payloads.UPDATE, update, parameters.length);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (parameters[i] + rate * update[i] / weight);
        }
        return model.withParameters(finite(parameters));
    }

    static float[] finite(float[] parameters) {
        for (float parameter : parameters) {
            if (!Float.isFinite(parameter)) {
                throw new ConfideException(
                        ErrorCode.NOT_FINITE,
                        "Training diverged: a model parameter is no longer a finite number. Lower"
                                + " training.optimiser.learningRate or aggregation.clipNorm.");
            }
        }
        return parameters;
    }

    private static ModelState impute(ModelState model, Map<String, double[]> sums) {
        double[] sum = segment(sums, Payloads.SUM);
        double[] present = segment(sums, Payloads.PRESENT);
        float[] imputation = model.imputation();
        requireLength(Payloads.SUM, sum, imputation.length);
        requireLength(Payloads.PRESENT, present, imputation.length);
        for (int i = 0; i < imputation.length; i++) {
            double mean = present[i] > 0 ? sum[i] / present[i] : 0;
            imputation[i] = (float) Math.clamp(mean, -Feature.CLIP, Feature.CLIP);
        }
        return model.withImputation(imputation);
    }

    /**
     * A weight of 0 is no code: it is rounded to one of its neighbours, so that no rows at all can come out a little above 0. One
     * row brings 1 / recordsMax, thousands of such roundings.
     */
    private static double totalWeight(Plan plan, Map<String, double[]> sums) {
        double weight = segment(sums, Payloads.WEIGHT)[0];
        if (!(weight > 0.5 / plan.aggregation().recordsMax())) {
            throw new ConfideException(
                    ErrorCode.EMPTY_DATASET,
                    "No included site had a row to train on in this round. Use fewer folds, or"
                            + " wait for sites with data.");
        }
        return weight;
    }

    private static double[] segment(Map<String, double[]> sums, String name) {
        double[] values = sums.get(name);
        if (values == null) {
            throw new IllegalArgumentException("the sums lack the segment " + name);
        }
        return values;
    }

    static void requireLength(String name, double[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    name + " has " + values.length + " values, not " + length);
        }
    }
}
