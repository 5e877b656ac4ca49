package io.confide.common.artifact;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.Plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A finished model that scores one record at a time, from {@code model.safetensors} alone. */
public final class TrainedModel {
    private final Plan plan;
    private final Map<String, Safetensors.Tensor> tensors;

    private TrainedModel(Plan plan, Map<String, Safetensors.Tensor> tensors) {
        this.plan = plan;
        this.tensors = tensors;
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
        for (var expected : ParameterManifest.of(plan).tensors()) {
            requireShape(contents, expected.name(), expected.shape());
        }
        requireShape(contents, "imputation", List.of(plan.study().dictionary().inputs()));
        return new TrainedModel(plan, contents.tensors());
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
        float[] imputation = values("imputation");
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
        return values("imputation").clone();
    }

    /** The probability of every outcome of a record that is scaled already and lacks nothing. */
    public double[] ofScaled(double[] inputs) {
        double[] logits = logits(inputs);
        if (logits.length == 1) {
            double one = 1 / (1 + Math.exp(-logits[0]));
            return new double[] {1 - one, one};
        }
        double largest = Arrays.stream(logits).max().orElseThrow();
        double[] shares = Arrays.stream(logits).map(z -> Math.exp(z - largest)).toArray();
        double all = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / all).toArray();
    }

    private double[] logits(double[] inputs) {
        List<ParameterManifest.Tensor> layout = ParameterManifest.of(plan).tensors();
        double[] layer = inputs;
        for (int i = 0; i < layout.size(); i += 2) {
            layer = dense(layer, values(layout.get(i).name()), values(layout.get(i + 1).name()));
            boolean hidden = i + 2 < layout.size();
            for (int unit = 0; hidden && unit < layer.length; unit++) {
                layer[unit] = Math.max(0, layer[unit]);
            }
        }
        return layer;
    }

    private static double[] dense(double[] inputs, float[] weight, float[] bias) {
        var outputs = new double[bias.length];
        for (int out = 0; out < outputs.length; out++) {
            outputs[out] = bias[out];
            for (int in = 0; in < inputs.length; in++) {
                outputs[out] += weight[out * inputs.length + in] * inputs[in];
            }
        }
        return outputs;
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

    private float[] values(String name) {
        return tensor(tensors, name).values();
    }

    private static void requireShape(
            Safetensors.Contents contents, String name, List<Integer> shape) {
        if (!tensor(contents.tensors(), name).shape().equals(shape)) {
            throw new IllegalArgumentException("the tensor " + name + " is not of shape " + shape);
        }
    }

    private static Safetensors.Tensor tensor(Map<String, Safetensors.Tensor> tensors, String name) {
        Safetensors.Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the model file lacks the tensor " + name);
        }
        return tensor;
    }
}
