package io.confide.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the database of a cluster says of many jobs. */
record SoakDatabase(EmbeddedPostgres database) {
    /** What a job needs while it goes on, and nobody afterwards. */
    private static final List<String> WORKING =
            List.of("model_state", "epoch_made", "epoch_deal", "epoch_holder");

    /** A round that has ended, in the order of their numbers. */
    record Round(String task, List<String> included, boolean isDone) {}

    Optional<String> jobNamed(String name) throws SQLException {
        return texts("SELECT id FROM job WHERE name = ? AND retry_of IS NULL", name).stream()
                .findFirst();
    }

    Optional<String> retryOf(String job) throws SQLException {
        return texts("SELECT id FROM job WHERE retry_of = ?", job).stream().findFirst();
    }

    String state(String job) throws SQLException {
        return texts("SELECT state FROM job WHERE id = ?", job).getFirst();
    }

    /** Which of its own rows a job that has ended has left behind; empty if none. */
    List<String> leftBehind(String job) throws SQLException {
        var left = new ArrayList<String>();
        for (var table : WORKING) {
            if (!texts("SELECT 1 FROM " + table + " WHERE job_id = ?", job).isEmpty()) {
                left.add("rows of " + table);
            }
        }
        var lease =
                texts(
                        "SELECT holder FROM job_lease WHERE job_id = ? AND until_millis > 1000 *"
                                + " extract(epoch FROM now())",
                        job);
        lease.forEach(holder -> left.add("a lease of " + holder));
        return left;
    }

    /** Whether exactly one model of the job is kept, with its files. */
    boolean hasModel(String job) throws SQLException {
        return texts("SELECT 1 FROM model WHERE job_id = ?", job).size() == 1
                && !texts("SELECT name FROM artifact WHERE job_id = ?", job).isEmpty();
    }

    List<Round> rounds(String job) throws SQLException {
        var tasks = texts("SELECT task FROM round_summary WHERE job_id = ? ORDER BY round", job);
        var included =
                texts("SELECT included FROM round_summary WHERE job_id = ? ORDER BY round", job);
        var outcomes =
                texts("SELECT outcome FROM round_summary WHERE job_id = ? ORDER BY round", job);
        var rounds = new ArrayList<Round>();
        for (int i = 0; i < tasks.size(); i++) {
            rounds.add(
                    new Round(
                            tasks.get(i),
                            Consortium.json(included.get(i))
                                    .valueStream()
                                    .map(JsonNode::asText)
                                    .toList(),
                            outcomes.get(i).equals("DONE")));
        }
        return rounds;
    }

    long bytes() throws SQLException {
        return Long.parseLong(texts("SELECT pg_database_size(current_database())").getFirst());
    }

    /** How many rows each table of ours has. */
    Map<String, Long> rows() throws SQLException {
        var rows = new TreeMap<String, Long>();
        for (var table :
                texts(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema ="
                                + " 'public'")) {
            rows.put(table, Long.parseLong(texts("SELECT count(*) FROM " + table).getFirst()));
        }
        return rows;
    }

    private List<String> texts(String sql, String... arguments) throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setString(i + 1, arguments[i]);
            }
            try (var rows = statement.executeQuery()) {
                var texts = new ArrayList<String>();
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
                return texts;
            }
        }
    }
}
