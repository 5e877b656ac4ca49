package io.confide.common.privacy;

/** The discrete Fourier transform of a power of two of complex numbers: Stockham's order, radix 4. */
final class Fourier {
    private static final double UNIT = 0x1.0p-53;
    private static final double ROUNDINGS_PER_BIT = 8;

    private double[] re;
    private double[] im;
    private double[] otherRe;
    private double[] otherIm;

    private Fourier(double[] re, double[] im) {
        this.re = re;
        this.im = im;
        this.otherRe = new double[re.length];
        this.otherIm = new double[re.length];
    }

    /** X_k = Σ_j x_j·e^{−2πijk/n}; overwrites what it is given. The length must be a power of two. */
    static Fourier transform(double[] re, double[] im) {
        var fourier = new Fourier(re, im);
        fourier.run();
        return fourier;
    }

    /** The real parts X_0 to X_{n−1}. */
    double[] re() {
        return re;
    }

    /** The imaginary parts. */
    double[] im() {
        return im;
    }

    /**
     * How far any output of {@link #transform} may be from the exact one, over the sum of the absolute inputs: each of
     * the log₂ n levels rounds sums of unit multiples of inputs a few times.
     */
    static double error(int length) {
        return ROUNDINGS_PER_BIT * UNIT * (32 - Integer.numberOfLeadingZeros(length));
    }

    private void run() {
        int length = re.length;
        int stride = 1;
        while (length >= 4) {
            quarter(length / 4, stride);
            swap();
            length /= 4;
            stride *= 4;
        }
        if (length == 2) {
            halve(stride);
            swap();
        }
    }

    private void quarter(int quarter, int stride) {
        for (int p = 0; p < quarter; p++) {
            double angle = -2 * Math.PI * p / (4.0 * quarter);
            butterflies(stride * p, stride * quarter, stride, angle);
        }
    }

    private void butterflies(int from, int apart, int stride, double angle) {
        double c1 = Math.cos(angle);
        double s1 = Math.sin(angle);
        double c2 = c1 * c1 - s1 * s1;
        double s2 = 2 * c1 * s1;
        double c3 = c1 * c2 - s1 * s2;
        double s3 = c1 * s2 + s1 * c2;
        double[] xr = re;
        double[] xi = im;
        double[] yr = otherRe;
        double[] yi = otherIm;
        for (int a = from, to = 4 * from; a < from + stride; a++, to++) {
            double sumR = xr[a] + xr[a + 2 * apart];
            double sumI = xi[a] + xi[a + 2 * apart];
            double differenceR = xr[a] - xr[a + 2 * apart];
            double differenceI = xi[a] - xi[a + 2 * apart];
            double oddR = xr[a + apart] + xr[a + 3 * apart];
            double oddI = xi[a + apart] + xi[a + 3 * apart];
            // i times the difference of the odd ones
            double turnedR = xi[a + 3 * apart] - xi[a + apart];
            double turnedI = xr[a + apart] - xr[a + 3 * apart];
            yr[to] = sumR + oddR;
            yi[to] = sumI + oddI;
            yr[to + stride] = (differenceR - turnedR) * c1 - (differenceI - turnedI) * s1;
            yi[to + stride] = (differenceR - turnedR) * s1 + (differenceI - turnedI) * c1;
            yr[to + 2 * stride] = (sumR - oddR) * c2 - (sumI - oddI) * s2;
            yi[to + 2 * stride] = (sumR - oddR) * s2 + (sumI - oddI) * c2;
            yr[to + 3 * stride] = (differenceR + turnedR) * c3 - (differenceI + turnedI) * s3;
            yi[to + 3 * stride] = (differenceR + turnedR) * s3 + (differenceI + turnedI) * c3;
        }
    }

    private void halve(int stride) {
        for (int q = 0; q < stride; q++) {
            otherRe[q] = re[q] + re[q + stride];
            otherIm[q] = im[q] + im[q + stride];
            otherRe[q + stride] = re[q] - re[q + stride];
            otherIm[q + stride] = im[q] - im[q + stride];
        }
    }

    private void swap() {
        double[] keepRe = re;
        double[] keepIm = im;
        re = otherRe;
        im = otherIm;
        otherRe = keepRe;
        otherIm = keepIm;
    }
}
