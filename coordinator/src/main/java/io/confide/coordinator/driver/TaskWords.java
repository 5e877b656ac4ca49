package io.confide.coordinator.driver;

import io.confide.common.model.Fold;
import io.confide.common.model.Task;

/** What people read for a task, e.g. {@code train fold 2}. */
final class TaskWords {
    private TaskWords() {}

    static String of(Task task) {
        String kind =
                switch (task) {
                    case Task.Statistics _ -> "statistics";
                    case Task.Train _ -> "train";
                    case Task.Evaluate _ -> "evaluate";
                };
        return switch (task.fold()) {
            case Fold.All _ -> kind + " final";
            case Fold.Held(var index) -> kind + " fold " + index;
        };
    }
}
