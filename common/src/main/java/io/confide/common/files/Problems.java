package io.confide.common.files;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Everything wrong with one file, gathered so that a person mends it in one go. */
final class Problems {
    private static final int SHOWN_MAX = 100;

    private final String file;
    private final List<Problem> found = new ArrayList<>();
    private final Set<String> told = new HashSet<>();
    private final Set<String> keys = new TreeSet<>();

    Problems(String file) {
        this.file = file;
    }

    private record Problem(int line, String path, String sentence, ErrorCode code) {}

    void add(int line, String path, String sentence) {
        add(new Problem(line, path, sentence, ErrorCode.BAD_FILE));
    }

    /** Something that Confide will know one day: refused, so that nobody believes it is in force. */
    void notBuilt(int line, String path, String sentence) {
        add(new Problem(line, path, sentence, ErrorCode.NOT_BUILT));
    }

    /** Only the first problem of a value is told: what follows is mostly its consequence. */
    private void add(Problem problem) {
        if (problem.path().isEmpty() || told.add(problem.path())) {
            found.add(problem);
        }
    }

    /** Notes that the reader knows this key; list positions are written {@code []}. */
    void known(String path) {
        keys.add(path.replaceAll("\\[\\d+]", "[]"));
    }

    /** The keys that were asked for; a test holds the published schema against them. */
    Set<String> keys() {
        return keys;
    }

    /**
     * Returns if there is no problem.
     *
     * @throws ConfideException with one line per problem, in file order; BAD_FILE unless every problem is
     *     that something is not built
     */
    void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        var lines = new StringBuilder();
        lines.append(file)
                .append(" has ")
                .append(found.size())
                .append(found.size() == 1 ? " problem:" : " problems:");
        found.stream()
                .sorted(Comparator.comparingInt(Problem::line))
                .limit(SHOWN_MAX)
                .forEach(problem -> lines.append('\n').append(line(problem)));
        if (found.size() > SHOWN_MAX) {
            lines.append("\n  and ").append(found.size() - SHOWN_MAX).append(" more.");
        }
        boolean onlyNotBuilt = found.stream().allMatch(p -> p.code() == ErrorCode.NOT_BUILT);
        throw new ConfideException(
                onlyNotBuilt ? ErrorCode.NOT_BUILT : ErrorCode.BAD_FILE, lines.toString());
    }

    private static String line(Problem problem) {
        String where = problem.path().isEmpty() ? "" : problem.path() + ": ";
        return String.format("  line %-3d %s%s", problem.line(), where, problem.sentence());
    }
}
