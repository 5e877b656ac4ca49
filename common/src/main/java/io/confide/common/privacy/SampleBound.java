package io.confide.common.privacy;

/**
 * How large a Poisson sample is at most, but for a chance of less than 2^-100. Who always does the work of so many records
 * tells by the time it takes nothing of how many there were.
 *
 * <p>Of n records that take part with chance q each, k or more do with a chance of at most exp(−n·D), D = κ·ln(κ/q) + (1 −
 * κ)·ln((1 − κ)/(1 − q)), κ = k/n ≥ q (Chernoff's bound).
 */
public final class SampleBound {
    /** A little more than ln 2^100: for the rounding of what is compared with it. */
    private static final double EXPONENT = 69.4;

    private SampleBound() {}

    /** At least the size of a sample of {@code records} at {@code rate}, and at most {@code records}. */
    public static int of(int records, double rate) {
        Require.range(rate, 0, 1, "The sampling rate");
        int held = (int) Math.floor(records * rate);
        int beyond = records + 1;
        // held is not rare or below the mean, beyond is rare or cannot be
        while (beyond - held > 1) {
            int middle = held + (beyond - held) / 2;
            if (isRare(middle, records, rate)) {
                beyond = middle;
            } else {
                held = middle;
            }
        }
        return beyond - 1;
    }

    private static boolean isRare(int sampled, int records, double rate) {
        double part = (double) sampled / records;
        double left = sampled == records ? 0 : (1 - part) * Math.log((1 - part) / (1 - rate));
        return part > rate && records * (part * Math.log(part / rate) + left) > EXPONENT;
    }
}
