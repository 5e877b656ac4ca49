package io.confide.participant.port;

import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.Map;

/** Computes a site's contribution to one round. Deterministic for the same arguments. Single-threaded per instance. */
public interface LocalTrainer extends AutoCloseable {
    /**
     * The values of every segment of the round's payload by name, before encoding: for training {@code
     * update} (already clipped and multiplied by the weight), {@code weight}, {@code loss}, {@code rows}; for
     * evaluation {@code positives}, {@code negatives}, {@code scoreSums}, {@code loss}, ..; see {@code
     * common.encoding.Payloads}.
     */
    Map<String, double[]> run(Plan plan, Task task, ModelState model, LocalData data);

    @Override
    void close();
}
