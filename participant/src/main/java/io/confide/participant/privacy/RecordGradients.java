package io.confide.participant.privacy;

import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of one record's log loss by the parameters of one model, in doubles: linear layers with ReLU between and one
 * logit at the end, or one per class. A record is computed alone and in a fixed order, so that no other record can
 * change a bit of it. One thread.
 */
final class RecordGradients {
    private final List<Layer> layers = new ArrayList<>();
    private final int parameters;

    /**
     * @param flat parameters of the plan's model in the manifest's order
     * @throws IllegalArgumentException if there are more or fewer
     */
    RecordGradients(Plan plan, float[] flat) {
        var widths = new ArrayList<Integer>();
        switch (plan.model()) {
            case ModelSpec.Logistic _ -> {}
            case ModelSpec.Mlp mlp -> widths.addAll(mlp.hidden());
        }
        var dictionary = plan.study().dictionary();
        widths.add(dictionary.label().logits());
        int in = dictionary.inputs();
        int at = 0;
        for (int width : widths) {
            int end = at + width * in + width;
            if (end > flat.length) {
                throw new IllegalArgumentException("the model is not that of the plan");
            }
            layers.add(new Layer(flat, in, width, at));
            at = end;
            in = width;
        }
        if (at != flat.length) {
            throw new IllegalArgumentException("the model is not that of the plan");
        }
        parameters = at;
    }

    /** How many parameters the model has. */
    int parameters() {
        return parameters;
    }

    /**
     * Writes the gradient of −ln p(outcome) into {@code gradient}, where p is the sigmoid of one logit or the softmax of
     * several.
     *
     * @param features scaled, none missing
     * @param outcome its number, from 0
     */
    void of(double[] features, int outcome, double[] gradient) {
        double[] values = features;
        for (Layer layer : layers) {
            layer.forward(values);
            values = layer == layers.getLast() ? layer.output : layer.rectified();
        }
        double[] slope = values.length == 1 ? sigmoid(values[0]) : softmax(values);
        // One logit is that of outcome 1; a slope is the probability less 1 at what happened.
        if (slope.length == 1) {
            slope[0] -= outcome;
        } else {
            slope[outcome] -= 1;
        }
        for (int index = layers.size() - 1; index >= 0; index--) {
            layers.get(index).backward(slope, gradient);
            slope = index == 0 ? slope : layers.get(index).inputSlope(slope);
        }
    }

    private static double[] sigmoid(double logit) {
        return new double[] {1 / (1 + Math.exp(-logit))};
    }

    private static double[] softmax(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        var shares = new double[logits.length];
        double all = 0;
        for (int i = 0; i < logits.length; i++) {
            shares[i] = Math.exp(logits[i] - largest);
            all += shares[i];
        }
        for (int i = 0; i < logits.length; i++) {
            shares[i] /= all;
        }
        return shares;
    }

    /** One layer with its weights, row by row, and biases from {@code at} on; and what it saw of the current record. */
    private static final class Layer {
        private final int in;
        private final int out;
        private final int at;
        private final double[] bias;

        /** Input by input, so that the sums of all units grow side by side. */
        private final double[] columns;

        private final double[] output;
        private final double[] active;
        private final double[] inputSlope;
        private double[] input = new double[0];

        Layer(float[] flat, int in, int out, int at) {
            this.in = in;
            this.out = out;
            this.at = at;
            bias = new double[out];
            columns = new double[in * out];
            for (int unit = 0; unit < out; unit++) {
                bias[unit] = flat[at + out * in + unit];
                for (int i = 0; i < in; i++) {
                    columns[i * out + unit] = flat[at + unit * in + i];
                }
            }
            output = new double[out];
            active = new double[out];
            inputSlope = new double[in];
        }

        void forward(double[] values) {
            input = values;
            System.arraycopy(bias, 0, output, 0, out);
            for (int i = 0; i < in; i++) {
                double value = values[i];
                int column = i * out;
                for (int unit = 0; unit < out; unit++) {
                    output[unit] += columns[column + unit] * value;
                }
            }
        }

        double[] rectified() {
            for (int unit = 0; unit < out; unit++) {
                active[unit] = Math.max(0, output[unit]);
            }
            return active;
        }

        /** Writes this layer's part of the gradient. */
        void backward(double[] slope, double[] gradient) {
            for (int unit = 0; unit < out; unit++) {
                double factor = slope[unit];
                int row = at + unit * in;
                for (int i = 0; i < in; i++) {
                    gradient[row + i] = factor * input[i];
                }
            }
            System.arraycopy(slope, 0, gradient, at + out * in, out);
        }

        /** The slope of what came in; ReLU passes nothing back at 0 and below. */
        double[] inputSlope(double[] slope) {
            Arrays.fill(inputSlope, 0);
            for (int i = 0; i < in; i++) {
                double sum = 0;
                for (int unit = 0; unit < out; unit++) {
                    sum += slope[unit] * columns[i * out + unit];
                }
                inputSlope[i] = input[i] > 0 ? sum : 0;
            }
            return inputSlope;
        }
    }
}
