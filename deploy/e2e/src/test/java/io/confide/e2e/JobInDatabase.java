package io.confide.e2e;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.sql.SQLException;
import java.time.Duration;

/** The only job of a cluster as its database has it, and waits for what happens to it. */
record JobInDatabase(EmbeddedPostgres database) {
    private static final String NEWEST_ROUND = "SELECT max(round) FROM round_opened";

    /** Between two steps of a round that goes on less passes, unless the machine is very busy. */
    private static final long STILL_NANOS = 500_000_000;

    /** How many rounds of the only job are done, as the database says. */
    int roundsDone() throws SQLException {
        return Math.toIntExact(number("SELECT count(*) FROM round_summary WHERE outcome = 'DONE'"));
    }

    /** How many inputs the database has of the newest round of the only job. */
    int uploads() throws SQLException {
        return Math.toIntExact(
                number("SELECT count(*) FROM upload WHERE round = (" + NEWEST_ROUND + ")"));
    }

    /** How often something has happened in the newest round of the only job. */
    int steps() throws SQLException {
        return Math.toIntExact(
                number("SELECT count(*) FROM round_event WHERE round = (" + NEWEST_ROUND + ")"));
    }

    /** What the database says of the state of the only job. */
    String state() throws SQLException {
        return text("SELECT state FROM job");
    }

    /** Waits until so many rounds of the only job are done. */
    void awaitRounds(int rounds, Duration bound) throws Exception {
        await(rounds + " rounds", bound, () -> roundsDone() >= rounds);
    }

    /** Waits until the newest round of the only job has so many inputs and stands still. */
    void awaitStill(int uploads, Duration bound) throws Exception {
        var since = new long[] {System.nanoTime(), -1};
        await(
                uploads + " inputs in a round that stands still",
                bound,
                () -> {
                    long now = number("SELECT count(*) FROM round_event");
                    if (now != since[1] || uploads() != uploads) {
                        since[0] = System.nanoTime();
                        since[1] = now;
                    }
                    return System.nanoTime() - since[0] > STILL_NANOS;
                });
    }

    /** How many sites permit the plan of the only job, as the database says. */
    int permissions() throws SQLException {
        var verdicts = Consortium.json(text("SELECT site_verdicts FROM job"));
        return Math.toIntExact(
                verdicts.valueStream().filter(each -> each.asText().equals("permitted")).count());
    }

    /** Something that can be looked at again and again. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until {@code condition} holds; returns after how long it did. */
    static Duration await(String what, Duration bound, Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begun > bound.toNanos()) {
                throw new AssertionError(what + ": not after " + bound);
            }
            Thread.sleep(10);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** The member that leads the only job. */
    String leader() throws SQLException {
        return text("SELECT holder FROM job_lease");
    }

    private long number(String sql) throws SQLException {
        return Long.parseLong(text(sql));
    }

    private String text(String sql) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
