package io.confide.participant.data;

import io.confide.common.model.Feature;
import io.confide.participant.port.LocalData.Unusable;

/** Scales the values of one feature with the dictionary's public constants and counts what it had to leave out. */
final class Normaliser {
    private final Feature feature;
    private int absent;
    private int notFinite;
    private int outOfRange;
    private int blank;

    Normaliser(Feature feature) {
        this.feature = feature;
    }

    Feature feature() {
        return feature;
    }

    /**
     * Writes the feature's scaled values of one row to {@code row} from {@code at} on; NaN for what cannot be used. The row is
     * counted once, by the first such value.
     *
     * @param values as many as there are; NaN for an SQL NULL inside a list
     */
    void scale(double[] values, float[] row, int at) {
        boolean counted = false;
        boolean usable = false;
        for (int i = 0; i < feature.count(); i++) {
            Fit fit = i < values.length ? fit(values[i]) : Fit.ABSENT;
            row[at + i] = fit == Fit.USABLE ? scaled(values[i]) : Float.NaN;
            usable |= fit == Fit.USABLE;
            if (!counted && fit != Fit.USABLE) {
                count(fit);
                counted = true;
            }
        }
        blank += usable ? 0 : 1;
    }

    private enum Fit {
        USABLE,
        ABSENT,
        NOT_FINITE,
        OUT_OF_RANGE
    }

    private void count(Fit fit) {
        switch (fit) {
            case USABLE -> {}
            case ABSENT -> absent++;
            case NOT_FINITE -> notFinite++;
            case OUT_OF_RANGE -> outOfRange++;
        }
    }

    /** Whether the value is finite, within the declared range, 0 or 1 where it should be, and has a logarithm where one is taken. */
    private Fit fit(double value) {
        if (!Double.isFinite(value)) {
            return Fit.NOT_FINITE;
        }
        boolean fits =
                switch (feature.kind()) {
                    case BINARY -> value == 0 || value == 1;
                    case NUMBER -> true;
                };
        boolean implausible =
                !fits || feature.range().map(r -> value < r.min() || value > r.max()).orElse(false);
        return implausible || (feature.transform() == Feature.Transform.LOG && value <= 0)
                ? Fit.OUT_OF_RANGE
                : Fit.USABLE;
    }

    /** {@code (transform(value) - center) / scale} clipped to [-3, 3]. */
    private float scaled(double value) {
        double transformed =
                switch (feature.transform()) {
                    case NONE -> value;
                    case LOG -> Math.log(value);
                };
        double scaled = (transformed - feature.center()) / feature.scale();
        return (float) Math.clamp(scaled, -Feature.CLIP, Feature.CLIP);
    }

    /** Whether no value of the feature could be used in any of {@code rows} rows. */
    boolean blankIn(int rows) {
        return blank == rows;
    }

    /** In how many rows something was left out so far. */
    Unusable unusable() {
        return new Unusable(absent, notFinite, outOfRange);
    }

    /** Returns for example {@code "bilirubin: 2 missing, 1 not finite"}. */
    String counts() {
        return feature.name() + ": " + unusable().causes();
    }
}
