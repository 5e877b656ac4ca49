package io.confide.coordinator.http;

import io.confide.coordinator.job.JobSentences;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What needs a person now, derived from what jobs and sites say of themselves. Whatever needs nobody is no alert. */
final class Alerts {
    /** How long a failure is one. */
    static final Duration FAILURE_SHOWN = Duration.ofHours(24);

    private static final int NAMES_MAX = 5;

    /** What happened, and as the last sentence what to do. */
    private static final Pattern REASON =
            Pattern.compile("(.*\\.) (\\p{Lu}[^.]*\\.)", Pattern.DOTALL);

    private Alerts() {}

    /** The more urgent, the earlier. */
    enum Severity {
        FAIL,
        WARN,
        INFO;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param title what happened
     * @param text the consequence for the round and for privacy
     * @param next the one thing to do
     */
    record Alert(
            String code,
            Severity severity,
            String title,
            String text,
            String next,
            Optional<String> job,
            Optional<Instant> since) {}

    /** What is known at {@code now}. */
    record Picture(
            List<JobView> jobs, List<SiteView> sites, List<RunningView> running, Instant now) {
        /** By name. */
        Map<String, SiteView> known() {
            return sites.stream().collect(Collectors.toMap(SiteView::id, Function.identity()));
        }

        Optional<RunningView> course(JobView job) {
            return running.stream().filter(each -> each.job().equals(job.id())).findFirst();
        }
    }

    /** Returns the alerts, most urgent first; of the same urgency first those of the newest job, last those of no job. */
    static List<Alert> of(Picture picture) {
        return Stream.concat(
                        picture.jobs().stream().flatMap(job -> of(job, picture)),
                        SiteAlerts.of(picture.sites(), picture.now()))
                .sorted(Comparator.comparing(Alert::severity))
                .toList();
    }

    private static Stream<Alert> of(JobView job, Picture picture) {
        var now = picture.now();
        return switch (job.state()) {
            case AWAITING_APPROVAL -> unapproved(job, picture.known()).stream();
            case KEY_SETUP, TRAINING -> {
                var known = picture.known();
                yield Stream.concat(
                        running(job, known),
                        picture.course(job).stream()
                                .flatMap(course -> RoundAlerts.of(job, course, known, now)));
            }
            case PAUSED -> Stream.of(paused(job));
            case FAILED ->
                    job.ended().filter(ended -> ended.isAfter(now.minus(FAILURE_SHOWN))).stream()
                            .map(ended -> failed(job, ended));
            case QUEUED, COMPLETED, CANCELLED -> Stream.empty();
        };
    }

    /** A plan that enough sites permit needs nobody. */
    private static Optional<Alert> unapproved(JobView job, Map<String, SiteView> sites) {
        String reason = job.reason().orElse("Not every site has answered.");
        // What sites say themselves comes after that.
        return reason.split("; missing:", 2)[0].contains(JobSentences.STARTS_BY_ITSELF)
                ? Optional.empty()
                : Optional.of(
                        alert(
                                job,
                                "PLAN_UNAPPROVED",
                                Severity.INFO,
                                job.name() + " waits for approval",
                                reason,
                                approve(job, sites),
                                Optional.of(job.submitted())));
    }

    /** A site that is not connected can be asked nothing: it has to be started before. */
    private static String approve(JobView job, Map<String, SiteView> sites) {
        var away = away(job, sites);
        String ask =
                "the stewards of the missing sites to read and approve the plan. The job starts by"
                        + " itself once enough sites permit it.";
        return away.isEmpty()
                ? "ask " + ask
                : "ask the operator of %s to start its participant, then %s"
                        .formatted(
                                away.size() == 1 ? names(away) : "each site that is not connected",
                                ask);
    }

    private static List<String> away(JobView job, Map<String, SiteView> sites) {
        return job.siteVerdicts().keySet().stream()
                .filter(
                        site ->
                                !Optional.ofNullable(sites.get(site))
                                        .map(SiteView::connected)
                                        .orElse(false))
                .sorted()
                .toList();
    }

    private static Alert paused(JobView job) {
        return alert(
                job,
                "JOB_PAUSED",
                Severity.INFO,
                job.name() + " is paused",
                "%s. No round starts meanwhile; what was trained is kept."
                        .formatted(job.reason().orElse("Somebody has paused it")),
                "resume the job when it should go on; it does not go on by itself.",
                Optional.empty());
    }

    /** A reason says what to do: there is one next step and not two. */
    private static Alert failed(JobView job, Instant ended) {
        var reason = job.reason().orElse("The coordinator gave no reason.");
        var parts = REASON.matcher(reason);
        boolean advises = parts.matches();
        return alert(
                job,
                "JOB_FAILED",
                Severity.FAIL,
                job.name() + " has failed",
                advises ? parts.group(1) : reason,
                advises
                        ? parts.group(2).substring(0, 1).toLowerCase(Locale.ROOT)
                                + parts.group(2).substring(1)
                        : "remove the cause and retry the job; a job that ended cannot be resumed.",
                Optional.of(ended));
    }

    private static Stream<Alert> running(JobView job, Map<String, SiteView> sites) {
        var away = away(job, sites);
        var since =
                away.stream()
                        .flatMap(site -> Optional.ofNullable(sites.get(site)).stream())
                        .flatMap(view -> view.lastSeen().stream())
                        .min(Comparator.naturalOrder());
        var alerts = Stream.<Alert>builder();
        if (!away.isEmpty()) {
            alerts.add(offline(job, away, since));
        }
        if (job.state() == JobState.TRAINING && job.pausedBy().isEmpty()) {
            job.reason()
                    .ifPresent(
                            reason ->
                                    alerts.add(
                                            alert(
                                                    job,
                                                    "JOB_WAITS",
                                                    Severity.WARN,
                                                    job.name() + " waits",
                                                    reason,
                                                    "wait; the job goes on by itself when this has"
                                                            + " passed.",
                                                    Optional.empty())));
        }
        return alerts.build();
    }

    private static Alert offline(JobView job, List<String> away, Optional<Instant> since) {
        int there = job.rosterSize() - away.size();
        String names = names(away);
        String next =
                "ask the operator of %s to run confide participant doctor. A participant that still runs rejoins by itself; otherwise start it."
                        .formatted(away.size() == 1 ? names : "each of them");
        if (there < job.needed()) {
            return alert(
                    job,
                    "BELOW_THRESHOLD",
                    Severity.FAIL,
                    "Only %d of %d sites of %s are connected"
                            .formatted(there, job.rosterSize(), job.name()),
                    "%d are needed; without them no sum is opened. Missing: %s."
                            .formatted(job.needed(), names),
                    next,
                    since);
        }
        return alert(
                job,
                "SITE_OFFLINE",
                Severity.WARN,
                names + (away.size() == 1 ? " is offline" : " are offline"),
                "%s has %d of %d sites and needs %d; %s."
                        .formatted(
                                job.name(),
                                there,
                                job.rosterSize(),
                                job.needed(),
                                bears(there, job.needed(), "job")),
                next,
                since);
    }

    /** How many losses more stop {@code what}, the job or the round, that has {@code there} sites. */
    static String bears(int there, int needed, String what) {
        int more = there - needed + 1;
        return (more == 1 ? "one more loss" : more + " more losses") + " would stop the " + what;
    }

    static String names(List<String> sites) {
        if (sites.size() <= NAMES_MAX) {
            return String.join(", ", sites);
        }
        return String.join(", ", sites.subList(0, NAMES_MAX))
                + " and %d more".formatted(sites.size() - NAMES_MAX);
    }

    static Alert alert(
            JobView job,
            String code,
            Severity severity,
            String title,
            String text,
            String next,
            Optional<Instant> since) {
        return new Alert(code, severity, title, text, next, Optional.of(job.id()), since);
    }
}
