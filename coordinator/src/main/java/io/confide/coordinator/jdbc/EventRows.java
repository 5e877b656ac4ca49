package io.confide.coordinator.jdbc;

import com.fasterxml.jackson.core.type.TypeReference;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Recent;
import io.confide.coordinator.port.Views.EventView;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Reads the history of one job, or as much of it as somebody wants. */
final class EventRows {
    private static final String OF_JOB = " FROM job_event WHERE job_id = ? AND sequence > ?";
    private static final String BEFORE = OF_JOB + " AND sequence < ?";

    private static final String NTH_OPENING =
            "SELECT sequence"
                    + OF_JOB
                    + " AND kind = 'roundOpened' ORDER BY sequence DESC LIMIT 1 OFFSET ?";

    /** A sum after which training has converged is one of them. */
    private static final String TURNS =
            "SELECT *"
                    + BEFORE
                    + " AND kind NOT IN ('roundOpened', 'dropped')"
                    + " AND (kind <> 'roundDone' OR data LIKE '%\"spared\"%') ORDER BY sequence";

    private static final String DROPS =
            "SELECT *" + BEFORE + " AND kind = 'dropped' ORDER BY sequence DESC LIMIT ?";

    private static final String SUMS =
            "SELECT sequence"
                    + BEFORE
                    + " AND kind = 'roundDone' AND data NOT LIKE '%\"spared\"%' ORDER BY sequence";

    private static final String ONE = "SELECT * FROM job_event WHERE job_id = ? AND sequence = ?";

    /** A key of the data, so that it is looked for as it is written; no name of a site has a quotation mark. */
    private static final String OF_ROUND =
            "SELECT *"
                    + BEFORE
                    + " AND kind IN ('roundOpened', 'roundDone', 'roundFailed', 'dropped')"
                    + " AND (data LIKE ? OR data LIKE ?) ORDER BY sequence";

    private final Database database;
    private final JobId job;

    EventRows(Database database, JobId job) {
        this.database = database;
        this.job = job;
    }

    List<EventView> after(long after) {
        return rows("SELECT *" + OF_JOB + " ORDER BY sequence", after);
    }

    boolean any(long after) {
        return database.find(
                        "SELECT 1" + OF_JOB + " LIMIT 1",
                        where -> bind(where, after),
                        row -> row.getInt(1))
                .isPresent();
    }

    List<EventView> recent(Recent which) {
        long from =
                database.find(
                                NTH_OPENING,
                                where -> {
                                    bind(where, which.after());
                                    where.setInt(3, which.rounds() - 1);
                                },
                                row -> row.getLong(1))
                        .orElse(0L);
        if (from == 0) {
            return after(which.after());
        }
        var turns = before(TURNS, which.after(), from);
        var events = new ArrayList<>(turns);
        events.addAll(drops(which.after(), from));
        events.addAll(spread(sums(which.after(), from), turns));
        which.round().ifPresent(round -> addRound(events, round, which.after(), from));
        events.sort(Comparator.comparingLong(EventView::sequence));
        events.addAll(after(from - 1));
        return List.copyOf(events);
    }

    private List<EventView> drops(long after, long from) {
        return database.query(
                DROPS,
                where -> {
                    bind(where, after);
                    where.setLong(3, from);
                    where.setInt(4, Recent.DROPS_MAX);
                },
                EventRows::event);
    }

    private List<Long> sums(long after, long from) {
        return database.query(
                SUMS,
                where -> {
                    bind(where, after);
                    where.setLong(3, from);
                },
                row -> row.getLong(1));
    }

    /** Evenly, and beside what ends a task: the curve of a task begins and ends where the task does. */
    private List<EventView> spread(List<Long> sums, List<EventView> turns) {
        var all = new TreeSet<>(sums);
        var told = new TreeSet<Long>();
        int step = Math.max(1, Math.ceilDiv(sums.size(), Recent.SUMS_MAX));
        for (int i = 0; i < sums.size(); i += step) {
            told.add(sums.get(i));
        }
        for (var turn : turns.stream().filter(EventRows::endsTask).toList()) {
            Optional.ofNullable(all.lower(turn.sequence())).ifPresent(told::add);
            Optional.ofNullable(all.higher(turn.sequence())).ifPresent(told::add);
        }
        return told.stream().map(this::one).flatMap(Optional::stream).toList();
    }

    /** With its last sum a task is evaluated, or has converged. */
    private static boolean endsTask(EventView event) {
        return event.kind().equals("metrics") || event.data().containsKey("spared");
    }

    private Optional<EventView> one(long sequence) {
        return database.find(
                        ONE,
                        where -> {
                            where.setString(1, job.toString());
                            where.setLong(2, sequence);
                        },
                        EventRows::event)
                .map(EventRows::withoutSteps);
    }

    private static EventView withoutSteps(EventView event) {
        var data = new HashMap<>(event.data());
        data.remove("steps");
        return new EventView(event.sequence(), event.time(), event.kind(), data);
    }

    private void addRound(List<EventView> events, long round, long after, long from) {
        var whole =
                database.query(
                        OF_ROUND,
                        where -> {
                            bind(where, after);
                            where.setLong(3, from);
                            where.setString(4, "%\"round\":" + round + ",%");
                            where.setString(5, "%\"round\":" + round + "}%");
                        },
                        EventRows::event);
        events.removeIf(
                event -> whole.stream().anyMatch(same -> same.sequence() == event.sequence()));
        events.addAll(whole);
    }

    private List<EventView> rows(String sql, long after) {
        return database.query(sql, where -> bind(where, after), EventRows::event);
    }

    private List<EventView> before(String sql, long after, long from) {
        return database.query(
                sql,
                where -> {
                    bind(where, after);
                    where.setLong(3, from);
                },
                EventRows::event);
    }

    private void bind(java.sql.PreparedStatement where, long after) throws SQLException {
        where.setString(1, job.toString());
        where.setLong(2, after);
    }

    private static EventView event(ResultSet row) throws SQLException {
        return new EventView(
                row.getLong("sequence"),
                Columns.instant(row, "at_millis"),
                row.getString("kind"),
                Columns.parse(row.getString("data"), new TypeReference<Map<String, Object>>() {}));
    }
}
