package io.confide.coordinator.jdbc;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Leases;

import java.time.Duration;
import java.util.Optional;

/** Leases as rows: the taking is one conditional write, so that two holders cannot both succeed. */
public final class JdbcLeases implements Leases {
    private static final String TAKE =
            """
            INSERT INTO job_lease (job_id, holder, fence, until_millis, appends)
            VALUES (?, ?, 1, {now} + ?, 0)
            ON CONFLICT (job_id) DO UPDATE
            SET holder = excluded.holder, fence = job_lease.fence + 1,
                until_millis = excluded.until_millis
            WHERE job_lease.holder = excluded.holder OR job_lease.until_millis <= {now}
            """;
    private static final String TAKE_FREE =
            """
            INSERT INTO job_lease (job_id, holder, fence, until_millis, appends)
            VALUES (?, ?, 1, {now} + ?, 0)
            ON CONFLICT (job_id) DO UPDATE
            SET holder = excluded.holder, fence = job_lease.fence + 1,
                until_millis = excluded.until_millis
            WHERE job_lease.until_millis <= {now}
            """;
    private static final String FENCE = "SELECT fence FROM job_lease WHERE job_id = ?";
    private static final String RELEASE =
            "UPDATE job_lease SET until_millis = 0 WHERE job_id = ? AND fence = ?";

    private static final String KEEP =
            "UPDATE job_lease SET until_millis = {now} + ? WHERE job_id = ? AND fence = ?";
    private static final String VACATE =
            "UPDATE job_lease SET until_millis = 0 WHERE holder = ? AND until_millis > 0";

    private final Database database;

    public JdbcLeases(Database database) {
        this.database = database;
    }

    @Override
    public Optional<FencingToken> take(JobId job, String holder, Duration length) {
        return taken(TAKE, job, holder, length);
    }

    @Override
    public Optional<FencingToken> takeFree(JobId job, String holder, Duration length) {
        return taken(TAKE_FREE, job, holder, length);
    }

    private Optional<FencingToken> taken(String sql, JobId job, String holder, Duration length) {
        return database.inTransaction(
                connection -> {
                    int taken =
                            Database.update(
                                    connection,
                                    database.timed(sql),
                                    row -> {
                                        row.setString(1, job.toString());
                                        row.setString(2, holder);
                                        row.setLong(3, length.toMillis());
                                    });
                    if (taken == 0) {
                        return Optional.<FencingToken>empty();
                    }
                    try (var query = connection.prepareStatement(FENCE)) {
                        query.setString(1, job.toString());
                        try (var rows = query.executeQuery()) {
                            rows.next();
                            return Optional.of(new FencingToken(rows.getLong(1)));
                        }
                    }
                });
    }

    @Override
    public boolean keep(JobId job, FencingToken token, Duration length) {
        return database.update(
                        database.timed(KEEP),
                        row -> {
                            row.setLong(1, length.toMillis());
                            row.setString(2, job.toString());
                            row.setLong(3, token.value());
                        })
                > 0;
    }

    @Override
    public void vacate(String holder) {
        database.update(VACATE, row -> row.setString(1, holder));
    }

    @Override
    public void release(JobId job, FencingToken token) {
        database.update(
                RELEASE,
                row -> {
                    row.setString(1, job.toString());
                    row.setLong(2, token.value());
                });
    }
}
