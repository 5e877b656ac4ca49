package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.Drop;
import io.confide.coordinator.round.RoundRules;
import io.confide.coordinator.round.RoundState;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Why a round has no sum, for people.
 *
 * @param what which sites were missing in which step; of more than ten, how many were missing how
 * @param advice what to do if the job ends because of it; empty if there is nothing to do
 */
public record RoundFailure(String what, String advice) {
    /** Returns why round {@code round} has no sum. */
    public static RoundFailure of(long round, RoundRules rules, RoundState.Failed end) {
        var missing = named(end.roll().dropped());
        return switch (end.reason()) {
            case TOO_FEW ->
                    new RoundFailure(
                            "Round %d has the inputs of only %d sites and needs %d; missing: %s."
                                    .formatted(
                                            round, end.included().size(), rules.floor(), missing),
                            JobSentences.START_MISSING);
            case TOO_CLOSE ->
                    new RoundFailure(
                            "The sum of round %d would differ from an earlier one in fewer than %d sites, so that no site would help to open it; missing: %s."
                                    .formatted(round, rules.past().leastApart(), missing),
                            JobSentences.START_MISSING);
            case NO_QUORUM ->
                    new RoundFailure(
                            "Fewer than %d of the %d sites signed the list of inputs of round %d; missing: %s."
                                    .formatted(
                                            rules.quorum(), end.roll().members(), round, missing),
                            JobSentences.START_MISSING);
            case NO_SHARES ->
                    new RoundFailure(
                            "Fewer than %d of the %d sites helped to open the sum of round %d; missing: %s."
                                    .formatted(
                                            rules.threshold(),
                                            end.roll().members(),
                                            round,
                                            missing),
                            JobSentences.START_MISSING);
            case INTEGRITY ->
                    new RoundFailure(
                            "A check value of round %d is wrong, so its sum was thrown away: a site or the network sends wrong bytes."
                                    .formatted(round),
                            "See the coordinator's log, and retry the job when the cause is gone.");
            case LEADER ->
                    new RoundFailure(
                            "The coordinator restarted in round %d, and not every input came again; missing: %s."
                                    .formatted(round, missing),
                            "Retry the job.");
        };
    }

    /** Both, as the last word of a job. */
    public String sentence() {
        return advice.isEmpty() ? what : what + " " + advice;
    }

    private static String named(SortedMap<SiteId, Drop> dropped) {
        if (dropped.isEmpty()) {
            return "none";
        }
        return dropped.size() <= JobSentences.NAMED_MAX
                ? dropped.entrySet().stream()
                        .map(each -> each.getKey() + " (" + how(each.getValue()) + ")")
                        .collect(Collectors.joining(", "))
                : counted(dropped);
    }

    /** Their names would fill a page; which they are stands in the round. */
    private static String counted(SortedMap<SiteId, Drop> dropped) {
        var ways =
                dropped.values().stream()
                        .collect(
                                Collectors.groupingBy(
                                        RoundFailure::how, TreeMap::new, Collectors.counting()));
        return "%d sites (%s)"
                .formatted(
                        dropped.size(),
                        ways.entrySet().stream()
                                .map(way -> way.getValue() + " " + way.getKey())
                                .collect(Collectors.joining("; ")));
    }

    private static String how(Drop drop) {
        return drop.cause().words() + drop.step().when();
    }
}
