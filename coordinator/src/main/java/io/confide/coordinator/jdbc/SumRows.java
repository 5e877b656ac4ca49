package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Partial;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The sums of members of which U3 was made. */
final class SumRows {
    private static final String SUM =
            "INSERT INTO divided_sum (job_id, round, hash) VALUES (?, ?, ?)";
    private static final String PARTIAL =
            "INSERT INTO partial_sum (job_id, round, boot, member, hash, sites) VALUES (?, ?, ?, ?,"
                    + " ?, ?)";
    private static final String FOLDED =
            "SELECT site, vector_hash, signature FROM upload WHERE job_id = ? AND round = ? AND"
                    + " boot = ? AND state = 'FOLDED'";

    private SumRows() {}

    /**
     * R5: whether each partial still counts. Its boot's row stays locked until the transaction ends, so that nobody fences it, and
     * takes inputs from it, before U3 is durable. Always in the same order, so that no two transactions wait for each other.
     */
    static boolean stillCounts(Connection connection, JobId job, LogEntry.SumDivided sum)
            throws SQLException {
        var partials =
                sum.partials().stream()
                        .sorted(Comparator.comparing(partial -> partial.boot().toString()))
                        .toList();
        for (var partial : partials) {
            boolean holds =
                    Database.update(
                                    connection,
                                    JdbcClaims.HOLD,
                                    row -> row.setString(1, partial.boot().toString()))
                            > 0;
            if (!holds
                    || !folded(connection, job, sum.round(), partial.boot())
                            .entrySet()
                            .containsAll(partial.inputs().entrySet())) {
                return false;
            }
        }
        return true;
    }

    private static SortedMap<SiteId, UploadProof> folded(
            Connection connection, JobId job, long round, Boot boot) throws SQLException {
        var folded = new TreeMap<SiteId, UploadProof>();
        try (var query = connection.prepareStatement(FOLDED)) {
            query.setString(1, job.toString());
            query.setLong(2, round);
            query.setString(3, boot.toString());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    folded.put(
                            new SiteId(rows.getString(1)),
                            proof(rows.getString(2), rows.getBytes(3)));
                }
            }
        }
        return folded;
    }

    private static UploadProof proof(String hash, byte[] signature) {
        return new UploadProof(Digest.ofHex(hash).value(), Bytes.wrap(signature));
    }

    /** Gives a statement to be reused. */
    @FunctionalInterface
    interface Statements {
        PreparedStatement of(String sql) throws SQLException;
    }

    static void write(Statements statements, String job, LogEntry.SumDivided sum)
            throws SQLException {
        var whole = statements.of(SUM);
        whole.setString(1, job);
        whole.setLong(2, sum.round());
        whole.setString(3, sum.hash().hex());
        whole.executeUpdate();
        for (var partial : sum.partials()) {
            var row = statements.of(PARTIAL);
            row.setString(1, job);
            row.setLong(2, sum.round());
            row.setString(3, partial.boot().toString());
            row.setString(4, partial.member());
            row.setString(5, partial.hash().hex());
            row.setString(
                    6,
                    Columns.json(partial.inputs().keySet().stream().map(SiteId::value).toList()));
            row.executeUpdate();
        }
    }

    /** Empty if U3 is not fixed, or the leader alone has added it up. */
    static Optional<LogEntry.SumDivided> read(Database database, JobId job, long round) {
        return database.find(
                        "SELECT hash FROM divided_sum WHERE job_id = ? AND round = ?",
                        where -> place(where, job, round),
                        row -> Digest.ofHex(row.getString(1)))
                .map(hash -> new LogEntry.SumDivided(round, partials(database, job, round), hash));
    }

    private static List<Partial> partials(Database database, JobId job, long round) {
        var proofs = new TreeMap<SiteId, UploadProof>();
        database.query(
                        "SELECT site, vector_hash, signature FROM upload WHERE job_id = ? AND round"
                                + " = ?",
                        where -> place(where, job, round),
                        row ->
                                new TreeMap<>(
                                        Map.of(
                                                new SiteId(row.getString(1)),
                                                proof(row.getString(2), row.getBytes(3)))))
                .forEach(proofs::putAll);
        return database.query(
                "SELECT member, boot, hash, sites FROM partial_sum WHERE job_id = ? AND round = ?"
                        + " ORDER BY boot",
                where -> place(where, job, round),
                row -> {
                    var inputs = new TreeMap<SiteId, UploadProof>();
                    Columns.parse(row.getString(4), new TypeReference<List<String>>() {}).stream()
                            .map(SiteId::new)
                            .forEach(site -> inputs.put(site, proofs.get(site)));
                    return new Partial(
                            row.getString(1),
                            Boot.of(row.getString(2)),
                            inputs,
                            Digest.ofHex(row.getString(3)));
                });
    }

    private static void place(PreparedStatement where, JobId job, long round) throws SQLException {
        where.setString(1, job.toString());
        where.setLong(2, round);
    }
}
