package io.confide.common.encoding;

/** The fast Walsh-Hadamard transform in natural order, without scaling: n·log2 n additions, in place. */
final class WalshHadamard {
    // 32 KiB of doubles: what is left of a transform then stays in the first-level cache.
    private static final int CACHED = 4096;

    private WalshHadamard() {}

    /** {@code values} has a power of two of elements; twice is n times the identity. */
    static void transform(double[] values) {
        transform(values, 0, values.length);
    }

    /** The stages commute, so the wide ones come first, two at a time, and the quarters are then done one by one. */
    private static void transform(double[] x, int from, int length) {
        if (length <= CACHED) {
            inCache(x, from, length);
            return;
        }
        int quarter = length / 4;
        for (int at = from; at < from + quarter; at++) {
            double a = x[at] + x[at + 2 * quarter];
            double b = x[at + quarter] + x[at + 3 * quarter];
            double c = x[at] - x[at + 2 * quarter];
            double d = x[at + quarter] - x[at + 3 * quarter];
            x[at] = a + b;
            x[at + quarter] = a - b;
            x[at + 2 * quarter] = c + d;
            x[at + 3 * quarter] = c - d;
        }
        for (int part = 0; part < 4; part++) {
            transform(x, from + part * quarter, quarter);
        }
    }

    private static void inCache(double[] x, int from, int length) {
        for (int half = length / 2; half > 0; half /= 2) {
            for (int start = from; start < from + length; start += 2 * half) {
                for (int at = start; at < start + half; at++) {
                    double sum = x[at] + x[at + half];
                    x[at + half] = x[at] - x[at + half];
                    x[at] = sum;
                }
            }
        }
    }
}
