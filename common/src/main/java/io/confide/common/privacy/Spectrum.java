package io.confide.common.privacy;

/** A product of powers of Fourier transforms of probability masses on a circle, with a bound on its rounding error. */
final class Spectrum {
    private static final double POLAR_ROUNDING = 4e-16;

    /** ln of a coefficient that is left out, and counted as an error. */
    private static final double NOTHING = -80;

    private final int length;
    // The transform of real numbers is symmetric: half of it says all.
    private final double[] logSize;
    private final double[] angle;
    private final double[] logLargest;

    Spectrum(int length) {
        this.length = length;
        this.logSize = new double[length / 2 + 1];
        this.angle = new double[length / 2 + 1];
        this.logLargest = new double[length / 2 + 1];
    }

    /** Adds {@code power} independent draws of the law {@code masses}, which sum to 1; overwrites them. */
    void multiply(double[] masses, long power) {
        var parts = Fourier.transform(masses, new double[length]);
        double[] re = parts.re();
        double[] im = parts.im();
        double error = Fourier.error(length) + POLAR_ROUNDING;
        for (int k = 0; k < logSize.length; k++) {
            if (logLargest[k] < NOTHING) {
                continue;
            }
            double size = Math.min(1, Math.sqrt(re[k] * re[k] + im[k] * im[k]));
            logLargest[k] += power * Math.log(size + error);
            if (logLargest[k] >= NOTHING) {
                logSize[k] += power * Math.log(size);
                angle[k] += power * Math.atan2(im[k], re[k]);
            }
        }
    }

    /** The masses of the sum. */
    Sum sum() {
        double[] re = new double[length];
        double[] im = new double[length];
        double wrong = 0;
        double total = 0;
        for (int k = 0; k < logSize.length; k++) {
            double twice = k == 0 || 2 * k == length ? 1 : 2;
            if (logLargest[k] < NOTHING) {
                wrong += twice * Math.exp(logLargest[k]);
                continue;
            }
            double size = Math.exp(logSize[k]);
            // The inverse transform is the forward one of the conjugate.
            re[k] = size * Math.cos(angle[k]);
            im[k] = -size * Math.sin(angle[k]);
            int mirror = (length - k) % length;
            re[mirror] = re[k];
            im[mirror] = -im[k];
            wrong += twice * (Math.exp(logLargest[k]) - size);
            total += twice * size;
        }
        double error = (wrong + total * (Fourier.error(length) + POLAR_ROUNDING)) / length;
        return new Sum(Fourier.transform(re, im).re(), error);
    }

    /** Masses on a circle, and how far each may be from the exact one. */
    static final class Sum {
        private final double[] masses;
        private final double error;

        private Sum(double[] masses, double error) {
            this.masses = masses;
            this.error = error;
        }

        /** An upper bound on the mass at {@code point}, counted round the circle. */
        double cell(long point) {
            double mass = masses[(int) Math.floorMod(point, (long) masses.length)] / masses.length;
            return Math.max(0, mass) + error;
        }
    }
}
