package io.confide.participant.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import io.confide.common.encoding.Payloads;
import io.confide.common.metrics.Logits;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;
import io.confide.participant.port.Scorer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Trains and evaluates on libtorch. The same plan, task, model and data give the same bits on the same
 * machine with one thread on the CPU. A site without rows for a task contributes zeros and weight 0.
 */
public final class DjlTrainer implements LocalTrainer, Scorer {
    private static final byte[] BATCH_LABEL = "confide/batches".getBytes(StandardCharsets.UTF_8);
    private static final int FORWARD_ROWS_MAX = 16_384;

    private final TorchRuntime runtime;
    private final RowSelection selection;

    /** Trains on {@code runtime}, which this trainer owns from now on. */
    public DjlTrainer(TorchRuntime runtime) {
        this.runtime = runtime;
        selection = new RowSelection(runtime.root());
    }

    @Override
    public Map<String, double[]> run(Plan plan, Task task, ModelState model, LocalData data) {
        requireShape(plan, model, data);
        return switch (task) {
            case Task.Statistics(Fold fold) ->
                    StatisticsSums.of(data, RowSelection.training(plan, fold, data));
            case Task.Train(Fold fold) -> runtime.call(() -> train(plan, fold, model, data));
            case Task.Evaluate(Fold fold) -> runtime.call(() -> evaluate(plan, fold, model, data));
        };
    }

    @Override
    public double[] scores(ModelSpec spec, ModelState model, LocalData data) {
        return runtime.call(
                () -> {
                    var all = RowSelection.all(data);
                    try (var manager = runtime.root().newSubManager();
                            var rows = ResidentRows.of(manager, data, all, model.imputation(), 1)) {
                        var network = network(spec, model, data.features(), 1, manager);
                        var logits = logits(network, rows, manager);
                        return IntStream.range(0, rows.rows())
                                .mapToDouble(row -> logits.probability(row, 1))
                                .toArray();
                    }
                });
    }

    /** The GPU on which this trains; empty if it is the processor. */
    public Optional<String> accelerator() {
        return runtime.accelerator();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private Map<String, double[]> train(Plan plan, Fold fold, ModelState model, LocalData data) {
        ResidentRows rows = selection.trainingRows(plan, fold, model, data);
        if (rows.rows() == 0) {
            return contribution(new double[model.parameters().length], 0, 0);
        }
        try (NDManager manager = runtime.root().newSubManager()) {
            var network = network(plan, model, data, manager);
            double loss = meanLoss(logits(network, rows, manager), rows.labels());
            var steps =
                    new LocalSteps(
                            network, manager, plan.training().learningRate(), plan.training().l2());
            double[] direction =
                    switch (plan.training().mode()) {
                        case FEDAVG -> {
                            descend(plan, steps, rows, model);
                            yield difference(
                                    FlatParameters.read(network.ordered()), model.parameters());
                        }
                        case FEDSGD ->
                                difference(
                                        new float[model.parameters().length], steps.gradient(rows));
                    };
            requireFinite(plan, direction);
            var sums = plan.aggregation();
            double weight = Math.min(rows.rows(), sums.recordsMax()) / (double) sums.recordsMax();
            return contribution(
                    UpdateClipping.clipped(direction, sums.clipNorm(), weight), weight, loss);
        }
    }

    private static void descend(Plan plan, LocalSteps steps, ResidentRows rows, ModelState model) {
        Training training = plan.training();
        // Public and the same at every site; what matters is that a repeated round repeats the
        // order.
        RandomGenerator random =
                RandomGeneratorFactory.of("L64X128MixRandom")
                        .create(
                                Digest.of(
                                                BATCH_LABEL,
                                                plan.seed().unsafeArray(),
                                                model.hash().value().unsafeArray())
                                        .value()
                                        .toArray());
        for (int epoch = 0; epoch < training.localEpochs(); epoch++) {
            steps.epoch(rows, training.batchSize(), random);
        }
    }

    private Map<String, double[]> evaluate(Plan plan, Fold fold, ModelState model, LocalData data) {
        int[] held = RowSelection.held(plan, fold, data);
        try (var manager = runtime.root().newSubManager();
                var rows =
                        ResidentRows.of(
                                manager,
                                data,
                                held,
                                model.imputation(),
                                plan.study().dictionary().label().logits())) {
            var network = network(plan, model, data, manager);
            return EvaluationSums.of(
                    logits(network, rows, manager), rows.labels(), plan.evaluation().bins());
        }
    }

    private static LogitNetwork network(
            Plan plan, ModelState model, LocalData data, NDManager manager) {
        int logits = plan.study().dictionary().label().logits();
        return network(plan.model(), model, data.features(), logits, manager);
    }

    private static LogitNetwork network(
            ModelSpec spec, ModelState model, int features, int logits, NDManager manager) {
        var network = LogitNetwork.of(spec, features, logits, manager);
        FlatParameters.write(network.ordered(), model.parameters());
        return network;
    }

    private static Logits logits(LogitNetwork network, ResidentRows rows, NDManager manager) {
        int width = network.width();
        var logits = new double[rows.rows() * width];
        for (int from = 0; from < rows.rows(); from += FORWARD_ROWS_MAX) {
            int to = Math.min(rows.rows(), from + FORWARD_ROWS_MAX);
            try (NDManager piece = manager.newSubManager()) {
                NDArray x = rows.x().get(new NDIndex().addSliceDim(from, to));
                x.attach(piece);
                float[] values = network.logits(x).toFloatArray();
                for (int i = 0; i < values.length; i++) {
                    logits[from * width + i] = values[i];
                }
            }
        }
        return new Logits(logits, width);
    }

    private static double meanLoss(Logits logits, float[] labels) {
        double sum = 0;
        for (int row = 0; row < labels.length; row++) {
            sum += logits.logLoss(row, (int) labels[row]);
        }
        return sum / labels.length;
    }

    private static Map<String, double[]> contribution(double[] update, double weight, double loss) {
        return Map.of(
                Payloads.UPDATE, update,
                Payloads.WEIGHT, new double[] {weight},
                Payloads.LOSS, new double[] {weight * loss});
    }

    private static double[] difference(float[] to, float[] from) {
        var difference = new double[to.length];
        for (int i = 0; i < to.length; i++) {
            difference[i] = (double) to[i] - from[i];
        }
        return difference;
    }

    private static void requireFinite(Plan plan, double[] update) {
        for (double value : update) {
            if (!Double.isFinite(value)) {
                throw new ConfideException(
                        ErrorCode.NOT_FINITE,
                        "training of "
                                + plan.name()
                                + " diverged at this site: its update is not finite; lower the"
                                + " learning rate or the number of local epochs in the job");
            }
        }
    }

    private static void requireShape(Plan plan, ModelState model, LocalData data) {
        int features = plan.study().dictionary().inputs();
        if (data.features() != features || model.imputation().length != features) {
            throw new IllegalArgumentException(
                    "plan, model and data must have the same number of features");
        }
    }
}
