package io.confide.participant.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

/**
 * {@code y = x Wᵀ + b} with W of {@code out x in}, b of {@code out}. Our own, rather than DJL's, so that
 * the same layer can later keep what per-example clipping needs (its input and the gradient of its output).
 */
final class LinearLayer extends AbstractBlock {
    private final Parameter weight;
    private final Parameter bias;
    private final int out;

    LinearLayer(int in, int out) {
        this.out = out;
        weight = addParameter(parameter("weight", Parameter.Type.WEIGHT, new Shape(out, in)));
        bias = addParameter(parameter("bias", Parameter.Type.BIAS, new Shape(out)));
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> parameters) {
        NDArray x = inputs.singletonOrThrow();
        return Linear.linear(
                x,
                store.getValue(weight, x.getDevice(), training),
                store.getValue(bias, x.getDevice(), training));
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {new Shape(inputs[0].get(0), out)};
    }

    /** Zeros: every value is written from the round's model before the layer is used. */
    private static Parameter parameter(String name, Parameter.Type type, Shape shape) {
        return Parameter.builder()
                .setName(name)
                .setType(type)
                .optShape(shape)
                .optInitializer(Initializer.ZEROS)
                .build();
    }
}
