package io.confide.coordinator.jdbc;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.RoundTally;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts the rounds of a job, from the index alone. */
final class TallyRows {
    private static final String DONE =
            "SELECT task, COUNT(*), SUM(included_count) FROM round_summary WHERE job_id = ? AND"
                    + " outcome = 'DONE' GROUP BY task";
    private static final String GIVEN_UP =
            "SELECT COUNT(*) FROM round_summary WHERE job_id = ? AND outcome <> 'DONE'";
    private static final String MIDDLE =
            "SELECT seconds FROM round_summary WHERE job_id = ? AND outcome = 'DONE' ORDER BY"
                    + " seconds LIMIT ? OFFSET ?";

    private final Database database;
    private final String job;

    TallyRows(Database database, JobId job) {
        this.database = database;
        this.job = job.toString();
    }

    RoundTally read() {
        var done = new TreeMap<String, RoundTally.Sums>();
        database.query(
                        DONE,
                        where -> where.setString(1, job),
                        row ->
                                Map.entry(
                                        row.getString(1),
                                        new RoundTally.Sums(row.getInt(2), row.getLong(3))))
                .forEach(each -> done.put(each.getKey(), each.getValue()));
        int givenUp =
                database.find(GIVEN_UP, where -> where.setString(1, job), row -> row.getInt(1))
                        .orElse(0);
        int rounds = done.values().stream().mapToInt(RoundTally.Sums::rounds).sum();
        return new RoundTally(done, givenUp, median(rounds));
    }

    private Optional<Double> median(int rounds) {
        if (rounds == 0) {
            return Optional.empty();
        }
        var middle =
                database.query(
                        MIDDLE,
                        where -> {
                            where.setString(1, job);
                            where.setInt(2, rounds % 2 == 1 ? 1 : 2);
                            where.setInt(3, (rounds - 1) / 2);
                        },
                        row -> row.getDouble(1));
        return Optional.of((middle.getFirst() + middle.getLast()) / 2);
    }
}
