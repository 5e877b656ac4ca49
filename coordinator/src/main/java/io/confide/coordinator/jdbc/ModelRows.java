package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.ModelRecord.Evaluation;
import io.confide.coordinator.port.ModelRecord.Sums;
import io.confide.coordinator.port.ModelRecord.Version;
import io.confide.coordinator.port.Views.ModelView;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what is kept about the models of jobs. */
final class ModelRows {
    private static final String MODELS =
            "SELECT model.job_id, job.name, model.model_hash, model.created_millis FROM model JOIN"
                    + " job ON job.id = model.job_id %s ORDER BY model.created_millis DESC";

    private static final String VERSIONS =
            "SELECT ROW_NUMBER() OVER (ORDER BY model.created_millis, model.job_id) AS number,"
                + " model.job_id, model.model_hash, model.created_millis, job.plan_hash,"
                + " job.metrics, job.retry_of FROM job this JOIN job ON job.name = this.name AND"
                + " job.study = this.study JOIN model ON model.job_id = job.id WHERE this.id = ?"
                + " ORDER BY number DESC LIMIT ?";

    /** Thousands of rounds have few different sets of sites. */
    private static final String SUMS =
            "SELECT included, COUNT(*) FROM round_summary WHERE job_id = ? AND outcome = 'DONE'"
                    + " GROUP BY included";

    private static final String EVALUATIONS =
            "SELECT evaluation.round, round_summary.task, evaluation.sums FROM evaluation JOIN"
                    + " round_summary ON round_summary.job_id = evaluation.job_id AND"
                    + " round_summary.round = evaluation.round WHERE evaluation.job_id = ? ORDER BY"
                    + " evaluation.round";

    private final Database database;

    ModelRows(Database database) {
        this.database = database;
    }

    /** Newest first. */
    List<ModelView> all() {
        return database.query(MODELS.formatted(""), row -> {}, this::model);
    }

    /** Empty if the job has none. */
    Optional<ModelRecord> of(JobId job) {
        return database.find(
                        MODELS.formatted("WHERE model.job_id = ?"),
                        where -> where.setString(1, job.toString()),
                        this::model)
                .map(model -> new ModelRecord(model, versions(job), sums(job), evaluations(job)));
    }

    private ModelView model(ResultSet row) throws SQLException {
        return new ModelView(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                Columns.instant(row, "created_millis"),
                files(row.getString(1)));
    }

    private List<String> files(String job) {
        return database.query(
                "SELECT name FROM artifact WHERE job_id = ? ORDER BY name",
                row -> row.setString(1, job),
                row -> row.getString(1));
    }

    private List<Version> versions(JobId job) {
        return database.query(
                VERSIONS,
                where -> {
                    where.setString(1, job.toString());
                    where.setInt(2, ModelRecord.VERSIONS_MAX);
                },
                row ->
                        new Version(
                                row.getInt("number"),
                                row.getString("job_id"),
                                row.getString("model_hash"),
                                Columns.instant(row, "created_millis"),
                                row.getString("plan_hash"),
                                Columns.parse(row.getString("metrics"), new TypeReference<>() {}),
                                Columns.text(row, "retry_of")));
    }

    private Sums sums(JobId job) {
        var bySite = new TreeMap<String, Integer>();
        int rounds =
                database
                        .query(
                                SUMS,
                                where -> where.setString(1, job.toString()),
                                row ->
                                        Map.entry(
                                                Columns.parse(
                                                        row.getString(1),
                                                        new TypeReference<List<String>>() {}),
                                                row.getInt(2)))
                        .stream()
                        .mapToInt(
                                each -> {
                                    each.getKey()
                                            .forEach(
                                                    site ->
                                                            bySite.merge(
                                                                    site,
                                                                    each.getValue(),
                                                                    Integer::sum));
                                    return each.getValue();
                                })
                        .sum();
        return new Sums(rounds, bySite);
    }

    private List<Evaluation> evaluations(JobId job) {
        return database.query(
                EVALUATIONS,
                where -> where.setString(1, job.toString()),
                row ->
                        new Evaluation(
                                row.getLong(1),
                                row.getString(2),
                                Columns.parse(
                                        row.getString(3),
                                        new TypeReference<Map<String, double[]>>() {})));
    }
}
