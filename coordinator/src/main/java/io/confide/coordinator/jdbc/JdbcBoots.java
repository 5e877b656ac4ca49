package io.confide.coordinator.jdbc;

import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Boots;

import java.time.Duration;

/** Boots as rows. */
public final class JdbcBoots implements Boots {
    /** Rows that name a boot which is not here any more count as those of a fenced one. */
    private static final Duration KEPT = Duration.ofDays(1);

    private static final String FORGET =
            "DELETE FROM boot WHERE fenced = 1 AND until_millis < {now} - ?";
    private static final String FENCE =
            "UPDATE boot SET fenced = 1 WHERE member = ? AND fenced = 0";
    private static final String BEGIN =
            "INSERT INTO boot (id, member, until_millis, fenced) VALUES (?, ?, {now} + ?, 0)";
    private static final String KEEP =
            "UPDATE boot SET until_millis = {now} + ? WHERE id = ? AND fenced = 0";

    private final Database database;

    public JdbcBoots(Database database) {
        this.database = database;
    }

    @Override
    public void begin(Boot boot, String name, Duration length) {
        database.inTransaction(
                connection -> {
                    Database.update(
                            connection,
                            database.timed(FORGET),
                            row -> row.setLong(1, KEPT.toMillis()));
                    Database.update(connection, FENCE, row -> row.setString(1, name));
                    return Database.update(
                            connection,
                            database.timed(BEGIN),
                            row -> {
                                row.setString(1, boot.toString());
                                row.setString(2, name);
                                row.setLong(3, length.toMillis());
                            });
                });
    }

    @Override
    public boolean keep(Boot boot, Duration length) {
        return database.update(
                        database.timed(KEEP),
                        row -> {
                            row.setLong(1, length.toMillis());
                            row.setString(2, boot.toString());
                        })
                > 0;
    }

    @Override
    public void fence(String name) {
        database.update(FENCE, row -> row.setString(1, name));
    }
}
