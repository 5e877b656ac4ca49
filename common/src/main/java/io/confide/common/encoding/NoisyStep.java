package io.confide.common.encoding;

import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;

/**
 * The coordinator's step from a noisy sum S of records' gradients in grid units: θ − lr·(S/(s·q·N₀) + l2·θ), the penalty on
 * weights alone. q, N₀ and s are constants of the plan and no number of any site is in it, so the step reveals nothing that
 * S does not.
 */
final class NoisyStep {
    private NoisyStep() {}

    static ModelState next(
            Plan plan, Guarantee.RecordLevel records, ModelState model, double[] sum) {
        float[] parameters = model.parameters();
        ServerStep.requireLength(Payloads.UPDATE, sum, parameters.length);
        double rate = plan.training().learningRate();
        double gridUnit = Math.scalb(1.0 / records.expectedRecords(), -records.scaleBits());
        int at = 0;
        for (var tensor : ParameterManifest.of(plan).tensors()) {
            double shrink = isWeight(tensor) ? plan.training().l2() : 0;
            for (int end = at + tensor.count(); at < end; at++) {
                double gradient = sum[at] * gridUnit + shrink * parameters[at];
                parameters[at] = (float) (parameters[at] - rate * gradient);
            }
        }
        return model.withParameters(ServerStep.finite(parameters));
    }

    private static boolean isWeight(ParameterManifest.Tensor tensor) {
        return tensor.name().endsWith("weight");
    }
}
