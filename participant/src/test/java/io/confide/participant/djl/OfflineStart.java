package io.confide.participant.djl;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Task;
import io.confide.common.model.Training;

import java.nio.ByteBuffer;
import java.util.List;

/** One round of training; prints a digest of its update. Runs in this process and in a fresh one. */
final class OfflineStart {
    private OfflineStart() {}

    public static void main(String[] args) {
        try (var trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.AUTO, 1))) {
            System.out.println(digest(trainer));
        }
    }

    static String digest(DjlTrainer trainer) {
        var training = new Training(Training.Mode.FEDAVG, 1, 3, 16, 0.1, 0.01);
        var plan = Plans.of(new ModelSpec.Mlp(List.of(8)), training, 5);
        var task = new Task.Train(new Fold.Held(2));
        double[] update =
                trainer.run(plan, task, InitialModel.of(plan), RandomRows.of(90, 5, 11))
                        .get(Payloads.UPDATE);
        var bytes = ByteBuffer.allocate(8 * update.length);
        bytes.asDoubleBuffer().put(update);
        return Digest.of(bytes.array()).hex();
    }
}
