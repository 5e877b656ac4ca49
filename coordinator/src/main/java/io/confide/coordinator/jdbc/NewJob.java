package io.confide.coordinator.jdbc;

import io.confide.common.model.Bytes;
import io.confide.common.model.Study;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A job that was submitted, as it is first written; what is there already of it stays. */
record NewJob(JobView job, Bytes plan, Study study, Bytes roster) {
    private static final String INSERT =
            "INSERT INTO job (id, name, study, state, plan_hash, plan, reason, rounds_done,"
                + " rounds_planned, epoch, threshold, roster_size, submitted_millis, ended_millis,"
                + " metrics, site_verdicts, owner, roster, paused_by, retry_of, needed, priority)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON"
                + " CONFLICT (id) DO NOTHING";
    private static final String STUDY =
            "INSERT INTO study (name, purpose, accountable) VALUES (?, ?, ?) ON CONFLICT (name) DO"
                    + " ";

    private static final String AS_NOW =
            "UPDATE SET purpose = excluded.purpose, accountable = excluded.accountable";

    /** A retry brings its study as it was then. */
    private static final String AS_IT_IS = "NOTHING";

    void write(Connection connection) throws SQLException {
        if (job.state() == JobState.QUEUED) {
            JdbcPlaces.requireRoom(connection, job.id());
        }
        keepStudy(connection);
        Database.update(connection, INSERT, this::bind);
    }

    private void keepStudy(Connection connection) throws SQLException {
        String ifKnown = job.retryOf().isEmpty() ? AS_NOW : AS_IT_IS;
        Database.update(
                connection,
                STUDY + ifKnown,
                row -> {
                    row.setString(1, study.name());
                    row.setString(2, study.purpose());
                    row.setString(3, study.accountable());
                });
    }

    private void bind(PreparedStatement row) throws SQLException {
        row.setString(1, job.id());
        row.setString(2, job.name());
        row.setString(3, job.study());
        row.setString(4, job.state().name());
        row.setString(5, job.planHash());
        row.setBytes(6, plan.unsafeArray());
        EntryWriter.setText(row, 7, job.reason());
        row.setInt(8, job.roundsDone());
        row.setInt(9, job.roundsPlanned());
        row.setLong(10, job.epoch());
        row.setInt(11, job.threshold());
        row.setInt(12, job.rosterSize());
        row.setLong(13, job.submitted().toEpochMilli());
        EntryWriter.setMillis(row, 14, job.ended());
        row.setString(15, Columns.json(job.metrics()));
        row.setString(16, Columns.json(job.siteVerdicts()));
        row.setString(17, job.owner());
        row.setBytes(18, roster.unsafeArray());
        EntryWriter.setText(row, 19, job.pausedBy());
        EntryWriter.setText(row, 20, job.retryOf());
        row.setInt(21, job.needed());
        row.setString(22, job.priority().name());
    }
}
