package io.confide.coordinator.cluster;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.Views.EventView;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who reads the events of which job at this member, wherever the job is led. */
final class Readers {
    private final Map<JobId, List<Consumer<EventView>>> readers = new ConcurrentHashMap<>();
    private final Consumer<Set<JobId>> changed;

    /** @param changed hears of which jobs somebody reads, when that has changed */
    Readers(Consumer<Set<JobId>> changed) {
        this.changed = changed;
    }

    Set<JobId> jobs() {
        return Set.copyOf(readers.keySet());
    }

    Subscription add(JobId job, Consumer<EventView> reader) {
        readers.compute(
                job,
                (_, before) -> {
                    var all =
                            before == null
                                    ? new CopyOnWriteArrayList<Consumer<EventView>>()
                                    : before;
                    all.add(reader);
                    return all;
                });
        changed.accept(jobs());
        return () -> {
            readers.computeIfPresent(
                    job,
                    (_, all) -> {
                        all.remove(reader);
                        return all.isEmpty() ? null : all;
                    });
            changed.accept(jobs());
        };
    }

    void happened(JobId job, EventView event) {
        readers.getOrDefault(job, List.of()).forEach(reader -> reader.accept(event));
    }
}
