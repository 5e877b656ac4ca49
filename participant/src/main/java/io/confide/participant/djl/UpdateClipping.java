package io.confide.participant.djl;

/** L2 clipping of an update and multiplication by the site's weight, in double precision. */
final class UpdateClipping {
    private UpdateClipping() {}

    /** Returns {@code weight * vector * min(1, clipNorm / |vector|)}; {@code vector} must be finite. */
    static double[] clipped(double[] vector, double clipNorm, double weight) {
        double squares = 0;
        for (double value : vector) {
            squares += value * value;
        }
        double factor = weight * Math.min(1, clipNorm / Math.sqrt(squares));
        var result = new double[vector.length];
        for (int i = 0; i < vector.length; i++) {
            result[i] = squares == 0 ? 0 : factor * vector[i];
        }
        return result;
    }
}
