package io.confide.common.model;

/**
 * What a plan promises about single records beyond secure aggregation. Every number that the promise rests on is frozen
 * here, as a whole number where noise is drawn from it.
 */
public sealed interface Guarantee {
    /** Nothing: the sums and the model are exact. */
    record None() implements Guarantee {}

    /**
     * (ε, δ) differential privacy of every record, whether it is there or zeroed out, towards everybody but its own site.
     * Each record's gradient is clipped to C, multiplied by s = 2^{@code scaleBits}, truncated towards zero and checked
     * against Δ in integers; the site's share of discrete Gaussian noise has the variance σ²/(S_min − c). In each
     * sum every record takes part with chance q, drawn by its site, independently of all others and of all other sums; at
     * q = 1 all are in every sum.
     *
     * @param epsilon what all commits together cost at most, at {@code delta}, by Rényi accounting
     * @param clipNorm C, the L2 norm of one record's gradient
     * @param minimumSurvivors S_min: no sum of fewer sites is signed for
     * @param colluders c, at least 1: sites that may know their share of the noise, tell it, or add none
     * @param commits how often a site's records may be used; aborted rounds count
     * @param records N₀: a public constant, about how many records all sites have; the step is divided by q·N₀
     * @param samplingRate q, at most 1; which records it meets stays at their site
     * @param scaleBits log2 s, so that sC lies in (2^19, 2^20]
     * @param sensitivity Δ = ⌈sC⌉, in grid units
     * @param shareVariance σ²/(S_min − c), in squared grid units
     */
    record RecordLevel(
            double epsilon,
            double delta,
            double clipNorm,
            int minimumSurvivors,
            int colluders,
            int commits,
            long records,
            double samplingRate,
            int scaleBits,
            long sensitivity,
            long shareVariance)
            implements Guarantee {
        /** Δ is at most this. */
        public static final long SENSITIVITY_MAX = 1L << 20;

        public static final double CLIP_NORM_MIN = 1e-6;
        public static final double CLIP_NORM_MAX = 1e6;
        public static final long RECORDS_MAX = 1L << 40;
        public static final double SAMPLING_RATE_MIN = 1e-6;

        /** σ² of one share must be at least this: below, sums of shares differ from the noise that is accounted. */
        public static final long SHARE_VARIANCE_MIN = 16;

        public static final long SHARE_VARIANCE_MAX = 1L << 60;

        /** No draw is farther from 0 than this many deviations: the sampler's tables end before. */
        private static final long REACH = 20;

        public RecordLevel {
            require(epsilon > 0 && Double.isFinite(epsilon), "epsilon is above 0");
            require(delta > 0 && delta < 1, "delta is between 0 and 1");
            require(
                    clipNorm >= CLIP_NORM_MIN && clipNorm <= CLIP_NORM_MAX,
                    "clipNorm is 0.000001 to 1000000");
            require(
                    colluders >= 1 && colluders < minimumSurvivors,
                    "colluders are at least one, for every site knows its own share of the noise,"
                            + " and fewer than the fewest survivors");
            require(
                    commits >= 1 && commits <= 2 * Training.ROUNDS_MAX,
                    "commits are 1 to " + 2 * Training.ROUNDS_MAX);
            require(records >= 1 && records <= RECORDS_MAX, "records are at least 1");
            require(
                    delta * records < 1,
                    "delta is below 1 over the records, or whole records may leave");
            require(
                    samplingRate >= SAMPLING_RATE_MIN && samplingRate <= 1,
                    "samplingRate is 0.000001 to 1");
            require(
                    samplingRate * records >= 1,
                    "at least one record is expected in a sum, so samplingRate is at least 1 over"
                            + " the records");
            require(
                    scaleBits == scaleBits(clipNorm)
                            && sensitivity == sensitivity(clipNorm, scaleBits),
                    "scale and sensitivity follow from clipNorm");
            require(
                    shareVariance >= SHARE_VARIANCE_MIN
                            && shareVariance <= SHARE_VARIANCE_MAX / (minimumSurvivors - colluders),
                    "the noise of a share is at least 4 grid units, and all of it below 2^30");
        }

        /** σ²: what the noise of the fewest honest survivors adds up to. */
        public long variance() {
            return shareVariance * (minimumSurvivors - colluders);
        }

        /** Whether a sum leaves records out by chance. */
        public boolean samples() {
            return samplingRate < 1;
        }

        /** q·N₀: how many records a sum is expected to hold, which is public; how many it holds is not. */
        public double expectedRecords() {
            return samplingRate * records;
        }

        /**
         * How many of the 2^63 words of 63 random bits take a record in, where some are left out: q·2^63, rounded down, so
         * that no record is in more often than it is accounted.
         */
        public long wordsThatInclude() {
            return (long) Math.scalb(samplingRate, Long.SIZE - 1);
        }

        /** No single draw of a share is larger. */
        public long noiseMax() {
            // the root of a double is off by less than one here
            return REACH * ((long) Math.sqrt((double) shareVariance) + 2);
        }

        /**
         * Largest magnitude of what one site puts into an element of a sum: {@code rowsMax} records, up to a million, and noise;
         * below 2^40.
         */
        public long elementMax(int rowsMax) {
            return Math.addExact(Math.multiplyExact(sensitivity, rowsMax), noiseMax());
        }

        /** log2 of the largest power of two s with sC ≤ 2^20. */
        public static int scaleBits(double clipNorm) {
            int bits = Math.getExponent(SENSITIVITY_MAX / clipNorm);
            while (Math.scalb(clipNorm, bits) > SENSITIVITY_MAX) {
                bits--;
            }
            return bits;
        }

        /** ⌈sC⌉; a multiplication by a power of two is exact. */
        public static long sensitivity(double clipNorm, int scaleBits) {
            return (long) Math.ceil(Math.scalb(clipNorm, scaleBits));
        }

        private static void require(boolean holds, String rule) {
            if (!holds) {
                throw new IllegalArgumentException("a record-level guarantee: " + rule);
            }
        }
    }
}
