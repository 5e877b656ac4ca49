package io.confide.coordinator.jdbc;

import io.confide.common.model.Digest;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Claims;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Claims as rows. Each write first locks the row of the writing boot, so that nobody fences it before the write is committed;
 * another boot that is over is fenced in a transaction before, so that no two of them wait for each other.
 */
public final class JdbcClaims implements Claims {
    /** Changes nothing: takes the lock of the row, if the boot is not fenced. */
    static final String HOLD =
            "UPDATE boot SET until_millis = until_millis WHERE id = ? AND fenced = 0";

    private static final String FENCE_OVER =
            "UPDATE boot SET fenced = 1 WHERE fenced = 0 AND until_millis <= {now} AND id <> ? AND"
                    + " id = (SELECT boot FROM upload WHERE job_id = ? AND round = ? AND site = ?)";

    private static final String CLAIM =
            """
            INSERT INTO upload (job_id, round, site, vector_hash, signature, boot, state)
            VALUES (?, ?, ?, ?, ?, ?, 'CLAIMED')
            ON CONFLICT (job_id, round, site) DO UPDATE SET boot = excluded.boot, state = 'CLAIMED'
            WHERE upload.vector_hash = excluded.vector_hash AND upload.signature = excluded.signature
                AND (upload.state = 'CLAIMED' OR upload.boot IS NULL
                    OR (upload.boot <> excluded.boot AND NOT EXISTS
                        (SELECT 1 FROM boot WHERE boot.id = upload.boot AND boot.fenced = 0)))
            """;

    private static final String READ =
            "SELECT vector_hash, signature, boot FROM upload WHERE job_id = ? AND round = ? AND"
                    + " site = ?";

    private static final String FOLD =
            "UPDATE upload SET state = 'FOLDED' WHERE job_id = ? AND round = ? AND site = ? AND"
                    + " vector_hash = ? AND signature = ? AND boot = ? AND state = 'CLAIMED'";

    private final Database database;

    public JdbcClaims(Database database) {
        this.database = database;
    }

    @Override
    public Claim claim(Input input, Boot boot) {
        database.update(
                database.timed(FENCE_OVER),
                row -> {
                    row.setString(1, boot.toString());
                    place(row, 2, input);
                });
        return database.inTransaction(
                connection -> {
                    if (!holds(connection, boot)) {
                        return Claim.FENCED;
                    }
                    int claimed =
                            Database.update(
                                    connection,
                                    CLAIM,
                                    row -> {
                                        whole(row, input);
                                        row.setString(6, boot.toString());
                                    });
                    return claimed > 0 ? Claim.CLAIMED : standing(connection, input, boot);
                });
    }

    @Override
    public boolean fold(Input input, Boot boot) {
        return database.inTransaction(
                connection ->
                        holds(connection, boot)
                                && Database.update(
                                                connection,
                                                FOLD,
                                                row -> {
                                                    whole(row, input);
                                                    row.setString(6, boot.toString());
                                                })
                                        > 0);
    }

    private static boolean holds(Connection connection, Boot boot) throws SQLException {
        return Database.update(connection, HOLD, row -> row.setString(1, boot.toString())) > 0;
    }

    private static Claim standing(Connection connection, Input input, Boot boot)
            throws SQLException {
        try (var query = connection.prepareStatement(READ)) {
            place(query, 1, input);
            try (var rows = query.executeQuery()) {
                rows.next();
                boolean same =
                        rows.getString(1).equals(hash(input))
                                && Arrays.equals(
                                        rows.getBytes(2), input.proof().signature().unsafeArray());
                if (!same) {
                    return Claim.ANOTHER_INPUT;
                }
                return boot.toString().equals(rows.getString(3))
                        ? Claim.FOLDED
                        : Claim.FOLDED_ELSEWHERE;
            }
        }
    }

    private static void place(PreparedStatement row, int from, Input input) throws SQLException {
        row.setString(from, input.job().toString());
        row.setLong(from + 1, input.round());
        row.setString(from + 2, input.site().value());
    }

    private static void whole(PreparedStatement row, Input input) throws SQLException {
        place(row, 1, input);
        row.setString(4, hash(input));
        row.setBytes(5, input.proof().signature().unsafeArray());
    }

    private static String hash(Input input) {
        return new Digest(input.proof().vectorHash()).hex();
    }
}
