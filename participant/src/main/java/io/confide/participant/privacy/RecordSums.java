package io.confide.participant.privacy;

import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.privacy.ClippedSum;
import io.confide.participant.port.LocalData;

/**
 * What one site has to say in a round of a plan with a record-level guarantee: the exact sum of its records' clipped
 * gradients in grid units. It may leave through {@link NoiseGate} only.
 */
public final class RecordSums {
    private RecordSums() {}

    /**
     * The sum over the rows that take part, zero without any. No row makes it fail: one whose gradient is not finite counts
     * as zero.
     *
     * @param records the guarantee of {@code plan}
     * @param sample of the rows of {@code data}, for this sum alone
     */
    public static long[] of(
            Plan plan,
            Guarantee.RecordLevel records,
            ModelState model,
            LocalData data,
            RecordSample sample) {
        int features = plan.study().dictionary().inputs();
        if (data.features() != features) {
            throw new IllegalArgumentException("the data are not those of the plan");
        }
        var kernel = new RecordGradients(plan, model.parameters());
        var sum = ClippedSum.of(records, kernel.parameters(), plan.aggregation().recordsMax());
        double[] row = new double[features];
        double[] gradient = new double[kernel.parameters()];
        float[] imputation = model.imputation();
        float[] values = data.values();
        for (int place = 0; place < sample.length(); place++) {
            int record = sample.row(place);
            for (int i = 0; i < features; i++) {
                float value = values[record * features + i];
                row[i] = Float.isNaN(value) ? imputation[i] : value;
            }
            kernel.of(row, (int) data.labels()[record], gradient);
            sum.add(gradient, sample.takesPart(place));
        }
        return sum.total();
    }
}
