package io.confide.participant.data;

import io.confide.common.model.Feature;
import io.confide.participant.port.LocalData.Unusable;

/** Scales the values of one feature with the dictionary's public constants and counts what it had to leave out. */
final class Normaliser {
    private final Feature feature;
    private int absent;
    private int notFinite;
    private int outOfRange;

    Normaliser(Feature feature) {
        this.feature = feature;
    }

    Feature feature() {
        return feature;
    }

    /** Counts an SQL NULL and returns NaN. */
    float absent() {
        absent++;
        return Float.NaN;
    }

    /**
     * Returns {@code (transform(value) - center) / scale} clipped to [-3, 3], or NaN if the value is not
     * finite, outside the declared range, neither 0 nor 1 where it should be, or has no logarithm.
     */
    float scale(double value) {
        if (!Double.isFinite(value)) {
            notFinite++;
            return Float.NaN;
        }
        boolean fits =
                switch (feature.kind()) {
                    case BINARY -> value == 0 || value == 1;
                    case NUMBER -> true;
                };
        boolean implausible =
                !fits || feature.range().map(r -> value < r.min() || value > r.max()).orElse(false);
        if (implausible || (feature.transform() == Feature.Transform.LOG && value <= 0)) {
            outOfRange++;
            return Float.NaN;
        }
        double transformed =
                switch (feature.transform()) {
                    case NONE -> value;
                    case LOG -> Math.log(value);
                };
        double scaled = (transformed - feature.center()) / feature.scale();
        return (float) Math.clamp(scaled, -Feature.CLIP, Feature.CLIP);
    }

    /** Returns what was left out so far. */
    Unusable unusable() {
        return new Unusable(absent, notFinite, outOfRange);
    }

    /** Returns for example {@code "bilirubin: 2 missing, 1 not finite"}. */
    String counts() {
        return feature.name() + ": " + unusable().causes();
    }
}
