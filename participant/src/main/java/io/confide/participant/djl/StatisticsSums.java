package io.confide.participant.djl;

import io.confide.common.encoding.Payloads;
import io.confide.participant.port.LocalData;

import java.util.Map;

/** Per feature, the sum and the number of present values: what the secure mean is made from. */
final class StatisticsSums {
    private StatisticsSums() {}

    /** Returns the payload of {@code rows} (indices into {@code data}); values are scaled and clipped already. */
    static Map<String, double[]> of(LocalData data, int[] rows) {
        int width = data.features();
        var sum = new double[width];
        var present = new double[width];
        for (int row : rows) {
            for (int feature = 0; feature < width; feature++) {
                float value = data.values()[row * width + feature];
                if (!Float.isNaN(value)) {
                    sum[feature] += value;
                    present[feature]++;
                }
            }
        }
        return Map.of(Payloads.SUM, sum, Payloads.PRESENT, present);
    }
}
