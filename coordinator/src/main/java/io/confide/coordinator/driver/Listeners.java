package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.Views.EventView;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Who hears of every event of every job here, also of those that have not begun. */
final class Listeners {
    private final List<BiConsumer<JobId, EventView>> all = new CopyOnWriteArrayList<>();

    Subscription add(BiConsumer<JobId, EventView> listener) {
        all.add(listener);
        return () -> all.remove(listener);
    }

    Subscription addFor(JobId job, Consumer<EventView> listener) {
        return add(
                (about, event) -> {
                    if (about.equals(job)) {
                        listener.accept(event);
                    }
                });
    }

    void happened(JobId job, EventView event) {
        all.forEach(each -> each.accept(job, event));
    }
}
