package io.confide.participant.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.model.ModelSpec;

import java.util.ArrayList;
import java.util.List;

/** Linear layers with ReLU between and one logit at the end, or one per class; logistic regression has no hidden layer. */
final class LogitNetwork extends AbstractBlock {
    private final List<LinearLayer> layers = new ArrayList<>();
    private final int logits;

    private LogitNetwork(int features, List<Integer> hidden, int logits) {
        this.logits = logits;
        int in = features;
        for (int width : hidden) {
            layers.add(addChildBlock("linear", new LinearLayer(in, width)));
            in = width;
        }
        layers.add(addChildBlock("linear", new LinearLayer(in, logits)));
    }

    /** Builds the network on {@code manager}, all zero; its parameters are in the manifest's order. */
    static LogitNetwork of(ModelSpec spec, int features, int logits, NDManager manager) {
        List<Integer> hidden =
                switch (spec) {
                    case ModelSpec.Logistic _ -> List.of();
                    case ModelSpec.Mlp mlp -> mlp.hidden();
                };
        var network = new LogitNetwork(features, hidden, logits);
        network.initialize(manager, DataType.FLOAT32, new Shape(1, features));
        network.requireOrder(ParameterManifest.of(spec, features, logits));
        return network;
    }

    /** The parameters in the order of the flat vector. */
    List<Parameter> ordered() {
        return getParameters().values();
    }

    /**
     * Returns the logits of {@code x} ({@code rows x features}) on its manager: {@code rows} of them if there is one per row,
     * else {@code rows x logits}.
     */
    NDArray logits(NDArray x) {
        var store = new ParameterStore(x.getManager(), false);
        NDArray all = forward(store, new NDList(x), true, null).singletonOrThrow();
        return logits == 1 ? all.reshape(-1) : all;
    }

    /** How many logits a row has. */
    int width() {
        return logits;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore store,
            NDList inputs,
            boolean training,
            PairList<String, Object> parameters) {
        NDList x = inputs;
        for (LinearLayer layer : layers) {
            x = layer.forward(store, layer == layers.getFirst() ? x : Activation.relu(x), training);
        }
        return x;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
        return new Shape[] {new Shape(inputs[0].get(0), logits)};
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputs) {
        Shape[] shapes = inputs;
        for (LinearLayer layer : layers) {
            layer.initialize(manager, type, shapes);
            shapes = layer.getOutputShapes(shapes);
        }
    }

    private void requireOrder(ParameterManifest manifest) {
        List<Parameter> parameters = ordered();
        boolean same = parameters.size() == manifest.tensors().size();
        for (int i = 0; same && i < parameters.size(); i++) {
            same = parameters.get(i).getShape().size() == manifest.tensors().get(i).count();
        }
        if (!same) {
            throw new IllegalStateException("the network's parameters differ from the manifest's");
        }
    }
}
