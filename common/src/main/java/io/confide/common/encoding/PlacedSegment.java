package io.confide.common.encoding;

import java.util.random.RandomGenerator;

/** One segment at its place in the vector: its lanes are wide enough for the roster, or it could not be made. */
sealed interface PlacedSegment permits RealsCodec, CountsCodec, RotatedCodec, IntegersCodec {
    /**
     * {@code segment} from the data word {@code firstDataWord} on, counted without canaries. Throws {@link
     * IllegalArgumentException} if no lane could hold the sums of {@code rosterSize} sites.
     */
    static PlacedSegment of(Segment segment, int rosterSize, long firstDataWord) {
        return switch (segment) {
            case Segment.Reals reals ->
                    new RealsCodec(reals, Lanes.of(reals, rosterSize), firstDataWord);
            case Segment.Counts counts ->
                    new CountsCodec(counts, Lanes.of(counts, rosterSize), firstDataWord);
            case Segment.Rotated rotated ->
                    new RotatedCodec(rotated, SignedLanes.of(rotated, rosterSize), firstDataWord);
            case Segment.Integers integers ->
                    new IntegersCodec(
                            integers, SignedLanes.of(integers, rosterSize), firstDataWord);
        };
    }

    Segment segment();

    /** The data word after the last one of this segment. */
    long end();

    void encode(double[] values, long[] vector, RandomGenerator rounding);

    /** How many values lie outside the range and are clipped. */
    long clipped(double[] values);

    /** The sums of {@code included} sites. */
    double[] decode(long[] sum, int included) throws IntegrityException;

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
