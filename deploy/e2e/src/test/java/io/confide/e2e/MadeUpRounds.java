package io.confide.e2e;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happens in rounds that never were. */
final class MadeUpRounds {
    private MadeUpRounds() {}

    /** What is told of a round that has opened. */
    static Map<String, Object> opened(
            long round, String task, List<String> cohort, int deadlineSeconds) {
        return Map.of(
                "round", round,
                "epoch", 1,
                "task", task,
                "cohort", List.copyOf(cohort),
                "deadlineSeconds", deadlineSeconds);
    }

    /** A round that nobody has stored anything in yet. */
    static OpenRoundView open(long round, Instant at, List<String> cohort, int deadlineSeconds) {
        return new OpenRoundView(
                round,
                at,
                at.plusSeconds(deadlineSeconds),
                List.copyOf(cohort),
                Set.of(),
                Set.of());
    }

    /** What is told of a round that was given up. */
    static Map<String, Object> failed(long round, int cohort, String reason) {
        return Map.of(
                "round", round, "cohort", cohort, "included", 0, "seconds", 30.0, "reason", reason);
    }

    /** What is told of a round in which everybody of {@code cohort} but {@code dropped} is included. */
    static Map<String, Object> done(
            long round, String task, List<String> cohort, Set<String> dropped, double seconds) {
        var steps = new TreeMap<String, Object>();
        for (int i = 0; i < cohort.size(); i++) {
            if (!dropped.contains(cohort.get(i))) {
                steps.put(cohort.get(i), millis(i, round, seconds));
            }
        }
        var data = new HashMap<String, Object>();
        data.put("round", round);
        data.put("epoch", 1);
        data.put("task", task);
        data.put("cohort", cohort.size());
        data.put("included", cohort.size() - dropped.size());
        data.put(
                "dropped",
                dropped.stream()
                        .sorted()
                        .map(
                                site ->
                                        Map.of(
                                                "site", site,
                                                "step", "upload",
                                                "reason", "connection lost"))
                        .toList());
        data.put("seconds", seconds);
        data.put("steps", cohort.size() > 64 ? Map.of() : steps);
        return data;
    }

    /** A plausible course of a round for the site at {@code index}, slow now and then, in milliseconds since the opening. */
    static Map<String, Long> millis(int index, long round, double seconds) {
        double slow = (index + round) % 5 == 0 ? 1.4 : 1;
        double uploaded = seconds * slow * (0.34 + 0.24 * (index * 37 % 10) / 10.0);
        var steps = new LinkedHashMap<String, Long>();
        steps.put("training", Math.round(seconds * 30));
        steps.put("uploading", Math.round(uploaded * 940));
        steps.put("uploaded", Math.round(uploaded * 1000));
        steps.put("signed", Math.round(seconds * (860 + index % 7 * 5)));
        steps.put("revealed", Math.round(seconds * (930 + index % 7 * 5)));
        return steps;
    }

    /** Who of an {@code open} round is missing, as these events tell. */
    static RunningView running(
            JobId job, Optional<OpenRoundView> open, List<EventView> kept, List<EventView> passed) {
        return new RunningView(
                job.toString(),
                OptionalLong.empty(),
                open.map(
                        round ->
                                new OpenRoundView(
                                        round.round(),
                                        round.opened(),
                                        round.closes(),
                                        round.cohort(),
                                        sites(passed, "uploaded", round.round()),
                                        sites(kept, "dropped", round.round()))));
    }

    private static Set<String> sites(List<EventView> events, String kind, long round) {
        return events.stream()
                .filter(event -> event.kind().equals(kind))
                .filter(event -> ((Number) event.data().get("round")).longValue() == round)
                .map(event -> String.valueOf(event.data().get("site")))
                .collect(Collectors.toSet());
    }

    /** Numbers over so many folds together. */
    static Map<String, Double> evaluation(int folds) {
        return numbers(0.83 + 0.004 * folds, 0.006 / folds, folds);
    }

    /** Numbers of the fold at {@code index} alone: those of several together are their mean. */
    static Map<String, Double> ofFold(int index) {
        return numbers(0.834 + 0.008 * index, 0.006, 1);
    }

    private static Map<String, Double> numbers(double auc, double bound, int folds) {
        return Map.of(
                "auc",
                auc,
                "aucErrorBound",
                bound,
                "logLoss",
                0.33,
                "accuracy",
                0.87,
                "ece",
                0.024,
                "rows",
                137.0 * folds,
                "positives",
                21.0 * folds);
    }
}
