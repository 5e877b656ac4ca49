package io.confide.participant.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Gradient steps of one network: mean log loss of a batch plus {@code l2/2} times the squared weights.
 * Training thread only, grad mode off between steps.
 */
final class LocalSteps {
    /** Longer batches are differentiated piece by piece, so that activations stay small. */
    private static final int PIECE_ROWS_MAX = 16_384;

    private final LogitNetwork network;
    private final NDManager manager;
    private final double l2;

    // Arithmetic with a Java number makes a tensor of it each time, so the numbers are made once.
    private final NDArray rate;
    private final NDArray penalty;
    private final Map<Integer, NDArray> shares = new HashMap<>();

    LocalSteps(LogitNetwork network, NDManager manager, double learningRate, double l2) {
        this.network = network;
        this.manager = manager;
        this.l2 = l2;
        rate = manager.create((float) learningRate);
        penalty = manager.create((float) l2);
    }

    /** One pass over {@code rows}: one step if {@code batchSize} is 0, else steps over shuffled batches. */
    void epoch(ResidentRows rows, int batchSize, RandomGenerator random) {
        if (batchSize == 0 || batchSize >= rows.rows()) {
            step(rows.x(), rows.y());
            return;
        }
        try (NDManager pass = manager.newSubManager()) {
            NDArray order = pass.create(permutation(rows.rows(), random));
            NDArray x = rows.x().get(order);
            NDArray y = rows.y().get(order);
            x.attach(pass);
            y.attach(pass);
            for (int from = 0; from < rows.rows(); from += batchSize) {
                int to = Math.min(rows.rows(), from + batchSize);
                try (NDManager batch = pass.newSubManager()) {
                    step(slice(batch, x, from, to), slice(batch, y, from, to));
                }
            }
        }
    }

    /** Returns the flat gradient at the current parameters over all of {@code rows}, penalty included. */
    float[] gradient(ResidentRows rows) {
        accumulate(rows.x(), rows.y());
        var parts = new ArrayList<float[]>();
        try (NDManager step = manager.newSubManager()) {
            for (Parameter parameter : network.ordered()) {
                parts.add(penalised(step, parameter).toFloatArray());
                clear(parameter);
            }
        }
        return concatenate(parts);
    }

    private void step(NDArray x, NDArray y) {
        accumulate(x, y);
        try (NDManager step = manager.newSubManager()) {
            for (Parameter parameter : network.ordered()) {
                NDArray change = penalised(step, parameter).muli(rate);
                parameter.getArray().subi(change);
                clear(parameter);
            }
        }
    }

    /** Leaves the gradient of the mean log loss in the parameters. */
    private void accumulate(NDArray x, NDArray y) {
        int rows = Math.toIntExact(x.getShape().get(0));
        for (int from = 0; from < rows; from += PIECE_ROWS_MAX) {
            int to = Math.min(rows, from + PIECE_ROWS_MAX);
            try (NDManager piece = manager.newSubManager()) {
                NDArray inputs = slice(piece, x, from, to);
                NDArray labels = slice(piece, y, from, to);
                TorchRuntime.differentiate(share(rows), () -> logLoss(network, inputs, labels));
            }
        }
    }

    /**
     * Sum of {@code softplus(z) - y z}, or of {@code -log softmax(z)} at each row's class. The first is not written with abs or
     * max, whose subgradient at z = 0 is 0: a model that starts at zero would never move.
     */
    private static NDArray logLoss(LogitNetwork network, NDArray inputs, NDArray labels) {
        NDArray logits = network.logits(inputs);
        return network.width() == 1
                ? Activation.softPlus(logits).sub(logits.mul(labels)).sum()
                : logits.logSoftmax(1).mul(labels).sum().neg();
    }

    /** The accumulated gradient plus the penalty's, on {@code step}; changes the accumulator itself. */
    private NDArray penalised(NDManager step, Parameter parameter) {
        NDArray gradient = parameter.getArray().getGradient();
        gradient.attach(step);
        if (l2 > 0 && parameter.getType() == Parameter.Type.WEIGHT) {
            NDArray weights = parameter.getArray().stopGradient();
            weights.attach(step);
            gradient.addi(weights.mul(penalty));
        }
        return gradient;
    }

    /** 1 / rows: what the sum of the losses is multiplied by. A pass has at most two batch sizes. */
    private NDArray share(int rows) {
        return shares.computeIfAbsent(rows, count -> manager.create(1f / count));
    }

    private static void clear(Parameter parameter) {
        JniUtils.zeroGrad((PtNDArray) parameter.getArray());
    }

    private static NDArray slice(NDManager manager, NDArray array, int from, int to) {
        // Never the array itself: what is computed from it goes to its manager.
        boolean whole = from == 0 && to == array.getShape().get(0);
        NDArray slice =
                whole ? array.stopGradient() : array.get(new NDIndex().addSliceDim(from, to));
        slice.attach(manager);
        return slice;
    }

    private static int[] permutation(int length, RandomGenerator random) {
        var order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static float[] concatenate(List<float[]> parts) {
        var flat = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int offset = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, flat, offset, part.length);
            offset += part.length;
        }
        return flat;
    }
}
