package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/** How the rounds of a job went, in few lines. */
record RoundSummary(int rounds, int complete, double medianMillis, List<String> leftOut) {
    RoundSummary {
        leftOut = List.copyOf(leftOut);
    }

    static RoundSummary of(JsonNode rounds) {
        Map<String, Integer> dropped = new TreeMap<>();
        int complete = 0;
        for (var round : rounds) {
            complete += round.path("dropped").isEmpty() ? 1 : 0;
            for (var drop : round.path("dropped")) {
                dropped.merge(
                        "%s (step %s: %s)"
                                .formatted(
                                        drop.path("site").asText(),
                                        drop.path("step").asText(),
                                        drop.path("reason").asText()),
                        1,
                        Integer::sum);
            }
        }
        return new RoundSummary(
                rounds.size(),
                complete,
                median(rounds),
                dropped.entrySet().stream()
                        .map(entry -> plural(entry.getValue()) + " without " + entry.getKey())
                        .toList());
    }

    private static double median(JsonNode rounds) {
        var sorted =
                StreamSupport.stream(rounds.spliterator(), false)
                        .mapToDouble(round -> round.path("seconds").asDouble())
                        .sorted()
                        .toArray();
        return sorted.length == 0 ? 0 : 1000 * sorted[sorted.length / 2];
    }

    private static String plural(int rounds) {
        return rounds == 1 ? "1 round" : rounds + " rounds";
    }

    /** e.g. {@code 180 rounds, 178 with all 7, median 41 ms}. */
    String sentence(int sites) {
        return String.format(
                Locale.ROOT,
                "%d rounds, %d with all %d, median %.0f ms",
                rounds,
                complete,
                sites,
                medianMillis);
    }
}
