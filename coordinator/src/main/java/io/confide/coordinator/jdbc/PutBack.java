package io.confide.coordinator.jdbc;

import java.time.Instant;

/** What a database that was put back to an older state must not believe any more. */
public final class PutBack {
    private static final String TOKENS =
            "UPDATE enrolment_token SET expires_millis = ? WHERE used_millis IS NULL AND"
                    + " expires_millis > ?";

    private PutBack() {}

    /**
     * @param tokens of sites that may have been used since
     * @param sessions of people who may have signed out since
     */
    public record Voided(int tokens, int sessions) {}

    /** Ends, in one transaction, what may have been used up or taken back since: invitations of sites, and people's sessions. */
    public static Voided voided(Database database, Instant now) {
        return database.inTransaction(
                connection -> {
                    int tokens =
                            Database.update(
                                    connection,
                                    TOKENS,
                                    row -> {
                                        row.setLong(1, now.toEpochMilli());
                                        row.setLong(2, now.toEpochMilli());
                                    });
                    int sessions =
                            Database.update(connection, "DELETE FROM person_session", _ -> {});
                    return new Voided(tokens, sessions);
                });
    }
}
