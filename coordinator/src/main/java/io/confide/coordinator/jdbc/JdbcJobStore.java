package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Study;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.StudyView;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What people read about jobs, from SQL. */
public final class JdbcJobStore implements JobStore {
    private static final String INSERT =
            "INSERT INTO job (id, name, study, state, plan_hash, plan, reason, rounds_done,"
                + " rounds_planned, epoch, threshold, roster_size, submitted_millis, ended_millis,"
                + " metrics, site_verdicts, owner, roster, paused_by, retry_of) VALUES (?, ?, ?, ?,"
                + " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    private static final String STUDY =
            "INSERT INTO study (name, purpose, accountable) VALUES (?, ?, ?) ON CONFLICT (name) DO"
                    + " ";

    private static final String AS_NOW =
            "UPDATE SET purpose = excluded.purpose, accountable = excluded.accountable";

    /** A retry brings its study as it was then. */
    private static final String AS_IT_IS = "NOTHING";

    private static final String MODELS =
            "SELECT model.job_id, job.name, model.model_hash, model.created_millis FROM model JOIN"
                    + " job ON job.id = model.job_id ORDER BY model.created_millis DESC";

    private static final String PREVIOUS =
            "SELECT other.* FROM job other JOIN job newer ON newer.name = other.name AND"
                + " newer.study = other.study WHERE newer.id = ? AND (other.submitted_millis <"
                + " newer.submitted_millis OR (other.submitted_millis = newer.submitted_millis AND"
                + " other.id < newer.id)) ORDER BY other.submitted_millis DESC, other.id DESC LIMIT"
                + " 1";

    private final Database database;
    private final Patience patience;

    public JdbcJobStore(Database database) {
        this(database, Patience.OF_A_PERSON);
    }

    JdbcJobStore(Database database, Patience patience) {
        this.database = database;
        this.patience = patience;
    }

    @Override
    public void insert(JobView job, Bytes plan, Study study, Bytes roster) {
        // The id is new, so a row that is there already is of an attempt whose answer was lost.
        patience.insist(
                () ->
                        database.inTransaction(
                                connection -> {
                                    keep(
                                            connection,
                                            study,
                                            job.retryOf().isEmpty() ? AS_NOW : AS_IT_IS);
                                    return Database.update(
                                            connection,
                                            INSERT,
                                            row -> bind(row, job, plan, roster));
                                }));
    }

    private static void keep(Connection connection, Study study, String ifKnown)
            throws SQLException {
        Database.update(
                connection,
                STUDY + ifKnown,
                row -> {
                    row.setString(1, study.name());
                    row.setString(2, study.purpose());
                    row.setString(3, study.accountable());
                });
    }

    private static void bind(java.sql.PreparedStatement row, JobView job, Bytes plan, Bytes roster)
            throws SQLException {
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
    }

    @Override
    public List<JobView> jobs() {
        return database.query(
                "SELECT * FROM job ORDER BY submitted_millis DESC, id",
                row -> {},
                JdbcJobStore::jobView);
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return database.find(
                "SELECT * FROM job WHERE id = ?",
                row -> row.setString(1, job.toString()),
                JdbcJobStore::jobView);
    }

    @Override
    public Optional<JobView> previous(JobId job) {
        return database.find(
                PREVIOUS, row -> row.setString(1, job.toString()), JdbcJobStore::jobView);
    }

    @Override
    public Optional<Bytes> plan(JobId job) {
        return database.find(
                "SELECT plan FROM job WHERE id = ?",
                row -> row.setString(1, job.toString()),
                row -> Bytes.wrap(row.getBytes(1)));
    }

    @Override
    public Optional<Bytes> roster(JobId job) {
        return database.find(
                "SELECT roster FROM job WHERE id = ? AND roster IS NOT NULL",
                row -> row.setString(1, job.toString()),
                row -> Bytes.wrap(row.getBytes(1)));
    }

    @Override
    public List<RoundView> rounds(JobId job) {
        return database.query(
                "SELECT * FROM round_summary WHERE job_id = ? ORDER BY round",
                row -> row.setString(1, job.toString()),
                JdbcJobStore::roundView);
    }

    @Override
    public Optional<RoundRecord> round(JobId job, long round) {
        return new RoundRows(database, job, round).read();
    }

    @Override
    public List<EventView> events(JobId job, long after) {
        return database.query(
                "SELECT * FROM job_event WHERE job_id = ? AND sequence > ? ORDER BY sequence",
                row -> {
                    row.setString(1, job.toString());
                    row.setLong(2, after);
                },
                row ->
                        new EventView(
                                row.getLong("sequence"),
                                Columns.instant(row, "at_millis"),
                                row.getString("kind"),
                                Columns.parse(
                                        row.getString("data"),
                                        new TypeReference<Map<String, Object>>() {})));
    }

    @Override
    public List<StudyView> studies() {
        return database.query(
                "SELECT name, purpose, accountable FROM study ORDER BY name",
                row -> {},
                row -> new StudyView(row.getString(1), row.getString(2), row.getString(3)));
    }

    @Override
    public List<ModelView> models() {
        return database.query(
                MODELS,
                row -> {},
                row ->
                        new ModelView(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                Columns.instant(row, "created_millis"),
                                files(row.getString(1))));
    }

    private List<String> files(String job) {
        return database.query(
                "SELECT name FROM artifact WHERE job_id = ? ORDER BY name",
                row -> row.setString(1, job),
                row -> row.getString(1));
    }

    @Override
    public boolean hasArtifact(JobId job, String name) {
        return database.find(
                        "SELECT 1 FROM artifact WHERE job_id = ? AND name = ?",
                        row -> {
                            row.setString(1, job.toString());
                            row.setString(2, name);
                        },
                        row -> row.getInt(1))
                .isPresent();
    }

    @Override
    public Optional<Bytes> artifact(JobId job, String name) {
        return database.find(
                "SELECT body FROM artifact WHERE job_id = ? AND name = ?",
                row -> {
                    row.setString(1, job.toString());
                    row.setString(2, name);
                },
                row -> Bytes.wrap(row.getBytes(1)));
    }

    @Override
    public Optional<Bytes> modelState(Digest hash) {
        return database.find(
                "SELECT body FROM model_state WHERE hash = ?",
                row -> row.setString(1, hash.hex()),
                row -> Bytes.wrap(row.getBytes(1)));
    }

    private static JobView jobView(ResultSet row) throws SQLException {
        return new JobView(
                row.getString("id"),
                row.getString("name"),
                row.getString("study"),
                row.getString("owner"),
                JobState.valueOf(row.getString("state")),
                row.getString("plan_hash"),
                Columns.text(row, "reason"),
                row.getInt("rounds_done"),
                row.getInt("rounds_planned"),
                row.getLong("epoch"),
                row.getInt("threshold"),
                row.getInt("roster_size"),
                Columns.instant(row, "submitted_millis"),
                Columns.maybeInstant(row, "ended_millis"),
                Columns.parse(row.getString("metrics"), new TypeReference<>() {}),
                Columns.parse(row.getString("site_verdicts"), new TypeReference<>() {}),
                Columns.text(row, "paused_by"),
                Columns.text(row, "retry_of"));
    }

    static RoundView roundView(ResultSet row) throws SQLException {
        return new RoundView(
                row.getLong("round"),
                row.getLong("epoch"),
                row.getString("task"),
                Columns.parse(row.getString("cohort"), new TypeReference<List<String>>() {}),
                Columns.parse(row.getString("included"), new TypeReference<List<String>>() {}),
                Columns.parse(row.getString("dropped"), new TypeReference<List<DroppedView>>() {}),
                row.getString("outcome"),
                row.getDouble("seconds"));
    }
}
