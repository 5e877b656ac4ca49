package io.confide.coordinator.http;

import io.confide.coordinator.http.Alerts.Alert;
import io.confide.coordinator.http.Alerts.Severity;
import io.confide.coordinator.port.Views.ClockView;
import io.confide.coordinator.port.Views.SiteView;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What needs a person at a site, whatever job runs. */
final class SiteAlerts {
    private static final Duration SOON = Duration.ofDays(14);
    private static final Duration CLOCK_SHOWN = Duration.ofHours(24);
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ROOT).withZone(ZoneOffset.UTC);

    private SiteAlerts() {}

    static Stream<Alert> of(List<SiteView> sites, Instant now) {
        return Stream.concat(
                certificates(sites, now).stream(),
                sites.stream()
                        .flatMap(
                                site ->
                                        site
                                                .clock()
                                                .filter(c -> c.at().isAfter(now.minus(CLOCK_SHOWN)))
                                                .map(c -> clock(site.id(), c))
                                                .stream()));
    }

    /** One alert for all of them: certificates of one day of enrolment end together. What ended long ago is given up. */
    private static Optional<Alert> certificates(List<SiteView> sites, Instant now) {
        var ending =
                sites.stream()
                        .filter(site -> end(site).isAfter(now.minus(SOON)))
                        .filter(site -> end(site).isBefore(now.plus(SOON)))
                        .sorted(Comparator.comparing(SiteAlerts::end))
                        .toList();
        if (ending.isEmpty()) {
            return Optional.empty();
        }
        var first = end(ending.getFirst());
        boolean over = !first.isAfter(now);
        String names = Alerts.names(ending.stream().map(SiteView::id).toList());
        boolean one = ending.size() == 1;
        return Optional.of(
                new Alert(
                        "CERTIFICATE_ENDS",
                        over ? Severity.FAIL : Severity.WARN,
                        (one ? "The certificate of " : "The certificates of ")
                                + names
                                + (one
                                        ? (over ? " has ended" : " ends soon")
                                        : (over ? " have ended or end soon" : " end soon")),
                        "%s on %s. A site without a valid certificate cannot connect and is in no round."
                                .formatted(
                                        (one ? "It " : "The first ") + (over ? "ended" : "ends"),
                                        DAY.format(first)),
                        "invite %s again under the same name; the operator moves identity/ away, enrols with the token, and the new key goes into the roster."
                                .formatted(one ? names : "each of them"),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static Instant end(SiteView site) {
        return site.certificateEnds().orElse(Instant.MAX);
    }

    private static Alert clock(String site, ClockView clock) {
        return new Alert(
                "CLOCK_SKEW",
                Severity.WARN,
                "The clock of %s is %s %s"
                        .formatted(
                                site,
                                RoundAlerts.words(clock.ahead().abs()),
                                clock.ahead().isNegative() ? "behind" : "ahead"),
                "More than a minute off, so deadlines mean nothing to it: it was turned away; a"
                        + " participant stops itself then.",
                "ask the operator of %s to turn on time synchronisation and start the participant again."
                        .formatted(site),
                Optional.empty(),
                Optional.of(clock.at()));
    }
}
