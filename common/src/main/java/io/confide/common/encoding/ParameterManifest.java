package io.confide.common.encoding;

import io.confide.common.files.Json;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of a model in the order in which they lie in the flat parameter vector, each row-major.
 * A matrix is {@code out x in}: one row per unit of the layer.
 */
public record ParameterManifest(List<Tensor> tensors) {
    public ParameterManifest {
        tensors = List.copyOf(tensors);
    }

    /** @param shape lengths of the dimensions, outermost first */
    public record Tensor(String name, List<Integer> shape) {
        public Tensor {
            shape = List.copyOf(shape);
        }

        /** Number of elements. */
        public int count() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /** The manifest of the plan's model over the inputs and outcomes of its study. */
    public static ParameterManifest of(Plan plan) {
        return of(plan.model(), plan.study().dictionary());
    }

    /** The manifest of {@code model} over the inputs and outcomes of {@code dictionary}. */
    public static ParameterManifest of(ModelSpec model, Study.Dictionary dictionary) {
        return of(model, dictionary.inputs(), dictionary.label().logits());
    }

    /**
     * The manifest of {@code model} over {@code inputs} numbers: {@code weight [F], bias [1]} for logistic regression with
     * one logit, {@code weight [K, F], bias [K]} with K; {@code layers.i.weight, layers.i.bias} for a perceptron, the last
     * layer having one unit per logit.
     */
    public static ParameterManifest of(ModelSpec model, int inputs, int logits) {
        if (inputs < 1 || logits < 1) {
            throw new IllegalArgumentException("a model needs at least one feature and one logit");
        }
        return switch (model) {
            case ModelSpec.Logistic _ ->
                    new ParameterManifest(
                            List.of(
                                    new Tensor(
                                            "weight",
                                            logits == 1
                                                    ? List.of(inputs)
                                                    : List.of(logits, inputs)),
                                    new Tensor("bias", List.of(logits))));
            case ModelSpec.Mlp mlp -> perceptron(mlp.hidden(), inputs, logits);
        };
    }

    private static ParameterManifest perceptron(List<Integer> hidden, int inputs, int logits) {
        var tensors = new ArrayList<Tensor>();
        var widths = new ArrayList<>(hidden);
        widths.add(logits);
        int in = inputs;
        for (int layer = 0; layer < widths.size(); layer++) {
            int out = widths.get(layer);
            tensors.add(new Tensor("layers." + layer + ".weight", List.of(out, in)));
            tensors.add(new Tensor("layers." + layer + ".bias", List.of(out)));
            in = out;
        }
        return new ParameterManifest(tensors);
    }

    /** P: length of the flat vector. */
    public int parameterCount() {
        return tensors.stream().mapToInt(Tensor::count).reduce(0, Math::addExact);
    }

    /** Canonical JSON: an array of {@code {"name":..,"shape":[..]}}. */
    public Bytes bytes() {
        return json().bytes();
    }

    /** SHA-256 of {@link #bytes()}: archHash. */
    public Digest hash() {
        return Digest.of(bytes());
    }

    private Json json() {
        return new Json.Arr(
                tensors.stream()
                        .<Json>map(
                                tensor ->
                                        Json.object()
                                                .with("name", tensor.name())
                                                .with(
                                                        "shape",
                                                        new Json.Arr(
                                                                tensor.shape().stream()
                                                                        .<Json>map(Json::number)
                                                                        .toList())))
                        .toList());
    }
}
