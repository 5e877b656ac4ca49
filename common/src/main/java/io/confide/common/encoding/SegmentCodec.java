package io.confide.common.encoding;

import java.util.random.RandomGenerator;

/** One segment in words: its lanes are wide enough for the roster, or it could not be made. */
sealed interface SegmentCodec permits RealsCodec, CountsCodec, RotatedCodec, IntegersCodec {
    /** Throws {@link IllegalArgumentException} if no lane could hold the sums of {@code rosterSize} sites. */
    static SegmentCodec of(Segment segment, int rosterSize) {
        return switch (segment) {
            case Segment.Reals reals -> new RealsCodec(reals, Lanes.of(reals, rosterSize));
            case Segment.Counts counts -> new CountsCodec(counts, Lanes.of(counts, rosterSize));
            case Segment.Rotated rotated ->
                    new RotatedCodec(rotated, SignedLanes.of(rotated, rosterSize));
            case Segment.Integers integers ->
                    new IntegersCodec(integers, SignedLanes.of(integers, rosterSize));
        };
    }

    Segment segment();

    /** The words of this segment. */
    long words();

    /** Begins to make them. */
    Encoder encoder(Values values, RandomGenerator rounding);

    /** Begins to read their sums over {@code included} sites. */
    Decoder decoder(int included, Taker taker);

    /** How many values lie outside the range and are clipped. */
    long clipped(Values values);

    /** Makes the words of a segment in order; whatever it holds of the values is overwritten with the last of them. */
    interface Encoder {
        /**
         * Puts the next {@code words} of them into {@code into} from {@code at} on.
         *
         * @throws IllegalArgumentException if a value of these words has no code
         */
        void next(long[] into, int at, int words);
    }

    /** Reads the summed words of a segment in order. */
    interface Decoder {
        /** Takes the next {@code words} of them, which stand in {@code sum} from {@code at} on. */
        void next(long[] sum, int at, int words) throws IntegrityException;
    }

    /** Takes the decoded elements of a segment in order. */
    interface Taker {
        /** The first {@code count} of {@code values}, which is used again, are elements {@code from} and on. */
        void take(int from, double[] values, int count);
    }

    default IntegrityException tooLarge(int included) {
        return new IntegrityException(
                "segment %s holds more than %d sites can add up to"
                        .formatted(segment().name(), included));
    }

    default void requireFinite(double value) {
        if (!Double.isFinite(value)) {
            throw notFinite();
        }
    }

    default IllegalArgumentException notFinite() {
        return new IllegalArgumentException(
                "segment %s holds a value that is not finite".formatted(segment().name()));
    }
}
