package io.confide.coordinator.jdbc;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Enrolments;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Enrolment in SQL: the one conditional update decides who redeemed a token. */
public final class JdbcEnrolments implements Enrolments {
    private static final String ISSUE =
            "INSERT INTO enrolment_token (secret_hash, site, expires_millis) VALUES (?, ?, ?)";
    private static final String REDEEM =
            "UPDATE enrolment_token SET used_millis = ? WHERE secret_hash = ? AND used_millis IS"
                    + " NULL AND expires_millis > ?";
    private static final String TOKEN =
            "SELECT site, expires_millis, used_millis FROM enrolment_token WHERE secret_hash = ?";
    private static final String ENROLLED =
            "INSERT INTO enrolment (site, certificate_hash, identity_key, since_millis,"
                    + " ends_millis) VALUES (?, ?, ?, ?, ?) ON CONFLICT (site) DO UPDATE SET"
                    + " certificate_hash = excluded.certificate_hash, identity_key ="
                    + " excluded.identity_key, since_millis = excluded.since_millis, ends_millis ="
                    + " excluded.ends_millis";

    private final Database database;

    public JdbcEnrolments(Database database) {
        this.database = database;
    }

    @Override
    public void issue(SiteId site, Bytes secretHash, Instant expires) {
        database.update(
                ISSUE,
                row -> {
                    row.setString(1, secretHash.hex());
                    row.setString(2, site.value());
                    row.setLong(3, expires.toEpochMilli());
                });
    }

    @Override
    public Redeemed redeem(Bytes secretHash, Instant now, Function<SiteId, Enrolment> enrol) {
        return database.inTransaction(
                connection -> {
                    int changed =
                            Database.update(
                                    connection,
                                    REDEEM,
                                    row -> {
                                        row.setLong(1, now.toEpochMilli());
                                        row.setString(2, secretHash.hex());
                                        row.setLong(3, now.toEpochMilli());
                                    });
                    var outcome = outcome(connection, secretHash, changed);
                    if (outcome instanceof Redeemed.Accepted(var site)) {
                        keep(connection, enrol.apply(site));
                    }
                    return outcome;
                });
    }

    private static Redeemed outcome(Connection connection, Bytes secretHash, int changed)
            throws SQLException {
        try (var statement = connection.prepareStatement(TOKEN)) {
            statement.setString(1, secretHash.hex());
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return new Redeemed.Unknown();
                }
                return changed == 1
                        ? new Redeemed.Accepted(new SiteId(rows.getString("site")))
                        : refused(rows);
            }
        }
    }

    private static Redeemed refused(ResultSet row) throws SQLException {
        var site = new SiteId(row.getString("site"));
        var used = Columns.maybeInstant(row, "used_millis");
        return used.isPresent()
                ? new Redeemed.AlreadyUsed(site, used.get())
                : new Redeemed.Expired(site, Columns.instant(row, "expires_millis"));
    }

    private static void keep(Connection connection, Enrolment enrolment) throws SQLException {
        Database.update(
                connection,
                ENROLLED,
                row -> {
                    row.setString(1, enrolment.site().value());
                    row.setString(2, enrolment.certificateHash().hex());
                    row.setString(3, enrolment.identityKey().hex());
                    row.setLong(4, enrolment.since().toEpochMilli());
                    EntryWriter.setMillis(row, 5, enrolment.ends());
                });
    }

    @Override
    public Optional<Enrolment> find(SiteId site) {
        return database.find(
                "SELECT * FROM enrolment WHERE site = ?",
                row -> row.setString(1, site.value()),
                JdbcEnrolments::enrolment);
    }

    @Override
    public List<Enrolment> all() {
        return database.query(
                "SELECT * FROM enrolment ORDER BY site", row -> {}, JdbcEnrolments::enrolment);
    }

    private static Enrolment enrolment(ResultSet row) throws SQLException {
        return new Enrolment(
                new SiteId(row.getString("site")),
                Bytes.ofHex(row.getString("certificate_hash")),
                Bytes.ofHex(row.getString("identity_key")),
                Columns.instant(row, "since_millis"),
                Columns.maybeInstant(row, "ends_millis"));
    }
}
