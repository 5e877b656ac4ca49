package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.ComplaintBody;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The sentences that people read about a job: what happened, to whom, and what to do. Of a job that fails the last sentence,
 * and it alone, says what to do.
 */
public final class JobSentences {
    /** What is said of a plan that enough sites permit: nobody has to do anything any more. */
    public static final String STARTS_BY_ITSELF =
            "which is enough: the job starts by itself within seconds";

    /** As many are named one by one; more are counted by what they lack. */
    static final int NAMED_MAX = 10;

    static final String START_MISSING = "Start the missing sites and retry the job.";

    private JobSentences() {}

    /** Too few sites are here for a round. */
    static String tooFew(Standing standing) {
        if (isTooClose(standing)) {
            return "%s; missing: %s. %s"
                    .formatted(tooClose(standing), missing(standing), START_MISSING);
        }
        return "Only %d of the at least %d sites needed are connected and permit the plan; missing: %s. %s"
                .formatted(
                        standing.willing().size(),
                        standing.group().floor(),
                        missing(standing),
                        START_MISSING);
    }

    private static boolean isTooClose(Standing standing) {
        return standing.willing().size() >= standing.group().floor();
    }

    private static String tooClose(Standing standing) {
        return "The sum of any %d of the %d sites that are here would differ from an earlier sum in fewer than %d sites, so that no site would help to open it"
                .formatted(
                        standing.group().floor(),
                        standing.willing().size(),
                        standing.rules().leastApart());
    }

    /** So many sites refuse the plan that it can never run. */
    static String denied(Standing standing, JobRules.Group group) {
        return "Too many sites refuse the plan (%d must take part%s): %s. Change the job or ask their stewards."
                .formatted(
                        group.floor(),
                        standing.rules().isGrouped() ? " of " + names(group.sites()) : "",
                        group.sites().stream()
                                .filter(standing::denied)
                                .map(site -> site + ": " + reasons(standing, site))
                                .collect(Collectors.joining("; ")));
    }

    static String spent(long rounds) {
        return "None of the %d rounds that the plan's privacy allows brought a sum. Retry the job when more sites are there."
                .formatted(rounds);
    }

    static String noKeys(int attempts, String why) {
        return "The sites did not agree on keys in %d attempts (%s). See the sites' logs and retry the job."
                .formatted(attempts, why.isEmpty() ? "sites left" : why);
    }

    /** What one site says of another during a key set-up. */
    public static String complaint(SiteId accuser, SiteId accused, ComplaintBody.Reason reason) {
        return "%s says of %s: %s".formatted(accuser, accused, reason.words());
    }

    /** Complaints, each of which only its two sites can judge, have excluded too many sites. */
    public static String blocked(
            List<String> complaints, SortedSet<SiteId> excluded, int colluders, int floor) {
        return "No keys: %s. A site with more than C = %d complaints around it is left out, here %s, and fewer than %d sites remain. The stewards of these sites must find out which of them is broken or lies; the job can be submitted again without it."
                .formatted(String.join("; ", complaints), colluders, names(excluded), floor);
    }

    /** Returns what a job that waits or pauses is waiting for; empty if it does neither. */
    public static String waitingFor(JobState state, String planHash) {
        return switch (state) {
            case JobState.AwaitingApproval s ->
                    "waiting for approval of plan %s (%s); missing: %s"
                            .formatted(
                                    planHash,
                                    permitting(s.standing()),
                                    missing(s.standing(), s.standing().rules().roster()));
            case JobState.Waiting s when isTooClose(s.standing()) ->
                    "waiting for sites to return; %s: %s"
                            .formatted(tooClose(s.standing()), missing(s.standing()));
            case JobState.Waiting s ->
                    "waiting for sites to return (%d of at least %d are here): %s"
                            .formatted(
                                    s.standing().willing().size(),
                                    s.standing().group().floor(),
                                    missing(s.standing()));
            case JobState.Resuming s ->
                    "the coordinator restarted; waiting for sites to return: %s"
                            .formatted(missing(s.standing(), s.standing().rules().roster()));
            case JobState.Withdrawing s ->
                    "round %d failed and is repeated once at least %d sites have given it up%s: %s"
                            .formatted(
                                    s.standing().lastRound(),
                                    s.standing().group().quorum(),
                                    s.standing()
                                            .pausedBy()
                                            .map(", after the pause that %s asked for"::formatted)
                                            .orElse(""),
                                    s.failure().what());
            case JobState.Paused s ->
                    "Paused by %s after %d of %d rounds"
                            .formatted(
                                    s.standing().pausedBy().orElse("somebody"),
                                    s.standing().tasksDone(),
                                    s.standing().rules().tasks());
            case JobState.Running s ->
                    s.standing()
                            .pausedBy()
                            .map(
                                    actor ->
                                            "the pause that %s asked for begins when round %d has ended"
                                                    .formatted(actor, s.standing().lastRound()))
                            .orElse("");
            case JobState.KeySetup _,
                    JobState.Completed _,
                    JobState.Failed _,
                    JobState.Cancelled _ ->
                    "";
        };
    }

    /** How many permit the plan, and whether that is enough: then the job waits for the others no longer than its patience. */
    private static String permitting(Standing standing) {
        int permitting = standing.permitting();
        int roster = standing.rules().roster().size();
        if (standing.isEnoughOfEveryGroup()) {
            return "%d of %d sites permit it, %s".formatted(permitting, roster, STARTS_BY_ITSELF);
        }
        return permitting < standing.rules().least()
                ? "it needs at least %d sites, and %d permit it so far"
                        .formatted(standing.rules().least(), permitting)
                : "%d of %d sites permit it so far, but not enough of every group"
                        .formatted(permitting, roster);
    }

    /** What a site dealt for {@code round} does not fit together, as signed by itself. */
    public static String wrongDeal(long round, SiteId dealer) {
        return "Round %d cannot be opened: %s dealt wrong secrets in the key set-up. Its steward must find out why; the job can be submitted again without it."
                .formatted(round, dealer);
    }

    private static String missing(Standing standing) {
        return missing(standing, standing.group().sites());
    }

    private static String missing(Standing standing, SortedSet<SiteId> sites) {
        var missing =
                sites.stream()
                        .filter(
                                site ->
                                        !standing.connected().contains(site)
                                                || !standing.permitted(site))
                        .toList();
        if (missing.isEmpty()) {
            return "nobody";
        }
        if (missing.size() <= NAMED_MAX) {
            return missing.stream()
                    .map(site -> site + " (" + where(standing, site) + ")")
                    .collect(Collectors.joining(", "));
        }
        var lacks =
                missing.stream()
                        .collect(
                                Collectors.groupingBy(
                                        site -> lack(standing, site),
                                        TreeMap::new,
                                        Collectors.counting()));
        return "%d sites (%s; %d of them not connected)"
                .formatted(
                        missing.size(),
                        lacks.entrySet().stream()
                                .map(lack -> lack.getValue() + " " + lack.getKey())
                                .collect(Collectors.joining(", ")),
                        missing.stream()
                                .filter(site -> !standing.connected().contains(site))
                                .count());
    }

    private static String lack(Standing standing, SiteId site) {
        var answer = standing.answers().get(site);
        if (answer == null) {
            return "without an answer";
        }
        return switch (answer.verdict()) {
            case PERMITTED -> "permitting";
            case PENDING_APPROVAL -> "not approved yet";
            case DENIED -> "refusing";
        };
    }

    private static String names(SortedSet<SiteId> sites) {
        return sites.stream().map(SiteId::value).collect(Collectors.joining(", "));
    }

    private static String where(Standing standing, SiteId site) {
        if (!standing.connected().contains(site)) {
            return "not connected";
        }
        var answer = standing.answers().get(site);
        if (answer == null) {
            return "has not answered yet";
        }
        return switch (answer.verdict()) {
            case PERMITTED -> "ready";
            case PENDING_APPROVAL -> "not approved yet";
            case DENIED -> "refuses: " + reasons(standing, site);
        };
    }

    private static String reasons(Standing standing, SiteId site) {
        var answer = standing.answers().get(site);
        List<String> reasons = answer == null ? List.of() : answer.reasons();
        return reasons.isEmpty() ? "no reason given" : String.join(", ", reasons);
    }
}
