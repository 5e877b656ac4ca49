package io.confide.participant.djl;

import io.confide.participant.port.LocalData;

import java.util.ArrayList;
import java.util.List;

/** A perceptron's loss by hand in double precision, and its slope by central differences. */
final class PlainPerceptron {
    private static final double STEP = 1e-6;

    private PlainPerceptron() {}

    static double slope(
            LocalData data, float[] parameters, List<Integer> hidden, double l2, int index) {
        var moved = new double[parameters.length];
        for (int i = 0; i < moved.length; i++) {
            moved[i] = parameters[i];
        }
        moved[index] += STEP;
        double up = loss(data, moved, hidden, l2);
        moved[index] -= 2 * STEP;
        return (up - loss(data, moved, hidden, l2)) / (2 * STEP);
    }

    private static double loss(
            LocalData data, double[] parameters, List<Integer> hidden, double l2) {
        var widths = new ArrayList<>(hidden);
        widths.add(1);
        double sum = 0;
        for (int row = 0; row < data.rows(); row++) {
            double[] x = new double[data.features()];
            for (int feature = 0; feature < x.length; feature++) {
                x[feature] = data.values()[row * x.length + feature];
            }
            double z = logit(parameters, widths, x);
            sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - data.labels()[row] * z;
        }
        return sum / data.rows() + l2 / 2 * squaredWeights(parameters, widths, data.features());
    }

    private static double logit(double[] parameters, List<Integer> widths, double[] input) {
        double[] x = input;
        int offset = 0;
        for (int layer = 0; layer < widths.size(); layer++) {
            var out = new double[widths.get(layer)];
            for (int unit = 0; unit < out.length; unit++) {
                out[unit] = parameters[offset + out.length * x.length + unit];
                for (int i = 0; i < x.length; i++) {
                    out[unit] += parameters[offset + unit * x.length + i] * x[i];
                }
                if (layer < widths.size() - 1) {
                    out[unit] = Math.max(0, out[unit]);
                }
            }
            offset += out.length * (x.length + 1);
            x = out;
        }
        return x[0];
    }

    private static double squaredWeights(double[] parameters, List<Integer> widths, int features) {
        double squares = 0;
        int offset = 0;
        int in = features;
        for (int out : widths) {
            for (int i = 0; i < in * out; i++) {
                squares += parameters[offset + i] * parameters[offset + i];
            }
            offset += out * (in + 1);
            in = out;
        }
        return squares;
    }
}
