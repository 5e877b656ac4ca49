package io.confide.coordinator.jdbc;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RoundView;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Writes log entries on one connection; keeps each statement prepared for the length of one append. */
final class EntryWriter implements AutoCloseable {
    private static final String OPENED =
            "INSERT INTO round_opened (job_id, round, epoch, task, opened_millis, open_body,"
                    + " open_signature) VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final String HAPPENED =
            "INSERT INTO round_event (job_id, round, sequence, body) VALUES (?, ?, ?, ?)";
    private static final String FOLDED =
            "INSERT INTO upload (job_id, round, site, vector_hash, signature) VALUES (?, ?, ?, ?,"
                    + " ?)";
    private static final String ENDED =
            "INSERT INTO round_summary (job_id, round, epoch, task, cohort, included, dropped,"
                    + " outcome, seconds, included_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String MODEL_STATE =
            "INSERT INTO model_state (job_id, slot, hash, body) VALUES (?, ?, ?, ?) ON CONFLICT"
                    + " (job_id, slot) DO UPDATE SET hash = excluded.hash, body = excluded.body";
    private static final String MODEL_STATES_OVER = "DELETE FROM model_state WHERE job_id = ?";
    private static final String RESULT =
            "INSERT INTO round_result (job_id, round, made_model, body, signature) VALUES (?, ?,"
                    + " ?, ?, ?)";
    private static final String AUDIT =
            "INSERT INTO round_audit (job_id, round, body) VALUES (?, ?, ?)";
    private static final String SUM =
            "INSERT INTO round_sum (job_id, round, sites) VALUES (?, ?, ?)";
    private static final String ABORT =
            "INSERT INTO round_abort (job_id, round, site_index, body, signature) VALUES (?, ?, ?,"
                    + " ?, ?)";
    private static final String EVALUATION =
            "INSERT INTO evaluation (job_id, round, sums) VALUES (?, ?, ?)";
    private static final String MET =
            "INSERT INTO site_met (job_id, site, boot_id, life) VALUES (?, ?, ?, ?) ON CONFLICT"
                    + " (job_id, site) DO UPDATE SET boot_id = excluded.boot_id, life ="
                    + " excluded.life";
    private static final String JOB =
            "UPDATE job SET state = ?, reason = ?, rounds_done = ?, epoch = ?, ended_millis = ?,"
                    + " metrics = ?, site_verdicts = ?, paused_by = ? WHERE id = ?";
    private static final String BEGUN = "INSERT INTO epoch_begun (job_id, epoch) VALUES (?, ?)";
    private static final String EVENT =
            "INSERT INTO job_event (job_id, sequence, at_millis, kind, data) VALUES (?, ?, ?, ?,"
                    + " ?)";
    private static final String MODEL =
            "INSERT INTO model (job_id, model_hash, created_millis) VALUES (?, ?, ?)";
    private static final String ARTIFACT =
            "INSERT INTO artifact (job_id, name, body) VALUES (?, ?, ?)";

    private final Connection connection;
    private final String job;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private int modelsRemoved;

    EntryWriter(Connection connection, JobId job) {
        this.connection = connection;
        this.job = job.toString();
    }

    void write(LogEntry entry) throws SQLException {
        switch (entry) {
            case LogEntry.RoundOpened e -> opened(e);
            case LogEntry.RoundHappened e -> {
                var row = statement(HAPPENED);
                row.setString(1, job);
                row.setLong(2, e.round());
                row.setLong(3, e.sequence());
                row.setBytes(4, RoundEventCodec.encode(e.event()));
                row.executeUpdate();
            }
            case LogEntry.UploadFolded e -> {
                var row = statement(FOLDED);
                row.setString(1, job);
                row.setLong(2, e.round());
                row.setString(3, e.site().value());
                row.setString(4, e.vectorHash().hex());
                row.setBytes(5, e.signature().unsafeArray());
                row.executeUpdate();
            }
            case LogEntry.RoundEnded(var view) -> ended(view);
            case LogEntry.ModelMade e -> {
                var row = statement(MODEL_STATE);
                row.setString(1, job);
                row.setString(2, e.slot());
                row.setString(3, e.hash().hex());
                row.setBytes(4, e.state().unsafeArray());
                row.executeUpdate();
            }
            case LogEntry.JobChanged(var view) -> changed(view);
            case LogEntry.EventShown(var event) -> {
                var row = statement(EVENT);
                row.setString(1, job);
                row.setLong(2, event.sequence());
                row.setLong(3, event.time().toEpochMilli());
                row.setString(4, event.kind());
                row.setString(5, Columns.json(event.data()));
                row.executeUpdate();
            }
            case LogEntry.ArtifactsMade e -> artifacts(e);
            case LogEntry.ResultSigned e -> result(e);
            case LogEntry.RoundAudited(var round, var record) -> {
                var row = statement(AUDIT);
                row.setString(1, job);
                row.setLong(2, round);
                row.setBytes(3, record.unsafeArray());
                row.executeUpdate();
            }
            case LogEntry.SumFixed(var round, var included) -> {
                var row = statement(SUM);
                row.setString(1, job);
                row.setLong(2, round);
                row.setString(3, Columns.json(included.stream().map(SiteId::value).toList()));
                row.executeUpdate();
            }
            case LogEntry.RoundWithdrawn e -> withdrawn(e);
            case LogEntry.Evaluated e -> {
                var row = statement(EVALUATION);
                row.setString(1, job);
                row.setLong(2, e.round());
                row.setString(3, Columns.json(e.sums()));
                row.executeUpdate();
            }
            case LogEntry.SiteMet e -> {
                var row = statement(MET);
                row.setString(1, job);
                row.setString(2, e.site().value());
                row.setBytes(3, e.bootId().unsafeArray());
                row.setLong(4, e.life());
                row.executeUpdate();
            }
            case LogEntry.EpochBegun(var epoch) -> {
                var row = statement(BEGUN);
                row.setString(1, job);
                row.setLong(2, epoch);
                row.executeUpdate();
            }
            case LogEntry.EpochMade e -> EpochRows.write(this::statement, job, e);
        }
    }

    private void result(LogEntry.ResultSigned e) throws SQLException {
        var row = statement(RESULT);
        row.setString(1, job);
        row.setLong(2, e.round());
        row.setInt(
                3,
                switch (e.newModel()) {
                    case MADE -> 1;
                    case NONE -> 0;
                });
        row.setBytes(4, e.result().body().unsafeArray());
        row.setBytes(5, e.result().signature().unsafeArray());
        row.executeUpdate();
    }

    private void withdrawn(LogEntry.RoundWithdrawn e) throws SQLException {
        for (var abort : e.proof().aborts().entrySet()) {
            var row = statement(ABORT);
            row.setString(1, job);
            row.setLong(2, e.round());
            row.setInt(3, abort.getKey());
            row.setBytes(4, abort.getValue().body().unsafeArray());
            row.setBytes(5, abort.getValue().signature().unsafeArray());
            row.executeUpdate();
        }
    }

    private void opened(LogEntry.RoundOpened e) throws SQLException {
        var row = statement(OPENED);
        row.setString(1, job);
        row.setLong(2, e.round());
        row.setLong(3, e.epoch());
        row.setString(4, e.task());
        row.setLong(5, e.at().toEpochMilli());
        row.setBytes(6, e.open().body().unsafeArray());
        row.setBytes(7, e.open().signature().unsafeArray());
        row.executeUpdate();
    }

    private void ended(RoundView view) throws SQLException {
        var row = statement(ENDED);
        row.setString(1, job);
        row.setLong(2, view.round());
        row.setLong(3, view.epoch());
        row.setString(4, view.task());
        row.setString(5, Columns.json(view.cohort()));
        row.setString(6, Columns.json(view.included()));
        row.setString(7, Columns.json(view.dropped()));
        row.setString(8, view.outcome());
        row.setDouble(9, view.seconds());
        row.setInt(10, view.included().size());
        row.executeUpdate();
    }

    private void changed(JobView view) throws SQLException {
        var row = statement(JOB);
        row.setString(1, view.state().name());
        setText(row, 2, view.reason());
        row.setInt(3, view.roundsDone());
        row.setLong(4, view.epoch());
        setMillis(row, 5, view.ended());
        row.setString(6, Columns.json(view.metrics()));
        row.setString(7, Columns.json(view.siteVerdicts()));
        setText(row, 8, view.pausedBy());
        row.setString(9, job);
        row.executeUpdate();
        if (view.ended().isPresent()) {
            EpochRows.forgetAll(this::statement, job);
            var models = statement(MODEL_STATES_OVER);
            models.setString(1, job);
            modelsRemoved += models.executeUpdate();
        }
    }

    /** How many models were removed that a job had worked on; what it has released is kept apart, and stays. */
    int modelsRemoved() {
        return modelsRemoved;
    }

    private void artifacts(LogEntry.ArtifactsMade e) throws SQLException {
        var model = statement(MODEL);
        model.setString(1, job);
        model.setString(2, e.modelHash().hex());
        model.setLong(3, e.at().toEpochMilli());
        model.executeUpdate();
        for (var file : e.files().entrySet()) {
            var row = statement(ARTIFACT);
            row.setString(1, job);
            row.setString(2, file.getKey());
            row.setBytes(3, file.getValue().unsafeArray());
            row.executeUpdate();
        }
    }

    static void setText(PreparedStatement row, int column, Optional<String> value)
            throws SQLException {
        if (value.isPresent()) {
            row.setString(column, value.get());
        } else {
            row.setNull(column, Types.VARCHAR);
        }
    }

    static void setMillis(PreparedStatement row, int column, Optional<Instant> value)
            throws SQLException {
        if (value.isPresent()) {
            row.setLong(column, value.get().toEpochMilli());
        } else {
            row.setNull(column, Types.BIGINT);
        }
    }

    private PreparedStatement statement(String sql) throws SQLException {
        var found = prepared.get(sql);
        if (found == null) {
            found = connection.prepareStatement(sql);
            prepared.put(sql, found);
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        for (var statement : prepared.values()) {
            statement.close();
        }
    }
}
