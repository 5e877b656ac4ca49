package io.confide.participant.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the column a person probably meant. */
final class NearestName {
    private NearestName() {}

    /** Returns the candidate closest to {@code name} by edit distance, if it is closer than half its length. */
    static Optional<String> of(String name, Collection<String> candidates) {
        return candidates.stream()
                .filter(candidate -> related(name, candidate))
                .min(
                        Comparator.<String>comparingInt(candidate -> distance(name, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private static boolean related(String a, String b) {
        var left = a.toLowerCase(Locale.ROOT);
        var right = b.toLowerCase(Locale.ROOT);
        boolean abbreviates =
                Math.min(left.length(), right.length()) >= 3
                        && (left.startsWith(right) || right.startsWith(left));
        return abbreviates || 2 * distance(left, right) <= Math.max(left.length(), right.length());
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
