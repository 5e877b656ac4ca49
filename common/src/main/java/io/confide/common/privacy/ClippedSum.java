package io.confide.common.privacy;

import io.confide.common.model.Guarantee;

/**
 * The sum of single records' clipped gradients in whole grid units: rule P. One record more or less, or zeroed out, moves
 * it by a vector of Euclidean norm Δ at most, whatever the gradients are and in whatever order they come, and no
 * assumption about floating point is left in that: the norm that counts is that of the integers, checked exactly.
 *
 * <p>v = trunc(s·min(1, C/‖g‖)·g). If ‖v‖² &gt; Δ², v is shrunk by 2^-16 once; if that is not enough, or g is not finite,
 * the record counts as zero. One thread.
 */
public final class ClippedSum {
    /** No honest element is larger than Δ ≤ 2^20: this only keeps squares within a long. */
    private static final int ELEMENT_MAX = 1 << 24;

    /** Sums of squares stop here, far above Δ² ≤ 2^40. */
    private static final long SQUARES_MAX = 1L << 61;

    /** So many squares of elements stay below {@link #SQUARES_MAX}. */
    private static final int PIECE = 1 << 13;

    private static final int SHRINK_BITS = 16;

    private final double clipNorm;
    private final int scaleBits;
    private final long squareMax;
    private final long most;
    private final long[] sum;
    private final int[] record;

    private ClippedSum(Guarantee.RecordLevel terms, int length, int recordsMax) {
        this.clipNorm = terms.clipNorm();
        this.scaleBits = terms.scaleBits();
        this.squareMax = terms.sensitivity() * terms.sensitivity();
        this.most = Math.multiplyExact(terms.sensitivity(), recordsMax);
        this.sum = new long[length];
        this.record = new int[length];
    }

    /**
     * An empty sum of gradients with {@code length} elements.
     *
     * @param recordsMax elements of the sum are cut off where so many records could have brought them
     */
    public static ClippedSum of(Guarantee.RecordLevel terms, int length, int recordsMax) {
        return new ClippedSum(terms, length, recordsMax);
    }

    /** Adds one record's gradient. */
    public void add(double[] gradient) {
        add(gradient, true);
    }

    /** The same with a record that may not take part: the same work for nothing, so that no clock tells which ones do. */
    public void add(double[] gradient, boolean takesPart) {
        if (gradient.length != sum.length) {
            throw new IllegalArgumentException(
                    "a gradient has %d elements, not %d".formatted(gradient.length, sum.length));
        }
        quantise(gradient);
        int factor = squares() <= squareMax ? 1 : 0;
        if (factor == 0) {
            shrink();
            factor = squares() <= squareMax ? 1 : 0;
        }
        factor &= takesPart ? 1 : 0;
        for (int i = 0; i < sum.length; i++) {
            // At most 2^31 records of 2^24 each.
            sum[i] += (long) factor * record[i];
        }
    }

    /**
     * The sum so far, each element cut off at {@code recordsMax}·Δ. Cutting off the whole sum moves two neighbouring sums no
     * farther apart.
     */
    public long[] total() {
        long[] total = new long[sum.length];
        for (int i = 0; i < total.length; i++) {
            total[i] = Math.clamp(sum[i], -most, most);
        }
        return total;
    }

    private void quantise(double[] gradient) {
        double norm = Math.sqrt(squares(gradient));
        double clip = Math.scalb(norm > clipNorm ? clipNorm / norm : 1, scaleBits);
        // Anything times NaN is NaN, which a cast takes for 0.
        double factor = Double.isFinite(norm) ? clip : Double.NaN;
        for (int i = 0; i < record.length; i++) {
            // A cast truncates towards zero and stops at the ends of an int.
            int value = (int) (factor * gradient[i]);
            record[i] = Math.max(-ELEMENT_MAX, Math.min(ELEMENT_MAX, value));
        }
    }

    /** Four sums side by side, in a fixed order: one waits for its last addition most of the time. */
    private static double squares(double[] gradient) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < gradient.length; i += 4) {
            a += gradient[i] * gradient[i];
            b += gradient[i + 1] * gradient[i + 1];
            c += gradient[i + 2] * gradient[i + 2];
            d += gradient[i + 3] * gradient[i + 3];
        }
        for (; i < gradient.length; i++) {
            a += gradient[i] * gradient[i];
        }
        return a + b + (c + d);
    }

    private void shrink() {
        for (int i = 0; i < record.length; i++) {
            record[i] = (int) (record[i] * ((1L << SHRINK_BITS) - 1) / (1L << SHRINK_BITS));
        }
    }

    private long squares() {
        long squares = 0;
        for (int from = 0; from < record.length; from += PIECE) {
            int to = Math.min(record.length, from + PIECE);
            long piece = 0;
            for (int i = from; i < to; i++) {
                piece += (long) record[i] * record[i];
            }
            squares = Math.min(SQUARES_MAX, squares + piece);
        }
        return squares;
    }
}
