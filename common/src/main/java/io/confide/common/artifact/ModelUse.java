package io.confide.common.artifact;

import io.confide.common.model.Feature;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;

/** The part of a model card that says how to load the model and score a record, in Python and in Java. */
final class ModelUse {
    private ModelUse() {}

    static String markdown(Plan plan) {
        return """
        ## Use

        Python (`pip install numpy safetensors`), `x` being the scaled features in the order above:

        ```python
        from safetensors.numpy import load_file; import numpy as np
        m = load_file("model.safetensors")
        %s
        ```

        Java (`confide-common` on the class path), with values in the units above:

        ```java
        var file = Bytes.wrap(Files.readAllBytes(Path.of("model.safetensors")));
        var model = TrainedModel.parse(file);
        %s
        ```
        """
                .formatted(python(plan), java(plan));
    }

    private static String python(Plan plan) {
        String logits = logits(plan.model());
        return plan.study().dictionary().label().logits() == 1
                ? "score = 1 / (1 + np.exp(-(" + logits + ")[0]))"
                : "z = %s; p = np.exp(z - z.max()); p /= p.sum()  # one per class"
                        .formatted(logits);
    }

    private static String logits(ModelSpec model) {
        return switch (model) {
            case ModelSpec.Logistic _ -> "m[\"weight\"] @ x + m[\"bias\"]";
            case ModelSpec.Mlp mlp -> {
                String layer = "x";
                for (int i = 0; i <= mlp.hidden().size(); i++) {
                    layer =
                            "m[\"layers.%d.weight\"] @ %s + m[\"layers.%d.bias\"]"
                                    .formatted(i, layer, i);
                    layer = i < mlp.hidden().size() ? "np.maximum(0, " + layer + ")" : layer;
                }
                yield layer;
            }
        };
    }

    private static String java(Plan plan) {
        var dictionary = plan.study().dictionary();
        Feature first = dictionary.features().getFirst();
        boolean plain = dictionary.inputs() == dictionary.features().size();
        return plain && dictionary.label().logits() == 1
                ? "double score = model.score(Map.of(\"%s\", %s /* and so on */));"
                        .formatted(first.name(), first.center())
                : "double[] perClass = model.probabilities(Map.of(\"%s\", new double[%d] /* and so on */));"
                        .formatted(first.name(), first.count());
    }
}
