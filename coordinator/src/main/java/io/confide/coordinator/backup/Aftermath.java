package io.confide.coordinator.backup;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.driver.UnledJob;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcJobStore;
import io.confide.coordinator.jdbc.JdbcLeases;
import io.confide.coordinator.jdbc.JdbcRoundLog;
import io.confide.coordinator.jdbc.PutBack;
import io.confide.coordinator.port.FencingToken;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

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

    /** Whose database that is. */
    enum Reach {
        /** A file of the new home, where nobody else works. */
        A_COPY,
        /** A server's, on which other coordinators may work. */
        SHARED
    }

    /** @throws ConfideException CONFLICT, with nothing changed, if somebody leads a job in a shared database now */
    static Aftermath settle(
            Database database, Reach reach, CoordinatorConfig config, Instant taken, Instant now) {
        var store = new JdbcJobStore(database);
        var leases = new JdbcLeases(database);
        var log = new JdbcRoundLog(database);
        var holder = config.cluster().map(Cluster::member).orElse(config.name());
        var sentence =
                "The coordinator was put back from a backup of %s, and since then the job may have gone further at its sites. Retry it."
                        .formatted(taken.truncatedTo(ChronoUnit.SECONDS));
        var live = store.jobsSince(now).stream().filter(view -> view.state().isLive()).toList();
        var tokens = new LinkedHashMap<JobId, FencingToken>();
        for (var view : live) {
            var job = JobId.of(view.id());
            var token =
                    switch (reach) {
                        case A_COPY -> leases.take(job, holder, LEASE);
                        case SHARED -> leases.takeFree(job, holder, LEASE);
                    };
            if (token.isEmpty()) {
                tokens.forEach(leases::release);
                throw new ConfideException(
                        ErrorCode.CONFLICT,
                        "A coordinator works on the job %s in this database now: stop every coordinator over it and try again after %d s, or, if the database was not put back, restore with --nothing-ran-since."
                                .formatted(job, LEASE.toSeconds()));
            }
            tokens.put(job, token.get());
        }
        var ended = new ArrayList<JobId>();
        var led = new ArrayList<JobId>();
        for (var view : live) {
            var job = JobId.of(view.id());
            var mine = Objects.requireNonNull(tokens.get(job));
            (new UnledJob(store, log, view).fail(mine, sentence, now) ? ended : led).add(job);
            leases.release(job, mine);
        }
        return new Aftermath(ended, led, PutBack.voided(database, now));
    }
}
