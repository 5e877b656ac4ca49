package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.Roll;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/** What people learn of the course of one round; its end is told by {@link RoundEnding}. */
final class RoundNews {
    private final JobParts parts;
    private final long round;
    private final RoundTiming timing;

    RoundNews(JobParts parts, long round, RoundTiming timing) {
        this.parts = parts;
        this.round = round;
        this.timing = timing;
    }

    void opened(long epoch, String task, SortedSet<SiteId> cohort) {
        keep(
                "roundOpened",
                Map.of(
                        "round",
                        round,
                        "epoch",
                        epoch,
                        "task",
                        task,
                        "cohort",
                        names(cohort),
                        "deadlineSeconds",
                        timing.time().toSeconds(),
                        "planSeconds",
                        timing.whole().toSeconds()));
    }

    /** Tells of each site that has dropped since. */
    void drops(Roll before, Roll now) {
        now.dropped()
                .forEach(
                        (site, drop) -> {
                            if (!drop.equals(before.dropped().get(site))) {
                                keep(
                                        "dropped",
                                        Map.of(
                                                "round", round,
                                                "site", site.value(),
                                                "step", drop.step().word(),
                                                "reason", timing.reason(drop)));
                            }
                        });
    }

    private void keep(String kind, Map<String, Object> data) {
        parts.feed().keep(parts.journal(), kind, data);
    }

    static List<String> names(Iterable<SiteId> sites) {
        var names = new ArrayList<String>();
        sites.forEach(site -> names.add(site.value()));
        return List.copyOf(names);
    }
}
