package io.confide.common.model;

/**
 * How a site trains in one round and how the coordinator steps.
 *
 * @param rounds secure rounds per fold
 * @param localEpochs passes over the site's rows per round; 1 for {@link Mode#FEDSGD}
 * @param batchSize rows per local step; 0 means all rows of the site
 * @param learningRate of the local steps (fedavg) or of the coordinator's step (fedsgd)
 * @param l2 ridge penalty: the loss is the mean log loss plus l2/2 times the squared norm of the weights, biases not
 *     included
 */
public record Training(
        Mode mode, int rounds, int localEpochs, int batchSize, double learningRate, double l2) {
    public static final int ROUNDS_MAX = 100_000;

    public Training {
        if (rounds < 1 || rounds > ROUNDS_MAX) {
            throw new IllegalArgumentException("rounds must be between 1 and " + ROUNDS_MAX);
        }
        if (localEpochs < 1 || batchSize < 0) {
            throw new IllegalArgumentException(
                    "localEpochs must be at least 1 and batchSize at least 0");
        }
        if (!(learningRate > 0) || !Double.isFinite(learningRate) || !(l2 >= 0)) {
            throw new IllegalArgumentException("learningRate must be above 0 and l2 at least 0");
        }
    }

    /** The two modes of overview decision 8. */
    public enum Mode {
        /** Several local steps, then the weighted mean of the clipped updates. */
        FEDAVG,
        /** One summed gradient per round; the coordinator takes the step. */
        FEDSGD
    }
}
