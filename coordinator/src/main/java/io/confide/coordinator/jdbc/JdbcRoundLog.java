package io.confide.coordinator.jdbc;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.round.RoundEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/** The journal of jobs in SQL. An append outlasts a database that is away for a while, and is made exactly once. */
public final class JdbcRoundLog implements RoundLog {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcRoundLog.class);

    /** Takes the row lock of the lease, so that no takeover fits between this check and the commit. */
    private static final String FENCE =
            "UPDATE job_lease SET appends = appends + 1 WHERE job_id = ? AND fence = ? RETURNING"
                    + " appends";

    private static final String READ =
            "SELECT body FROM round_event WHERE job_id = ? AND round = ? ORDER BY sequence";

    private final Database database;
    private final Patience patience;

    public JdbcRoundLog(Database database) {
        this(database, Patience.OF_A_JOB);
    }

    JdbcRoundLog(Database database, Patience patience) {
        this.database = database;
        this.patience = patience;
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
        patience.insist(new Attempt(job, token, entries)::make);
    }

    /** One append, tried until it is known to be committed: the answer to a commit can be lost with the connection. */
    private final class Attempt {
        private final JobId job;
        private final FencingToken token;
        private final List<LogEntry> entries;

        /** The number of this append among those of its job, once an attempt has come so far that it may be committed. */
        private OptionalLong number = OptionalLong.empty();

        private int modelsRemoved;

        Attempt(JobId job, FencingToken token, List<LogEntry> entries) {
            this.job = job;
            this.token = token;
            this.entries = entries;
        }

        void make() throws FencedException {
            boolean holds =
                    database.inTransaction(
                            connection -> {
                                var taken = take(connection);
                                if (taken.isPresent() && !isCommitted(taken.getAsLong())) {
                                    number = taken;
                                    write(connection);
                                }
                                return taken.isPresent();
                            });
            if (!holds) {
                throw new FencedException(job, token);
            }
            if (modelsRemoved > 0) {
                LOG.info("event=working-models-removed job={} models={}", job, modelsRemoved);
            }
        }

        /**
         * Only the holder of the token appends, and one at a time: if the number of an earlier attempt has been used, it was
         * used by this append.
         */
        private boolean isCommitted(long taken) {
            if (number.isPresent() && taken < number.getAsLong()) {
                throw new ConfideException(
                        ErrorCode.INTERNAL,
                        "The coordinator's database came back without what it had committed, e.g."
                                + " from an older copy; no job can go on over it.");
            }
            return number.isPresent() && taken > number.getAsLong();
        }

        private void write(Connection connection) throws SQLException {
            try (var writer = new EntryWriter(connection, job)) {
                for (var entry : entries) {
                    writer.write(entry);
                }
                modelsRemoved = writer.modelsRemoved();
            }
        }

        private OptionalLong take(Connection connection) throws SQLException {
            try (var statement = connection.prepareStatement(FENCE)) {
                statement.setString(1, job.toString());
                statement.setLong(2, token.value());
                try (var rows = statement.executeQuery()) {
                    return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
                }
            }
        }
    }
}
