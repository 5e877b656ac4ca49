package io.confide.coordinator.backup;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.model.JobId;
import io.confide.coordinator.driver.UnledJob;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcJobStore;
import io.confide.coordinator.jdbc.JdbcLeases;
import io.confide.coordinator.jdbc.JdbcRoundLog;
import io.confide.coordinator.jdbc.PutBack;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What was done to a database that was put back to an older state.
 *
 * @param ended jobs that had not ended then
 * @param led jobs that a coordinator leads now, so that they are none of the past
 */
public record Aftermath(List<JobId> ended, List<JobId> led, PutBack.Voided voided) {
    private static final Duration LEASE = Duration.ofSeconds(10);

    public Aftermath {
        ended = List.copyOf(ended);
        led = List.copyOf(led);
    }

    static Aftermath settle(
            Database database, CoordinatorConfig config, Instant taken, Instant now) {
        var store = new JdbcJobStore(database);
        var leases = new JdbcLeases(database);
        var log = new JdbcRoundLog(database);
        var holder = config.cluster().map(Cluster::member).orElse(config.name());
        var sentence =
                "The coordinator was put back from a backup of %s, and since then the job may have gone further at its sites. Retry it."
                        .formatted(taken.truncatedTo(ChronoUnit.SECONDS));
        var ended = new ArrayList<JobId>();
        var led = new ArrayList<JobId>();
        for (var view : store.jobsSince(now)) {
            if (view.state().isLive()) {
                var job = JobId.of(view.id());
                var token = leases.take(job, holder, LEASE);
                boolean failed =
                        token.map(mine -> new UnledJob(store, log, view).fail(mine, sentence, now))
                                .orElse(false);
                (failed ? ended : led).add(job);
                token.ifPresent(mine -> leases.release(job, mine));
            }
        }
        return new Aftermath(ended, led, PutBack.voided(database, now));
    }
}
