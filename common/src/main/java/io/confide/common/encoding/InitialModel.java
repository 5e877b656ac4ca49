package io.confide.common.encoding;

import io.confide.common.model.Digest;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Where training starts: the same floats at every site and at the coordinator, from the plan alone.
 * The randomness is public; it hides nothing.
 */
public final class InitialModel {
    private static final String ALGORITHM = "L64X128MixRandom";
    private static final double LOGISTIC_DEVIATION = 0.01;

    private InitialModel() {}

    /**
     * Zero imputation and fresh parameters: logistic regression N(0, 0.01²), perceptrons He-normal
     * (variance 2/in, He et al. 2015) with zero biases. Normal deviates are by Box and Muller over
     * {@link StrictMath}, so that no platform rounds differently. A logistic regression whose intercept is given starts with
     * it, in every logit, and weights 0.
     */
    public static ModelState of(Plan plan) {
        int inputs = plan.study().dictionary().inputs();
        var manifest = ParameterManifest.of(plan);
        if (plan.model() instanceof ModelSpec.Logistic(var intercept) && intercept.isPresent()) {
            var prior = new float[manifest.parameterCount()];
            int logits = plan.study().dictionary().label().logits();
            Arrays.fill(
                    prior, prior.length - logits, prior.length, (float) intercept.getAsDouble());
            return ModelState.of(new float[inputs], prior);
        }
        var normal = new Normal(generator(plan));
        var parameters = new float[manifest.parameterCount()];
        int next = 0;
        for (var tensor : manifest.tensors()) {
            double deviation = deviation(plan, tensor);
            for (int i = 0; i < tensor.count(); i++) {
                parameters[next++] = deviation == 0 ? 0 : (float) (deviation * normal.next());
            }
        }
        return ModelState.of(new float[inputs], parameters);
    }

    private static double deviation(Plan plan, ParameterManifest.Tensor tensor) {
        return switch (plan.model()) {
            case ModelSpec.Logistic _ -> LOGISTIC_DEVIATION;
            case ModelSpec.Mlp _ ->
                    tensor.shape().size() == 2 ? StrictMath.sqrt(2.0 / tensor.shape().get(1)) : 0;
        };
    }

    private static RandomGenerator generator(Plan plan) {
        // 32 bytes fill the generator's whole state; a shorter seed would be padded.
        return RandomGeneratorFactory.of(ALGORITHM)
                .create(Digest.of(plan.seed()).value().toArray());
    }

    /** Standard normal deviates. */
    private static final class Normal {
        private final RandomGenerator uniform;

        private Normal(RandomGenerator uniform) {
            this.uniform = uniform;
        }

        private double next() {
            // 1 - u is in (0, 1], so that the logarithm is finite.
            double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform.nextDouble()));
            return radius * StrictMath.cos(2 * StrictMath.PI * uniform.nextDouble());
        }
    }
}
