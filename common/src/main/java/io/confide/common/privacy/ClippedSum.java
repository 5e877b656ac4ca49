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
    private static final long ELEMENT_MAX = 1L << 24;

    /** Sums of squares stop here, far above Δ² ≤ 2^40. */
    private static final long SQUARES_MAX = 1L << 62;

    private static final int SHRINK_BITS = 16;

    private final double clipNorm;
    private final int scaleBits;
    private final long squareMax;
    private final long most;
    private final long[] sum;
    private final long[] record;

    private ClippedSum(Guarantee.RecordLevel terms, int length, int recordsMax) {
        this.clipNorm = terms.clipNorm();
        this.scaleBits = terms.scaleBits();
        this.squareMax = terms.sensitivity() * terms.sensitivity();
        this.most = Math.multiplyExact(terms.sensitivity(), recordsMax);
        this.sum = new long[length];
        this.record = new long[length];
    }

    /**
     * An empty sum of gradients with {@code length} elements.
     *
     * @param recordsMax elements of the sum are cut off where so many records could have brought them
     */
    public static ClippedSum of(Guarantee.RecordLevel terms, int length, int recordsMax) {
        return new ClippedSum(terms, length, recordsMax);
    }

    /** Adds one record's gradient. Every call does the same work, whatever it is given. */
    public void add(double[] gradient) {
        if (gradient.length != sum.length) {
            throw new IllegalArgumentException(
                    "a gradient has %d elements, not %d".formatted(gradient.length, sum.length));
        }
        quantise(gradient);
        long factor = squares() <= squareMax ? 1 : 0;
        if (factor == 0) {
            shrink();
            factor = squares() <= squareMax ? 1 : 0;
        }
        for (int i = 0; i < sum.length; i++) {
            // At most 2^31 records of 2^24 each.
            sum[i] += factor * record[i];
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
        double squares = 0;
        for (double value : gradient) {
            squares += value * value;
        }
        double norm = Math.sqrt(squares);
        boolean finite = Double.isFinite(norm);
        double factor = Math.scalb(norm > clipNorm ? clipNorm / norm : 1, scaleBits);
        for (int i = 0; i < record.length; i++) {
            // A cast truncates towards zero, takes NaN for 0 and stops at the ends of a long.
            long value = (long) (factor * gradient[i]);
            record[i] = finite ? Math.clamp(value, -ELEMENT_MAX, ELEMENT_MAX) : 0;
        }
    }

    private void shrink() {
        for (int i = 0; i < record.length; i++) {
            record[i] = record[i] * ((1L << SHRINK_BITS) - 1) / (1L << SHRINK_BITS);
        }
    }

    private long squares() {
        long squares = 0;
        for (long value : record) {
            squares = Math.min(SQUARES_MAX, squares + value * value);
        }
        return squares;
    }
}
