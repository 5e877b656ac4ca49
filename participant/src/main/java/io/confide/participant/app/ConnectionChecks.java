package io.confide.participant.app;

import io.confide.common.files.ParticipantConfig;
import io.confide.participant.app.Doctor.Check;
import io.confide.participant.app.Doctor.Mark;
import io.confide.participant.enrol.AuthorityProbe;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What doctor asks about the way to the coordinator. */
final class ConnectionChecks {
    private static final long DAYS_MIN = 14;
    private static final String COORDINATOR = "coordinator";
    private static final String ENROL =
            "ask the coordinator's administrator for a token and run: confide participant enroll"
                    + " --token TOKEN";

    private final Home home;
    private final InstantSource clock;

    ConnectionChecks(Home home, InstantSource clock) {
        this.home = home;
        this.clock = clock;
    }

    List<Check> run(Optional<ParticipantConfig> config) {
        if (!Identity.exists(home)) {
            return List.of(Check.problem("enrolment", "this site is not enrolled", ENROL));
        }
        var checks = new ArrayList<Check>();
        var coordinators =
                config
                        .map(ParticipantConfig::coordinators)
                        .orElseGet(() -> List.of(Identity.open(home).card().coordinator()))
                        .stream()
                        .map(this::coordinator)
                        .toList();
        boolean oneAnswers = coordinators.stream().anyMatch(check -> check.mark() == Mark.OK);
        // The site works with any one of them, so the others need not keep it from starting.
        coordinators.forEach(
                check ->
                        checks.add(
                                oneAnswers && check.mark() == Mark.PROBLEM
                                        ? new Check(
                                                Mark.WARNING,
                                                check.name(),
                                                check.finding(),
                                                check.fix())
                                        : check));
        checks.add(Doctor.guarded("certificate", ENROL, this::certificate));
        return checks;
    }

    private Check coordinator(URI address) {
        return Doctor.guarded(
                COORDINATOR,
                "check that it runs, and that the firewall lets this computer connect to "
                        + address.getAuthority(),
                () -> {
                    AuthorityProbe.connect(address, Identity.open(home).card().authority());
                    return Check.ok(
                            COORDINATOR,
                            address.getAuthority()
                                    + " answers with the authority of the enrolment");
                });
    }

    private Check certificate() {
        var until = Identity.open(home).parsedCertificate().getNotAfter().toInstant();
        long days = Duration.between(clock.instant(), until).toDays();
        if (until.isBefore(clock.instant())) {
            return Check.problem("certificate", "expired at " + until, ENROL);
        }
        return days < DAYS_MIN
                ? Check.warning("certificate", "valid for " + days + " more days only", ENROL)
                : Check.ok("certificate", "valid for " + days + " days");
    }
}
