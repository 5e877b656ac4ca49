package io.confide.coordinator.http;

import io.confide.coordinator.http.Alerts.Alert;
import io.confide.coordinator.http.Alerts.Severity;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What needs a person in the round that is open, and in those that are left. */
final class RoundAlerts {
    /** Network and scheduling; below it nobody is late. */
    private static final long SLACK_MILLIS = 1000;

    private RoundAlerts() {}

    static Stream<Alert> of(
            JobView job, RunningView course, Map<String, SiteView> sites, Instant now) {
        return Stream.concat(
                course.open().flatMap(round -> late(job, round, sites, now)).stream(),
                forecast(job, course).stream());
    }

    /**
     * A site is late when it takes half as long again as the class of its usual time: the usual time itself tells something
     * of how many rows it has, so nothing that people see depends on more than its class.
     */
    private static Optional<Alert> late(
            JobView job, OpenRoundView round, Map<String, SiteView> sites, Instant now) {
        var open = Duration.between(round.opened(), now);
        var late =
                round.cohort().stream()
                        .filter(site -> !round.stored().contains(site))
                        .filter(site -> !round.lost().contains(site))
                        .filter(site -> isLate(usual(sites, site), open))
                        .toList();
        if (late.isEmpty() || !now.isBefore(round.closes())) {
            return Optional.empty();
        }
        boolean one = late.size() == 1;
        long usual = late.stream().mapToLong(site -> usual(sites, site).orElse(0)).max().orElse(0);
        int without =
                (int) round.cohort().stream().filter(site -> !round.lost().contains(site)).count()
                        - late.size();
        var text =
                "%s not uploaded since round %d of %s opened; usually %s under %s. %s"
                        .formatted(
                                one ? "It has" : "They have",
                                round.round(),
                                job.name(),
                                one ? "it takes" : "each takes",
                                words(Duration.ofMillis(usual)),
                                consequence(job, round, without, one ? "it" : "them"));
        return Optional.of(
                Alerts.alert(
                        job,
                        "SITE_LATE",
                        without < job.needed() ? Severity.FAIL : Severity.WARN,
                        Alerts.names(late) + (one ? " is late" : " are late"),
                        text,
                        "wait %s; if %s, ask the operator of %s to run confide participant doctor."
                                .formatted(
                                        words(Duration.between(now, round.closes())),
                                        one
                                                ? "it has not come by then"
                                                : "they have not come by then",
                                        one ? late.getFirst() : "each of them"),
                        // Since when all of them are late, which is not when the round opened.
                        Optional.of(round.opened().plusMillis(due(usual)))));
    }

    private static String consequence(JobView job, OpenRoundView round, int without, String whom) {
        int asked = round.cohort().size();
        return without < job.needed()
                ? "Without %s the round has %d of %d sites and needs %d: no sum would be opened."
                        .formatted(whom, without, asked, job.needed())
                : "Without %s the round closes at %d of %d and needs %d; %s."
                        .formatted(
                                whom,
                                without,
                                asked,
                                job.needed(),
                                Alerts.bears(without, job.needed(), "round"));
    }

    private static boolean isLate(OptionalLong usualUnderMillis, Duration open) {
        return usualUnderMillis.isPresent() && open.toMillis() > due(usualUnderMillis.getAsLong());
    }

    /** Milliseconds after which a site is late. */
    private static long due(long usualUnderMillis) {
        return usualUnderMillis * 3 / 2 + SLACK_MILLIS;
    }

    private static OptionalLong usual(Map<String, SiteView> sites, String site) {
        return Optional.ofNullable(sites.get(site))
                .flatMap(SiteView::delays)
                .map(DelaysView::usualUnderMillis)
                .orElseGet(OptionalLong::empty);
    }

    /** Under a guarantee the sites pay for so many rounds and no more; given-up ones are among them. */
    private static Optional<Alert> forecast(JobView job, RunningView course) {
        if (course.roundsLeft().isEmpty()) {
            return Optional.empty();
        }
        long may = course.roundsLeft().getAsLong() + (course.open().isPresent() ? 1 : 0);
        int must = job.roundsPlanned() - job.roundsDone();
        if (may >= must) {
            return Optional.empty();
        }
        return Optional.of(
                Alerts.alert(
                        job,
                        "BUDGET_FORECAST",
                        Severity.WARN,
                        job.name() + " will have spent its privacy before it is done",
                        "%d more rounds are needed and %d may still use records: rounds that were given up are spent too, because sites may have charged them. The job fails after the last one."
                                .formatted(must, may),
                        "cancel the job and plan it again with more commits than rounds, which"
                                + " takes more noise; what sites charged stays charged.",
                        Optional.empty()));
    }

    /** As people say it: "9 s", "3 min". */
    static String words(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 120_000) {
            return millis < 10_000
                    ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
                    : Math.round(millis / 1000.0) + " s";
        }
        return Math.round(millis / 60_000.0) + " min";
    }
}
