package io.confide.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * What was seen of the rounds of one job over processes on this machine.
 *
 * @param parameters of the model
 * @param rounds that were done while measuring, in {@code seconds}
 * @param failed rounds, likewise
 * @param coordinatorSeconds processor time of the coordinator, likewise
 * @param siteSeconds of each site, likewise
 * @param phaseSeconds by phase the time between its beginning and its end, summed over the rounds
 * @param warmUp rounds per second, in each tenth of the warm-up
 */
public record RoundsReport(
        RoundsSettings settings,
        int parameters,
        double rounds,
        double failed,
        double seconds,
        double coordinatorSeconds,
        List<Double> siteSeconds,
        SortedMap<String, Double> phaseSeconds,
        List<Double> warmUp) {
    public RoundsReport {
        siteSeconds = List.copyOf(siteSeconds);
        warmUp = List.copyOf(warmUp);
    }

    private double perSecond() {
        return rounds / seconds;
    }

    /** Processor milliseconds of all processes for one round. */
    private double processorMillis() {
        return coordinatorMillis() + siteMillis() * siteSeconds.size();
    }

    private double coordinatorMillis() {
        return 1e3 * coordinatorSeconds / rounds;
    }

    private double siteMillis() {
        double all = siteSeconds.stream().mapToDouble(each -> each).sum();
        return 1e3 * all / siteSeconds.size() / rounds;
    }

    public ObjectNode json() {
        var json = JsonText.object();
        json.put("sites", settings.sites())
                .put("dimension", parameters)
                .put("rows", settings.rows())
                .put("synthetic", true);
        settings.epsilon().ifPresent(epsilon -> json.put("epsilon", epsilon));
        json.put("rounds", Math.round(rounds))
                .put("failed", Math.round(failed))
                .put("seconds", seconds)
                .put("roundsPerSecond", perSecond());
        json.putObject("processorMillisPerRound")
                .put("all", processorMillis())
                .put("coordinator", coordinatorMillis())
                .put("site", siteMillis());
        var phases = json.putObject("phaseMillis");
        phaseSeconds.forEach((phase, sum) -> phases.put(phase, 1e3 * sum / rounds));
        var warm = json.putArray("warmUpRoundsPerSecond");
        warmUp.forEach(warm::add);
        return json;
    }

    public void print(Terminal terminal) {
        row(
                terminal,
                "rounds",
                "%d sites, %d parameters, synthetic records%s"
                        .formatted(
                                settings.sites(),
                                parameters,
                                settings.epsilon().isPresent()
                                        ? ", noise of record-level privacy"
                                        : ""));
        row(terminal, "done", text(perSecond(), " a second, %d failed".formatted((long) failed)));
        row(
                terminal,
                "processor time of a round",
                text(processorMillis(), " ms: ")
                        + text(coordinatorMillis(), " ms of the coordinator, ")
                        + text(siteMillis(), " ms of each site"));
        phaseSeconds.forEach(
                (phase, sum) -> row(terminal, "  " + phase, text(1e3 * sum / rounds, " ms")));
        row(
                terminal,
                "while warming up",
                String.join(
                                ", ",
                                warmUp.stream()
                                        .map(each -> String.format(Locale.ROOT, "%.0f", each))
                                        .toList())
                        + " a second");
    }

    private static String text(double value, String unit) {
        return String.format(Locale.ROOT, "%.1f", value) + unit;
    }

    private static void row(Terminal terminal, String what, String value) {
        terminal.line(String.format(Locale.ROOT, "%-26s %s", what, value));
    }
}
