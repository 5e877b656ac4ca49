package io.confide.common.model;

import java.util.Optional;

/**
 * One model input as the study's dictionary declares it. All constants are public: they come from
 * the dictionary, never from data. A value v becomes {@code (transform(v) - center) / scale}, clipped
 * to [-3, 3]; a missing one follows {@link Missing}.
 *
 * @param count 1, or how many values a record's list holds in this column, all treated alike: pixels, samples of a signal
 */
public record Feature(
        String name,
        Kind kind,
        Optional<String> unit,
        Optional<Range> range,
        Transform transform,
        double center,
        double scale,
        int count) {
    public static final int COUNT_MAX = 1 << 16;

    /** Where every normalised feature is cut off. */
    public static final double CLIP = 3;

    public Feature {
        if (!(scale > 0) || !Double.isFinite(scale) || !Double.isFinite(center)) {
            throw new IllegalArgumentException(
                    "feature " + name + ": scale must be above 0 and center finite");
        }
        if (count < 1 || count > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "feature " + name + ": count must be 1 to " + COUNT_MAX);
        }
    }

    /** One number per record. */
    public Feature(
            String name,
            Kind kind,
            Optional<String> unit,
            Optional<Range> range,
            Transform transform,
            double center,
            double scale) {
        this(name, kind, unit, range, transform, center, scale, 1);
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
