package io.confide.participant.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Copies between the network's tensors and the flat vector of the manifest. On the CPU through a direct view of each
 * tensor's own memory; the view is taken anew each time because {@code set} would leave it dangling.
 */
final class FlatParameters {
    private FlatParameters() {}

    /** Returns all values in the manifest's order. */
    static float[] read(List<Parameter> parameters) {
        var flat = new float[count(parameters)];
        int offset = 0;
        for (Parameter parameter : parameters) {
            FloatBuffer view = view(parameter.getArray());
            int length = view.remaining();
            view.get(flat, offset, length);
            offset += length;
        }
        return flat;
    }

    /** Overwrites all values; {@code flat} has exactly their number. */
    static void write(List<Parameter> parameters, float[] flat) {
        if (flat.length != count(parameters)) {
            throw new IllegalArgumentException(
                    "expected " + count(parameters) + " parameters, not " + flat.length);
        }
        int offset = 0;
        for (Parameter parameter : parameters) {
            int length = Math.toIntExact(parameter.getShape().size());
            write(parameter.getArray(), flat, offset, length);
            offset += length;
        }
    }

    /** Overwrites {@code target} with {@code length} values of {@code source} from {@code offset}. */
    static void write(NDArray target, float[] source, int offset, int length) {
        if (Device.cpu().equals(target.getDevice())) {
            view(target).put(source, offset, length);
            return;
        }
        // A view of a GPU tensor is a view of a copy: send the values over in one piece instead.
        try (NDManager transfer = target.getManager().newSubManager()) {
            NDArray sent =
                    transfer.create(FloatBuffer.wrap(source, offset, length), target.getShape());
            sent.copyTo(target);
        }
    }

    private static FloatBuffer view(NDArray array) {
        return array.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static int count(List<Parameter> parameters) {
        return parameters.stream()
                .mapToInt(parameter -> Math.toIntExact(parameter.getShape().size()))
                .sum();
    }
}
