package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.port.RoundTally;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.StudyView;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** What people read about jobs, from SQL. */
public final class JdbcJobStore implements JobStore {
    /** Not the plan and the roster, which are large: whoever needs one asks for it. */
    private static final String COLUMNS =
            "id, name, study, owner, state, plan_hash, reason, rounds_done, rounds_planned, epoch,"
                    + " threshold, roster_size, submitted_millis, ended_millis, metrics, paused_by,"
                    + " retry_of, needed, priority";

    private static final String VIEW = COLUMNS + ", site_verdicts";
    private static final String BRIEF = COLUMNS + ", '{}' AS site_verdicts";

    private static final String NEWEST_FIRST =
            " FROM job WHERE %s ORDER BY submitted_millis DESC, id";

    private static final String PREVIOUS =
            "SELECT other.* FROM job other JOIN job newer ON newer.name = other.name AND"
                + " newer.study = other.study WHERE newer.id = ? AND (other.submitted_millis <"
                + " newer.submitted_millis OR (other.submitted_millis = newer.submitted_millis AND"
                + " other.id < newer.id)) ORDER BY other.submitted_millis DESC, other.id DESC LIMIT"
                + " 1";

    private static final String MET =
            "SELECT met.job_id, met.site, met.boot_id FROM site_met met JOIN job ON job.id ="
                    + " met.job_id WHERE job.ended_millis IS NULL";

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
                                    new NewJob(job, plan, study, roster).write(connection);
                                    return job;
                                }));
    }

    @Override
    public List<JobView> jobs() {
        return database.query(
                "SELECT " + VIEW + NEWEST_FIRST.formatted("1 = 1"),
                row -> {},
                JdbcJobStore::jobView);
    }

    @Override
    public List<JobView> jobList() {
        return database.query(
                "SELECT " + BRIEF + NEWEST_FIRST.formatted("1 = 1"),
                row -> {},
                JdbcJobStore::jobView);
    }

    @Override
    public List<JobView> jobsSince(Instant since) {
        return database.query(
                "SELECT "
                        + VIEW
                        + NEWEST_FIRST.formatted("ended_millis IS NULL OR ended_millis > ?"),
                row -> row.setLong(1, since.toEpochMilli()),
                JdbcJobStore::jobView);
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return database.find(
                "SELECT " + VIEW + " FROM job WHERE id = ?",
                row -> row.setString(1, job.toString()),
                JdbcJobStore::jobView);
    }

    @Override
    public SortedMap<JobId, SortedMap<SiteId, Bytes>> processes() {
        var jobs = new TreeMap<JobId, SortedMap<SiteId, Bytes>>();
        for (var met : database.query(MET, row -> {}, JdbcJobStore::met)) {
            jobs.computeIfAbsent(met.job(), _ -> new TreeMap<>()).put(met.site(), met.bootId());
        }
        return jobs;
    }

    private record Met(JobId job, SiteId site, Bytes bootId) {}

    private static Met met(ResultSet row) throws SQLException {
        return new Met(
                JobId.of(row.getString(1)),
                new SiteId(row.getString(2)),
                Bytes.wrap(row.getBytes(3)));
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
                RoundRows::view);
    }

    @Override
    public List<RoundView> rounds(JobId job, int last) {
        return database.query(
                "SELECT * FROM (SELECT * FROM round_summary WHERE job_id = ? ORDER BY round DESC"
                        + " LIMIT ?) AS newest ORDER BY round",
                row -> {
                    row.setString(1, job.toString());
                    row.setInt(2, last);
                },
                RoundRows::view);
    }

    @Override
    public RoundTally tally(JobId job) {
        return new TallyRows(database, job).read();
    }

    @Override
    public Optional<RoundRecord> round(JobId job, long round) {
        return new RoundRows(database, job, round).read();
    }

    @Override
    public Optional<Bytes> audit(JobId job, long round) {
        return new RoundRows(database, job, round).audit();
    }

    @Override
    public List<SortedSet<SiteId>> sumsBefore(JobId job, long round) {
        return new RoundRows(database, job, round).past();
    }

    @Override
    public List<EventView> events(JobId job, long after) {
        return new EventRows(database, job).after(after);
    }

    @Override
    public boolean hasEvents(JobId job, long after) {
        return new EventRows(database, job).any(after);
    }

    @Override
    public List<EventView> recent(JobId job, Recent which) {
        return new EventRows(database, job).recent(which);
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
        return new ModelRows(database).all();
    }

    @Override
    public Optional<ModelRecord> model(JobId job) {
        return new ModelRows(database).of(job);
    }

    @Override
    public long newestRound(JobId job) {
        return database.find(
                        "SELECT MAX(round) FROM round_opened WHERE job_id = ?",
                        row -> row.setString(1, job.toString()),
                        row -> row.getLong(1))
                .orElse(0L);
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
                row.getInt("needed"),
                row.getInt("roster_size"),
                Columns.instant(row, "submitted_millis"),
                Columns.maybeInstant(row, "ended_millis"),
                Columns.parse(row.getString("metrics"), new TypeReference<>() {}),
                Columns.parse(row.getString("site_verdicts"), new TypeReference<>() {}),
                Columns.text(row, "paused_by"),
                Columns.text(row, "retry_of"),
                Priority.valueOf(row.getString("priority")));
    }
}
