package io.confide.participant.djl;

import io.confide.common.model.ModelState;
import io.confide.participant.port.LocalData;

/** Logistic regression written by hand in double precision, to compare with. */
final class PlainLogistic {
    private PlainLogistic() {}

    /** The gradient of mean log loss + l2/2 |w|², the intercept last and not penalised. */
    static double[] gradient(LocalData data, ModelState model, double l2) {
        int width = data.features();
        float[] parameters = model.parameters();
        var gradient = new double[width + 1];
        for (int row = 0; row < data.rows(); row++) {
            double z = parameters[width];
            for (int feature = 0; feature < width; feature++) {
                z += (double) parameters[feature] * data.values()[row * width + feature];
            }
            double error = 1 / (1 + Math.exp(-z)) - data.labels()[row];
            for (int feature = 0; feature < width; feature++) {
                gradient[feature] += error * data.values()[row * width + feature] / data.rows();
            }
            gradient[width] += error / data.rows();
        }
        for (int feature = 0; feature < width; feature++) {
            gradient[feature] += l2 * parameters[feature];
        }
        return gradient;
    }
}
