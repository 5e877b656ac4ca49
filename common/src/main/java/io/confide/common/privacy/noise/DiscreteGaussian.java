package io.confide.common.privacy.noise;

/**
 * Independent draws from the law proportional to exp(−x²/2σ²) on whole numbers. One generator of random words each; not for
 * several threads at once.
 */
public sealed interface DiscreteGaussian permits ExactDiscreteGaussian, TableDiscreteGaussian {
    /** The parameter σ², a little above the variance for tiny σ and equal to it otherwise. */
    Variance variance();

    /** One draw. */
    long next();

    /** Puts a draw into every place. */
    default void fill(long[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = next();
        }
    }

    /**
     * How far the law of one draw may be from the true one in statistical distance. What {@code d} coordinates and {@code
     * T} steps draw adds d·T times this to δ.
     */
    double distance();
}
