package io.confide.common.files;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Enum constants as they are written in files: {@code ZERO_AFTER_SCALING} is {@code zero-after-scaling}. */
public final class Words {
    private static final int WORD_MAX = 64;

    private Words() {}

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant of {@code type} that is written {@code word}. */
    public static <E extends Enum<E>> Optional<E> find(Class<E> type, String word) {
        return Optional.ofNullable(all(type).get(word));
    }

    /** Every constant of {@code type} by its word, in declaration order. */
    static <E extends Enum<E>> Map<String, E> all(Class<E> type) {
        var words = new LinkedHashMap<String, E>();
        Arrays.stream(type.getEnumConstants()).forEach(e -> words.put(of(e), e));
        return words;
    }

    /** The candidate nearest to {@code word} if it is near enough to be a slip of the pen. */
    public static Optional<String> nearest(String word, Iterable<String> candidates) {
        if (word.length() > WORD_MAX) {
            return Optional.empty();
        }
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : candidates) {
            int distance =
                    distance(word.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        boolean near = least <= Math.max(1, Math.max(word.length(), best.length()) / 2);
        return near && !best.isEmpty() ? Optional.of(best) : Optional.empty();
    }

    /** Optimal string alignment distance: insert, delete, replace, swap two neighbours. */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 ? j : j == 0 ? i : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] d, int i, int j) {
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j - 1] + replace, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}
