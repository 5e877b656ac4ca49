package io.confide.participant.baseline;

import io.confide.common.model.SiteId;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** One site's rows with the out-of-fold scores of the three ways to train, the federated one once per run, in the order of its labels. */
final class Scored {
    final SiteId site;
    final FoldedRows rows;
    final double[] local;
    final List<double[]> federated;
    final double[] pooled;

    Scored(
            SiteId site,
            FoldedRows rows,
            double[] local,
            List<double[]> federated,
            double[] pooled) {
        this.site = site;
        this.rows = rows;
        this.local = local;
        this.federated = List.copyOf(federated);
        this.pooled = pooled;
    }

    static double[] join(List<Scored> entries, Function<Scored, double[]> scores) {
        return entries.stream().map(scores).flatMapToDouble(Arrays::stream).toArray();
    }

    static float[] labels(List<Scored> entries) {
        var labels = new float[entries.stream().mapToInt(entry -> entry.local.length).sum()];
        int offset = 0;
        for (Scored entry : entries) {
            float[] part = entry.rows.labels();
            System.arraycopy(part, 0, labels, offset, part.length);
            offset += part.length;
        }
        return labels;
    }
}
