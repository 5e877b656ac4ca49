package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.common.model.ConfideException;
import io.confide.participant.vault.Home;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at a site's home and its surroundings before anything is started. */
public final class Doctor {
    private Doctor() {}

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
    public record Check(Mark mark, String name, String finding, Optional<String> fix) {
        static Check ok(String name, String finding) {
            return new Check(Mark.OK, name, finding, Optional.empty());
        }

        static Check warning(String name, String finding, String fix) {
            return new Check(Mark.WARNING, name, finding, Optional.of(fix));
        }

        static Check problem(String name, String finding, String fix) {
            return new Check(Mark.PROBLEM, name, finding, Optional.of(fix));
        }
    }

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

    /** Examines {@code home}; never throws for what it finds. Starts the training engine of this process. */
    public static Report examine(Path home) {
        var place = new Home(home);
        var checks = new ArrayList<Check>();
        var machine = new MachineChecks();
        checks.add(machine.java());
        Optional<ParticipantConfig> config = Optional.empty();
        try {
            config = Optional.of(ParticipantProcess.configuration(place));
        } catch (ConfideException e) {
            checks.add(problem("configuration", e, "write participant.yaml in " + home));
        }
        checks.addAll(machine.training(config));
        checks.addAll(new ConnectionChecks(place, InstantSource.system()).run(config));
        var inside = new HomeChecks(place);
        config.ifPresent(read -> checks.addAll(inside.datasets(read)));
        checks.add(inside.policy());
        checks.add(inside.roster());
        checks.addAll(inside.durable());
        checks.addAll(machine.memory());
        return new Report(checks);
    }

    /** Runs {@code check}; what it throws becomes a problem of that name. */
    static Check guarded(String name, String fix, Supplier<Check> check) {
        try {
            return check.get();
        } catch (ConfideException e) {
            return problem(name, e, fix);
        } catch (RuntimeException | LinkageError e) {
            return Check.problem(name, "failed: " + e, fix);
        }
    }

    private static Check problem(String name, ConfideException reason, String fix) {
        var sentence = reason.sentence();
        int end = sentence.indexOf("; ");
        // Our sentences say what to do after the semicolon: a second remedy beside it would only
        // confuse.
        return end > 0 && sentence.lines().count() == 1
                ? Check.problem(name, sentence.substring(0, end), sentence.substring(end + 2))
                : Check.problem(name, sentence, fix);
    }
}
