package io.confide.coordinator.jdbc;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.coordinator.port.SessionStore;

import java.time.Instant;
import java.util.List;

/** Sessions in SQL. */
public final class JdbcSessions implements SessionStore {
    private static final String KEEP =
            "INSERT INTO person_session (number_hash, account, credential_hash, opened_millis,"
                    + " used_millis, seal) VALUES (?, ?, ?, ?, ?, ?)";

    private final Database database;

    public JdbcSessions(Database database) {
        this.database = database;
    }

    @Override
    public List<Stored> all() {
        return database.query(
                "SELECT * FROM person_session",
                row -> {},
                row ->
                        new Stored(
                                Digest.ofHex(row.getString("number_hash")),
                                row.getString("account"),
                                Digest.ofHex(row.getString("credential_hash")),
                                Columns.instant(row, "opened_millis"),
                                Columns.instant(row, "used_millis"),
                                Bytes.wrap(row.getBytes("seal"))));
    }

    @Override
    public void keep(Stored session) {
        database.update(
                KEEP,
                row -> {
                    row.setString(1, session.number().hex());
                    row.setString(2, session.account());
                    row.setString(3, session.credential().hex());
                    row.setLong(4, session.opened().toEpochMilli());
                    row.setLong(5, session.used().toEpochMilli());
                    row.setBytes(6, session.seal().toArray());
                });
    }

    @Override
    public void used(Digest number, Instant when) {
        database.update(
                "UPDATE person_session SET used_millis = ? WHERE number_hash = ? AND used_millis <"
                        + " ?",
                row -> {
                    row.setLong(1, when.toEpochMilli());
                    row.setString(2, number.hex());
                    row.setLong(3, when.toEpochMilli());
                });
    }

    @Override
    public void forget(Digest number) {
        database.update(
                "DELETE FROM person_session WHERE number_hash = ?",
                row -> row.setString(1, number.hex()));
    }

    @Override
    public void forgetUnused(Digest number, Instant since) {
        database.update(
                "DELETE FROM person_session WHERE number_hash = ? AND used_millis <= ?",
                row -> {
                    row.setString(1, number.hex());
                    row.setLong(2, since.toEpochMilli());
                });
    }
}
