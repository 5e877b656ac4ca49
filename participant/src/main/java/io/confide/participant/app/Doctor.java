package io.confide.participant.app;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks at a site's home and its surroundings before anything is started. */
public final class Doctor {
    /** How a check came out. */
    public enum Mark {
        OK("✓"),
        WARNING("!"),
        PROBLEM("✗");

        private final String sign;

        Mark(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    /**
     * One line of the report.
     *
     * @param fix what to do, for a warning or a problem
     */
    public record Check(Mark mark, String name, String finding, Optional<String> fix) {}

    /** All checks in the order of the report. */
    public record Report(List<Check> checks) {
        public Report {
            checks = List.copyOf(checks);
        }

        public long problems() {
            return checks.stream().filter(check -> check.mark() == Mark.PROBLEM).count();
        }

        public long warnings() {
            return checks.stream().filter(check -> check.mark() == Mark.WARNING).count();
        }
    }

    private Doctor() {}

    /** Examines {@code home}; never throws for what it finds. */
    public static Report examine(Path home) {
        return new Report(List.of());
    }
}
