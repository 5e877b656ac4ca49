package io.confide.common.model;

import java.util.Optional;

/**
 * One model input as the study's dictionary declares it. All constants are public: they come from
 * the dictionary, never from data. A value v becomes {@code (transform(v) - center) / scale}, clipped
 * to [-3, 3]; a missing one follows {@link Missing}.
 */
public record Feature(
        String name,
        Kind kind,
        Optional<String> unit,
        Optional<Range> range,
        Transform transform,
        double center,
        double scale) {
    /** Where every normalised feature is cut off. */
    public static final double CLIP = 3;

    public Feature {
        if (!(scale > 0) || !Double.isFinite(scale) || !Double.isFinite(center)) {
            throw new IllegalArgumentException(
                    "feature " + name + ": scale must be above 0 and center finite");
        }
    }

    /** The dictionary's type of a column. */
    public enum Kind {
        BINARY,
        NUMBER
    }

    /** What is applied before centering. */
    public enum Transform {
        NONE,
        LOG
    }

    /** Plausible values in the declared unit; a value outside is counted and treated as missing. */
    public record Range(double min, double max) {
        public Range {
            if (!(min < max)) {
                throw new IllegalArgumentException("a range needs min below max");
            }
        }
    }
}
