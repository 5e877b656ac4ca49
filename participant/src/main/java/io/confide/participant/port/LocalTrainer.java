package io.confide.participant.port;

import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.Map;

/** Computes a site's contribution to one round. Deterministic for the same arguments. Single-threaded per instance. */
public interface LocalTrainer extends AutoCloseable {
    /**
     * The values of every segment of the round's payload by name, before encoding; names and lengths are those of
     * {@code common.encoding.Payloads}. An update is already clipped and multiplied by the site's weight. A
     * site without rows for the task contributes zeros.
     */
    Map<String, double[]> run(Plan plan, Task task, ModelState model, LocalData data);

    @Override
    void close();
}
