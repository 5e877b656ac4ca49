package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEvent;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;

/** Reads everything durable about one job. */
final class RecordReader {
    private final Database database;
    private final JobId job;

    RecordReader(Database database, JobId job) {
        this.database = database;
        this.job = job;
    }

    /** @param events of a round, in order */
    JobRecord read(LongFunction<List<RoundEvent>> events) {
        return new JobRecord(
                rows(
                                "SELECT COALESCE(MAX(sequence), 0) FROM job_event WHERE job_id = ?",
                                this::number)
                        .getFirst(),
                sites(),
                rows(
                                "SELECT COALESCE(MAX(epoch), 0) FROM epoch_begun WHERE job_id = ?",
                                this::number)
                        .getFirst(),
                EpochRows.read(database, job),
                rows(
                                "SELECT * FROM round_opened WHERE job_id = ? ORDER BY round DESC"
                                        + " LIMIT 1",
                                RoundRows::opened)
                        .stream()
                        .findFirst()
                        .map(round -> new JobRecord.Opened(round, events.apply(round.round()))),
                new JdbcJobStore(database).rounds(job),
                result("made_model >= 0"),
                result("made_model = 1"),
                made(),
                sums(),
                withdrawn(),
                models(),
                rows(
                        "SELECT sums FROM evaluation WHERE job_id = ? ORDER BY round",
                        row ->
                                Columns.parse(
                                        row.getString(1),
                                        new TypeReference<Map<String, double[]>>() {})));
    }

    private <T> List<T> rows(String sql, Database.Row<T> row) {
        return database.query(sql, where -> where.setString(1, job.toString()), row);
    }

    private Long number(ResultSet row) throws SQLException {
        return row.getLong(1);
    }

    private SortedMap<SiteId, LogEntry.SiteMet> sites() {
        var sites = new TreeMap<SiteId, LogEntry.SiteMet>();
        rows(
                        "SELECT site, boot_id, life FROM site_met WHERE job_id = ?",
                        row ->
                                new LogEntry.SiteMet(
                                        new SiteId(row.getString(1)),
                                        Bytes.wrap(row.getBytes(2)),
                                        row.getLong(3)))
                .forEach(met -> sites.put(met.site(), met));
        return sites;
    }

    private Optional<SignedBody> result(String which) {
        return rows(
                        "SELECT body, signature FROM round_result WHERE job_id = ? AND "
                                + which
                                + " ORDER BY round DESC LIMIT 1",
                        row ->
                                new SignedBody(
                                        Bytes.wrap(row.getBytes(1)), Bytes.wrap(row.getBytes(2))))
                .stream()
                .findFirst();
    }

    private SortedMap<Long, Digest> made() {
        var made = new TreeMap<Long, Digest>();
        rows(
                        "SELECT round, body FROM round_result WHERE job_id = ? AND made_model = 1",
                        row -> Map.entry(row.getLong(1), Bytes.wrap(row.getBytes(2))))
                .forEach(
                        each ->
                                made.put(
                                        each.getKey(),
                                        ResultBody.parse(each.getValue())
                                                .orElseThrow(
                                                        () ->
                                                                new IllegalStateException(
                                                                        "a Result that is none"))
                                                .newModelHash()));
        return made;
    }

    private SortedMap<Long, SortedSet<SiteId>> sums() {
        var sums = new TreeMap<Long, SortedSet<SiteId>>();
        rows(
                        "SELECT round, sites FROM round_sum WHERE job_id = ?",
                        row ->
                                Map.entry(
                                        row.getLong(1),
                                        Columns.parse(
                                                row.getString(2),
                                                new TypeReference<List<String>>() {})))
                .forEach(
                        each -> {
                            var sites = new TreeSet<SiteId>();
                            each.getValue().forEach(site -> sites.add(new SiteId(site)));
                            sums.put(each.getKey(), sites);
                        });
        return sums;
    }

    private record Abort(long round, int site, SignedBody body) {}

    private SortedMap<Long, AbortCert> withdrawn() {
        var aborts = new TreeMap<Long, SortedMap<Integer, SignedBody>>();
        rows(
                        "SELECT round, site_index, body, signature FROM round_abort WHERE job_id ="
                                + " ?",
                        row ->
                                new Abort(
                                        row.getLong(1),
                                        row.getInt(2),
                                        new SignedBody(
                                                Bytes.wrap(row.getBytes(3)),
                                                Bytes.wrap(row.getBytes(4)))))
                .forEach(
                        abort ->
                                aborts.computeIfAbsent(abort.round(), _ -> new TreeMap<>())
                                        .put(abort.site(), abort.body()));
        var withdrawn = new TreeMap<Long, AbortCert>();
        aborts.forEach((round, each) -> withdrawn.put(round, new AbortCert(each)));
        return withdrawn;
    }

    private Map<String, Bytes> models() {
        var models = new TreeMap<String, Bytes>();
        rows(
                        "SELECT slot, body FROM model_state WHERE job_id = ?",
                        row -> Map.entry(row.getString(1), Bytes.wrap(row.getBytes(2))))
                .forEach(each -> models.put(each.getKey(), each.getValue()));
        return models;
    }
}
