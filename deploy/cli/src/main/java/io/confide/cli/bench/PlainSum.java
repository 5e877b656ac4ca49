package io.confide.cli.bench;

import io.confide.common.vector.Words;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The same sum without secrecy, made beside the round: of the words before masking and of the values themselves. */
final class PlainSum {
    private static final double FLOATING_POINT = 1e-9;

    private final long[] words;
    private final double[] values;
    private final double[] drawn;
    private final double step;

    /**
     * How the round's sum compares.
     *
     * @param largestError of one decoded value
     */
    record Fit(Sameness words, double largestError, double errorBound) {
        /** Whether all words are the same. */
        enum Sameness {
            EQUAL,
            DIFFERENT
        }

        boolean isExact() {
            return words == Sameness.EQUAL && largestError <= errorBound;
        }
    }

    PlainSum(Workload workload, int words) {
        this.words = new long[words];
        this.values = new double[workload.dimension()];
        this.drawn = new double[workload.dimension()];
        this.step = workload.step();
    }

    /** The values of {@code site}, which count from now on; the array is used again for the next site. */
    double[] draw(long round, int site) {
        var source = new SplittableRandom(31 * round + site);
        for (int at = 0; at < drawn.length; at++) {
            drawn[at] = source.nextDouble() * 2 - 1;
            values[at] += drawn[at];
        }
        return drawn;
    }

    void add(long[] encoded) {
        Words.addInto(words, encoded);
    }

    /** Rounding moves every value of a site by less than one step. */
    Fit compare(long[] sum, double[] decoded, int included) {
        double largest = decoded.length == values.length ? 0 : Double.POSITIVE_INFINITY;
        for (int at = 0; at < values.length && at < decoded.length; at++) {
            largest = Math.max(largest, Math.abs(decoded[at] - values[at]));
        }
        return new Fit(
                Arrays.equals(sum, words) ? Fit.Sameness.EQUAL : Fit.Sameness.DIFFERENT,
                largest,
                included * (step + FLOATING_POINT));
    }
}
