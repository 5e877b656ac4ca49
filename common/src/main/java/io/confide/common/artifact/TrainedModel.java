package io.confide.common.artifact;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.files.PlanJson;
import io.confide.common.metrics.Logits;
import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.Plan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A finished model that scores one record at a time, from {@code model.safetensors} alone. */
public final class TrainedModel {
    private final Plan plan;
    private final List<Layer> layers;
    private final float[] imputation;

    private TrainedModel(Plan plan, List<Layer> layers, float[] imputation) {
        this.plan = plan;
        this.layers = layers;
        this.imputation = imputation;
    }

    private static final class Layer {
        /** One row per output. */
        private final float[] weight;

        private final float[] bias;

        Layer(float[] weight, float[] bias) {
            this.weight = weight;
            this.bias = bias;
        }

        double[] of(double[] inputs) {
            var outputs = new double[bias.length];
            for (int out = 0; out < outputs.length; out++) {
                outputs[out] = bias[out];
                for (int in = 0; in < inputs.length; in++) {
                    outputs[out] += weight[out * inputs.length + in] * inputs[in];
                }
            }
            return outputs;
        }
    }

    /** Reads a file that {@link ModelFacts#tensors()} was written to; anything else is an {@link IllegalArgumentException}. */
    public static TrainedModel parse(Bytes safetensors) {
        var contents = Safetensors.parse(safetensors);
        String json = contents.metadata().get("plan");
        if (json == null) {
            throw new IllegalArgumentException(
                    "the file was not written by Confide: it names no plan");
        }
        Plan plan = PlanJson.parse(Bytes.wrap(json.getBytes(StandardCharsets.UTF_8)));
        var layers = new ArrayList<Layer>();
        var expected = ParameterManifest.of(plan).tensors();
        for (int i = 0; i < expected.size(); i += 2) {
            layers.add(
                    new Layer(
                            values(contents, expected.get(i)),
                            values(contents, expected.get(i + 1))));
        }
        var inputs = List.of(plan.study().dictionary().inputs());
        return new TrainedModel(plan, List.copyOf(layers), values(contents, "imputation", inputs));
    }

    public Plan plan() {
        return plan;
    }

    /**
     * The probability of outcome 1 of a model with two outcomes, whose features are one number each.
     *
     * @param record values by feature name in the dictionary's units; an absent, non-finite or
     *     out-of-range one counts as missing
     */
    public double score(Map<String, Double> record) {
        if (plan.study().dictionary().label().logits() != 1) {
            throw new IllegalArgumentException(
                    "this model tells several classes apart; ask for probabilities");
        }
        var lists = new HashMap<String, double[]>();
        record.forEach((name, value) -> lists.put(name, new double[] {value}));
        return probabilities(lists)[1];
    }

    /**
     * The probability of every outcome, by its number.
     *
     * @param record per feature as many values as it has; see {@link #score}. Values that a list lacks are missing, and those
     *     beyond its count are not looked at
     */
    public double[] probabilities(Map<String, double[]> record) {
        var inputs = new double[imputation.length];
        int at = 0;
        for (Feature feature : plan.study().dictionary().features()) {
            double[] given = record.getOrDefault(feature.name(), new double[0]);
            for (int i = 0; i < feature.count(); i++, at++) {
                inputs[at] =
                        (i < given.length ? scaled(feature, given[i]) : OptionalDouble.empty())
                                .orElse(imputation[at]);
            }
        }
        return ofScaled(inputs);
    }

    /** What stands for a missing scaled value, per input. */
    public float[] imputation() {
        return imputation.clone();
    }

    /** The probability of every outcome of a record that is scaled already and lacks nothing. */
    public double[] ofScaled(double[] inputs) {
        double[] layer = layers.getFirst().of(inputs);
        for (var next : layers.subList(1, layers.size())) {
            for (int unit = 0; unit < layer.length; unit++) {
                layer[unit] = Math.max(0, layer[unit]);
            }
            layer = next.of(layer);
        }
        return new Logits(layer, layer.length).probabilities(0);
    }

    private static OptionalDouble scaled(Feature feature, double value) {
        boolean inRange =
                feature.range().map(r -> value >= r.min() && value <= r.max()).orElse(true);
        double transformed =
                switch (feature.transform()) {
                    case NONE -> value;
                    case LOG -> Math.log(value);
                };
        if (!inRange || !Double.isFinite(transformed)) {
            return OptionalDouble.empty();
        }
        double scaled = (transformed - feature.center()) / feature.scale();
        return OptionalDouble.of(Math.clamp(scaled, -Feature.CLIP, Feature.CLIP));
    }

    private static float[] values(
            Safetensors.Contents contents, ParameterManifest.Tensor expected) {
        return values(contents, expected.name(), expected.shape());
    }

    private static float[] values(Safetensors.Contents contents, String name, List<Integer> shape) {
        var tensor = contents.tensors().get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the model file lacks the tensor " + name);
        }
        if (!tensor.shape().equals(shape)) {
            throw new IllegalArgumentException("the tensor " + name + " is not of shape " + shape);
        }
        return tensor.values();
    }
}
