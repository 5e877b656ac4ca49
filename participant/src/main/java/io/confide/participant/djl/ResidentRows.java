package io.confide.participant.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import io.confide.participant.port.LocalData;

/**
 * Chosen rows of a dataset on the device, missing values replaced, kept over the rounds of a fold: inputs made anew per
 * step would pile up direct buffers that no collection frees in time.
 */
final class ResidentRows implements AutoCloseable {
    private final NDManager manager;
    private final NDArray x;
    private final NDArray y;
    private final float[] labels;

    private ResidentRows(NDManager manager, NDArray x, NDArray y, float[] labels) {
        this.manager = manager;
        this.x = x;
        this.y = y;
        this.labels = labels;
    }

    /**
     * Copies {@code rows} (indices into {@code data}); {@code imputation} stands in for NaN, per feature.
     *
     * @param logits of a row: with more than one, {@link #y} has a column for each class
     */
    static ResidentRows of(
            NDManager root, LocalData data, int[] rows, float[] imputation, int logits) {
        int width = data.features();
        var values = new float[rows.length * width];
        var labels = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = data.labels()[rows[i]];
            for (int feature = 0; feature < width; feature++) {
                float value = data.values()[rows[i] * width + feature];
                values[i * width + feature] = Float.isNaN(value) ? imputation[feature] : value;
            }
        }
        NDManager manager = root.newSubManager();
        NDArray x = manager.zeros(new Shape(rows.length, width));
        NDArray y =
                manager.zeros(
                        logits == 1 ? new Shape(rows.length) : new Shape(rows.length, logits));
        if (rows.length > 0) {
            FlatParameters.write(x, values, 0, values.length);
            float[] targets = logits == 1 ? labels : oneHot(labels, logits);
            FlatParameters.write(y, targets, 0, targets.length);
        }
        return new ResidentRows(manager, x, y, labels);
    }

    private static float[] oneHot(float[] labels, int classes) {
        var targets = new float[labels.length * classes];
        for (int row = 0; row < labels.length; row++) {
            targets[row * classes + (int) labels[row]] = 1;
        }
        return targets;
    }

    int rows() {
        return labels.length;
    }

    /** {@code rows x features}. */
    NDArray x() {
        return x;
    }

    /** 0 or 1 per row, or {@code rows x classes} with a 1 at each row's class. */
    NDArray y() {
        return y;
    }

    /** The labels again, for arithmetic in Java. Read only. */
    float[] labels() {
        return labels;
    }

    @Override
    public void close() {
        manager.close();
    }
}
