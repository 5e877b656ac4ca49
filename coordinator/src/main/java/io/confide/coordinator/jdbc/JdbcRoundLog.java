package io.confide.coordinator.jdbc;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.round.RoundEvent;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The journal of jobs in SQL. */
public final class JdbcRoundLog implements RoundLog {
    /** Takes the row lock of the lease, so that no takeover fits between this check and the commit. */
    private static final String FENCE =
            "UPDATE job_lease SET appends = appends + 1 WHERE job_id = ? AND fence = ?";

    private static final String READ =
            "SELECT body FROM round_event WHERE job_id = ? AND round = ? ORDER BY sequence";

    private final Database database;

    public JdbcRoundLog(Database database) {
        this.database = database;
    }

    @Override
    public List<RoundEvent> read(JobId job, long round) {
        return database.query(
                READ,
                row -> {
                    row.setString(1, job.toString());
                    row.setLong(2, round);
                },
                row -> RoundEventCodec.decode(row.getBytes(1)));
    }

    @Override
    public JobRecord recall(JobId job) {
        return new RecordReader(database, job).read(round -> read(job, round));
    }

    @Override
    public void append(JobId job, FencingToken token, List<LogEntry> entries)
            throws FencedException {
        boolean fenced =
                database.inTransaction(
                        connection -> {
                            if (!holds(connection, job, token)) {
                                return true;
                            }
                            try (var writer = new EntryWriter(connection, job)) {
                                for (var entry : entries) {
                                    writer.write(entry);
                                }
                            }
                            return false;
                        });
        if (fenced) {
            throw new FencedException(job, token);
        }
    }

    private static boolean holds(Connection connection, JobId job, FencingToken token)
            throws SQLException {
        return Database.update(
                        connection,
                        FENCE,
                        row -> {
                            row.setString(1, job.toString());
                            row.setLong(2, token.value());
                        })
                == 1;
    }
}
