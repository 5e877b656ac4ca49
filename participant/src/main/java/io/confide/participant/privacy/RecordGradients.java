package io.confide.participant.privacy;

import io.confide.common.model.ModelSpec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient of one record's log loss by the model's parameters, in doubles: linear layers with ReLU between and one
 * logit at the end. A record is computed alone and in a fixed order, so that no other record can change a bit of it.
 * One thread.
 */
final class RecordGradients {
    private final List<Layer> layers = new ArrayList<>();
    private final int parameters;

    RecordGradients(ModelSpec spec, int features) {
        var widths =
                switch (spec) {
                    case ModelSpec.Logistic _ -> List.<Integer>of();
                    case ModelSpec.Mlp mlp -> mlp.hidden();
                };
        int in = features;
        int at = 0;
        for (int width : widths) {
            layers.add(new Layer(in, width, at));
            at = layers.getLast().end();
            in = width;
        }
        layers.add(new Layer(in, 1, at));
        parameters = layers.getLast().end();
    }

    /** How many parameters the model has. */
    int parameters() {
        return parameters;
    }

    /**
     * Writes the gradient of softplus(z) − y·z into {@code gradient}.
     *
     * @param flat parameters in the manifest's order
     * @param features scaled, none missing
     * @param label 0 or 1
     */
    void of(float[] flat, double[] features, double label, double[] gradient) {
        double[] values = features;
        for (Layer layer : layers) {
            layer.forward(flat, values);
            values = layer == layers.getLast() ? layer.output : layer.rectified();
        }
        double[] slope = {sigmoid(values[0]) - label};
        for (int index = layers.size() - 1; index >= 0; index--) {
            slope = layers.get(index).backward(flat, slope, gradient);
        }
    }

    private static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** One layer with its weights, row by row, and biases from {@code at} on; and what it saw of the current record. */
    private static final class Layer {
        private final int in;
        private final int out;
        private final int at;
        private final double[] output;
        private final double[] active;
        private final double[] inputSlope;
        private double[] input = new double[0];

        Layer(int in, int out, int at) {
            this.in = in;
            this.out = out;
            this.at = at;
            output = new double[out];
            active = new double[out];
            inputSlope = new double[in];
        }

        int end() {
            return at + out * in + out;
        }

        void forward(float[] flat, double[] values) {
            input = values;
            for (int unit = 0; unit < out; unit++) {
                double sum = flat[at + out * in + unit];
                for (int i = 0; i < in; i++) {
                    sum += flat[at + unit * in + i] * values[i];
                }
                output[unit] = sum;
            }
        }

        double[] rectified() {
            for (int unit = 0; unit < out; unit++) {
                active[unit] = Math.max(0, output[unit]);
            }
            return active;
        }

        /** Writes this layer's part of the gradient; returns the slope of what came in, where that was positive. */
        double[] backward(float[] flat, double[] slope, double[] gradient) {
            Arrays.fill(inputSlope, 0);
            for (int unit = 0; unit < out; unit++) {
                gradient[at + out * in + unit] = slope[unit];
                for (int i = 0; i < in; i++) {
                    gradient[at + unit * in + i] = slope[unit] * input[i];
                    // ReLU passes nothing back at 0 and below; features are not rectified, and
                    // their slope is not used.
                    inputSlope[i] += input[i] > 0 ? slope[unit] * flat[at + unit * in + i] : 0;
                }
            }
            return inputSlope;
        }
    }
}
