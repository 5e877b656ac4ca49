package io.confide.coordinator.driver;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.PrivacyView;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What follows from the plans of jobs alone, worked out once for each plan while people look at it. Thread-safe. */
final class KnownPlans {
    static final int PLANS_MAX = 256;

    private final JobStore store;
    private final Map<Key, Figures> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Figures> eldest) {
                    return size() > PLANS_MAX;
                }
            };

    private record Key(String planHash, int sites) {}

    /** @param privacy empty without a guarantee */
    record Figures(Optional<PrivacyView> privacy, PlanCost cost) {}

    KnownPlans(JobStore store) {
        this.store = store;
    }

    /** Empty if another version kept the plan. */
    Optional<Figures> of(JobView job) {
        var key = new Key(job.planHash(), job.rosterSize());
        var found = find(key);
        if (found.isPresent()) {
            return found;
        }
        var figures =
                store.plan(JobId.of(job.id()))
                        .flatMap(PlanPage::readable)
                        .map(
                                plan ->
                                        new Figures(
                                                PrivacyPage.of(plan),
                                                new PlanCost(plan, job.rosterSize())));
        figures.ifPresent(value -> remember(key, value));
        return figures;
    }

    private synchronized Optional<Figures> find(Key key) {
        return Optional.ofNullable(known.get(key));
    }

    private synchronized void remember(Key key, Figures figures) {
        known.put(key, figures);
    }
}
