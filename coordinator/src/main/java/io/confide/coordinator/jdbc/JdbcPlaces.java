package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;
import io.confide.coordinator.job.JobQueue;
import io.confide.coordinator.job.JobQueue.Entry;
import io.confide.coordinator.port.Places;
import io.confide.coordinator.port.Views.JobState;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Places as states of jobs. Whoever gives one away holds the only row of {@code queue_turn} until the commit. */
public final class JdbcPlaces implements Places {
    private static final String TURN = "UPDATE queue_turn SET turns = turns + 1";

    /** What a job's sites say of its plan has a key for each site of its roster. */
    private static final String NOT_ENDED =
            "SELECT id, study, state, priority, submitted_millis, site_verdicts FROM job WHERE"
                    + " ended_millis IS NULL";

    private static final String BEGIN =
            "UPDATE job SET state = 'AWAITING_APPROVAL' WHERE id = ? AND state = 'QUEUED'";
    private static final String WAITING =
            "SELECT COUNT(*) FROM job WHERE ended_millis IS NULL AND state = 'QUEUED' AND id <> ?";

    private final Database database;

    public JdbcPlaces(Database database) {
        this.database = database;
    }

    @Override
    public JobQueue queue(JobLimits limits, Instant now) {
        var reading = new Reading();
        database.query(NOT_ENDED, row -> {}, reading::add);
        return reading.queue(limits, now);
    }

    @Override
    public boolean begin(JobId job, JobLimits limits, Instant now) {
        return database.inTransaction(
                connection -> {
                    Database.update(connection, TURN, row -> {});
                    var next = queue(connection, limits, now).next();
                    return next.filter(job::equals).isPresent()
                            && Database.update(
                                            connection,
                                            BEGIN,
                                            row -> row.setString(1, job.toString()))
                                    == 1;
                });
    }

    private static JobQueue queue(Connection connection, JobLimits limits, Instant now)
            throws SQLException {
        var reading = new Reading();
        try (var query = connection.prepareStatement(NOT_ENDED);
                var rows = query.executeQuery()) {
            while (rows.next()) {
                reading.add(rows);
            }
        }
        return reading.queue(limits, now);
    }

    /** Throws ConfideException(TOO_OFTEN) if beside {@code job} as many wait as may; no other joins before the commit. */
    static void requireRoom(Connection connection, String job) throws SQLException {
        Database.update(connection, TURN, row -> {});
        try (var query = connection.prepareStatement(WAITING)) {
            query.setString(1, job);
            try (var rows = query.executeQuery()) {
                rows.next();
                if (rows.getInt(1) >= WAITING_MAX) {
                    throw new ConfideException(
                            ErrorCode.TOO_OFTEN,
                            "%d jobs wait in the queue, and no more may; submit the job again when some have begun, or cancel some."
                                    .formatted(WAITING_MAX));
                }
            }
        }
    }

    /** Jobs that wait all have the same words of the same sites, so these are parsed once. */
    private static final class Reading {
        private final List<Entry> waiting = new ArrayList<>();
        private final List<Entry> begun = new ArrayList<>();
        private final Map<String, Set<SiteId>> sites = new HashMap<>();

        JobId add(ResultSet row) throws SQLException {
            var entry =
                    new Entry(
                            JobId.of(row.getString("id")),
                            row.getString("study"),
                            sites.computeIfAbsent(row.getString("site_verdicts"), Reading::sites),
                            Priority.valueOf(row.getString("priority")),
                            Columns.instant(row, "submitted_millis"));
            boolean waits = JobState.valueOf(row.getString("state")) == JobState.QUEUED;
            (waits ? waiting : begun).add(entry);
            return entry.job();
        }

        private static Set<SiteId> sites(String verdicts) {
            return Columns.parse(verdicts, new TypeReference<Map<String, String>>() {})
                    .keySet()
                    .stream()
                    .map(SiteId::new)
                    .collect(Collectors.toUnmodifiableSet());
        }

        JobQueue queue(JobLimits limits, Instant now) {
            return new JobQueue(waiting, begun, limits, now);
        }
    }
}
