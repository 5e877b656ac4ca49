package io.confide.common.model;

import java.util.List;
import java.util.OptionalDouble;

/** A declarative model: data, not code. */
public sealed interface ModelSpec {
    /**
     * Logistic regression: one weight per feature and an intercept.
     *
     * @param intercept a public guess of the log-odds to start from, with all weights 0; without one all start at random
     *     near 0
     */
    record Logistic(OptionalDouble intercept) implements ModelSpec {
        public static final double INTERCEPT_MAX = 20;

        public Logistic {
            if (intercept.isPresent() && !(Math.abs(intercept.getAsDouble()) <= INTERCEPT_MAX)) {
                throw new IllegalArgumentException("an intercept is -20 to 20");
            }
        }

        /** Starts at random. */
        public Logistic() {
            this(OptionalDouble.empty());
        }
    }

    /** Multi-layer perceptron with ReLU between layers and one logit at the end. */
    record Mlp(List<Integer> hidden) implements ModelSpec {
        public static final int LAYERS_MAX = 8;
        public static final int WIDTH_MAX = 4096;

        public Mlp {
            hidden = List.copyOf(hidden);
            if (hidden.isEmpty() || hidden.size() > LAYERS_MAX) {
                throw new IllegalArgumentException("an mlp has 1 to 8 hidden layers");
            }
            if (hidden.stream().anyMatch(width -> width < 1 || width > WIDTH_MAX)) {
                throw new IllegalArgumentException("a hidden layer has 1 to 4096 units");
            }
        }
    }
}
