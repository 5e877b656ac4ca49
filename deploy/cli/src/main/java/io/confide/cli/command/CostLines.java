package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;

/** What a job costs as lines of text: planned, and so far. */
final class CostLines {
    private static final int STEP = 1024;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private CostLines() {}

    static List<String> of(JsonNode cost) {
        if (cost.isMissingNode()) {
            return List.of();
        }
        var planned = cost.path("planned");
        var soFar = cost.path("soFar");
        int givenUp = soFar.path("givenUp").asInt();
        var median =
                soFar.has("medianSeconds")
                        ? ", median " + seconds(soFar.path("medianSeconds").asDouble())
                        : "";
        return List.of(
                "  planned     %d rounds; a site sends about %s and receives about %s"
                        .formatted(
                                planned.path("rounds").asInt(),
                                bytes(planned.path("upBytes").asLong()),
                                bytes(planned.path("downBytes").asLong())),
                "              about %s up and %s down per site and training round"
                        .formatted(
                                bytes(planned.path("roundUpBytes").asLong()),
                                bytes(planned.path("roundDownBytes").asLong())),
                "  so far      %d rounds%s%s; %s of masked inputs in the sums, all sites"
                        .formatted(
                                soFar.path("rounds").asInt(),
                                givenUp > 0 ? " and " + givenUp + " given up" : "",
                                median,
                                bytes(soFar.path("inputBytes").asLong())));
    }

    /** Binary units, one decimal. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    private static String seconds(double seconds) {
        return seconds < 1
                ? Math.round(seconds * 1000) + " ms"
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
