package io.confide.cli.command;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as people write them. */
final class Durations {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

    private Durations() {}

    /** Parses {@code 90s}, {@code 30m}, {@code 24h} or {@code 7d}. */
    static Duration parse(String text) {
        var match = FORM.matcher(text);
        if (!match.matches()) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    "\"" + text + "\" is not a time span. Write it like 30m, 24h or 7d.");
        }
        long count = Long.parseLong(match.group(1));
        return switch (match.group(2).charAt(0)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
