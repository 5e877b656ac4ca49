package io.confide.coordinator.driver;

import io.confide.common.encoding.Payloads;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.HashMap;
import java.util.Map;

/** What a simulated site makes of a task. */
interface SimWork {
    /** The values of each segment of the task's payload. */
    Map<String, double[]> payload(Plan plan, Task task, ModelState model, long round);

    /** All segments of {@code task}, with zeros. */
    static Map<String, double[]> nothing(Plan plan, Task task) {
        var payload = new HashMap<String, double[]>();
        for (var segment : Payloads.segments(plan, task)) {
            payload.put(segment.name(), new double[segment.length()]);
        }
        return payload;
    }
}
