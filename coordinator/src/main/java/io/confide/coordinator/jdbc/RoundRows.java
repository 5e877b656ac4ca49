package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.RoundView;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what is durable of one round. */
final class RoundRows {
    private final Database database;
    private final JobId job;
    private final long round;

    RoundRows(Database database, JobId job, long round) {
        this.database = database;
        this.job = job;
        this.round = round;
    }

    /** Empty if it has not ended. */
    Optional<RoundRecord> read() {
        return rows("SELECT * FROM round_summary WHERE", RoundRows::view).stream()
                .findFirst()
                .flatMap(this::record);
    }

    private Optional<RoundRecord> record(RoundView view) {
        return rows("SELECT * FROM round_opened WHERE", RoundRows::opened).stream()
                .findFirst()
                .map(
                        opened ->
                                new RoundRecord(
                                        view,
                                        opened,
                                        rows(
                                                "SELECT body FROM round_event WHERE",
                                                " ORDER BY sequence",
                                                row -> RoundEventCodec.decode(row.getBytes(1))),
                                        rows(
                                                        "SELECT body, signature FROM round_result"
                                                                + " WHERE",
                                                        RoundRows::signed)
                                                .stream()
                                                .findFirst()));
    }

    /** What its sum can be audited with. */
    Optional<Bytes> audit() {
        return rows("SELECT body FROM round_audit WHERE", row -> Bytes.wrap(row.getBytes(1)))
                .stream()
                .findFirst();
    }

    /** The sites of each sum before it. */
    List<SortedSet<SiteId>> past() {
        return database.query(
                "SELECT sites FROM round_sum WHERE job_id = ? AND round < ? ORDER BY round",
                where -> {
                    where.setString(1, job.toString());
                    where.setLong(2, round);
                },
                row -> {
                    var sites = new TreeSet<SiteId>();
                    Columns.parse(row.getString(1), new TypeReference<List<String>>() {})
                            .forEach(site -> sites.add(new SiteId(site)));
                    return sites;
                });
    }

    /** In any order. */
    private <T> List<T> rows(String select, Database.Row<T> row) {
        return rows(select, "", row);
    }

    private <T> List<T> rows(String select, String order, Database.Row<T> row) {
        return database.query(
                select + " job_id = ? AND round = ?" + order,
                where -> {
                    where.setString(1, job.toString());
                    where.setLong(2, round);
                },
                row);
    }

    static RoundView view(ResultSet row) throws SQLException {
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

    static LogEntry.RoundOpened opened(ResultSet row) throws SQLException {
        return new LogEntry.RoundOpened(
                row.getLong("round"),
                row.getLong("epoch"),
                row.getString("task"),
                Columns.instant(row, "opened_millis"),
                new SignedBody(
                        Bytes.wrap(row.getBytes("open_body")),
                        Bytes.wrap(row.getBytes("open_signature"))));
    }

    private static SignedBody signed(ResultSet row) throws SQLException {
        return new SignedBody(Bytes.wrap(row.getBytes(1)), Bytes.wrap(row.getBytes(2)));
    }
}
