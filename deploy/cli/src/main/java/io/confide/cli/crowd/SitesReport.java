package io.confide.cli.crowd;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What was measured of a coordinator with many sites.
 *
 * @param sites connected at once, none of which has anything to do
 * @param connectProcessorSeconds of the coordinator per site that connects
 */
public record SitesReport(int sites, double connectProcessorSeconds, Idle idle, Storm storm) {
    /**
     * While all are connected and nothing happens but that both ends hear of each other.
     *
     * @param heapBytesPerSite in use after a collection, above what is in use with the first hundred sites, or half of fewer
     * @param residentBytesPerSite of the process, likewise; empty where the system does not tell
     * @param heapBytes in all
     * @param processor share of one processor that the coordinator uses
     * @param threads of the coordinator's process; empty where the system does not tell
     */
    public record Idle(
            double heapBytesPerSite,
            OptionalDouble residentBytesPerSite,
            double heapBytes,
            double processor,
            OptionalDouble threads) {}

    /**
     * The coordinator is killed with all of them connected, and started again.
     *
     * @param halfSeconds from when it listens again until half of the sites are back
     * @param allSeconds until all are
     * @param processorSeconds of the coordinator per site until then, its start included
     * @param failures attempts to connect that failed, while it was away or after
     * @param readyMillisMax the longest answer of its readiness meanwhile
     */
    public record Storm(
            double halfSeconds,
            double allSeconds,
            double processorSeconds,
            long failures,
            long readyMillisMax) {}

    public ObjectNode json() {
        var json = JsonText.object();
        json.put("sites", sites).put("connectProcessorSecondsPerSite", connectProcessorSeconds);
        var idleJson = json.putObject("idle");
        idleJson.put("heapBytesPerSite", Math.round(idle.heapBytesPerSite()))
                .put("heapBytes", Math.round(idle.heapBytes()))
                .put("processorShare", idle.processor());
        idle.residentBytesPerSite()
                .ifPresent(bytes -> idleJson.put("residentBytesPerSite", Math.round(bytes)));
        idle.threads().ifPresent(count -> idleJson.put("threads", Math.round(count)));
        json.putObject("storm")
                .put("halfSeconds", storm.halfSeconds())
                .put("allSeconds", storm.allSeconds())
                .put("processorSecondsPerSite", storm.processorSeconds())
                .put("failedAttempts", storm.failures())
                .put("readyMillisMax", storm.readyMillisMax());
        return json;
    }

    public void print(Terminal terminal) {
        row(terminal, "sites connected", Integer.toString(sites));
        row(
                terminal,
                "processor time to connect",
                text(1e3 * connectProcessorSeconds, " ms a site"));
        row(terminal, "memory of an idle site", memory());
        row(
                terminal,
                "while all are idle",
                text(100 * idle.processor(), " % of a processor, ")
                        + text(idle.heapBytes() / 1e6, " MB of heap in use"));
        row(
                terminal,
                "killed and started again",
                "half are back after "
                        + text(storm.halfSeconds(), " s, all after ")
                        + text(storm.allSeconds(), " s, ")
                        + text(1e3 * storm.processorSeconds(), " ms of processor a site"));
        row(
                terminal,
                "meanwhile",
                storm.failures()
                        + " attempts failed, /readyz took "
                        + storm.readyMillisMax()
                        + " ms at most");
    }

    private String memory() {
        return text(idle.heapBytesPerSite() / 1e3, " KB of heap")
                + idle.residentBytesPerSite().stream()
                        .mapToObj(bytes -> ", " + text(bytes / 1e3, " KB of the process"))
                        .findFirst()
                        .orElse("");
    }

    private static String text(double value, String unit) {
        return String.format(Locale.ROOT, "%.1f", value) + unit;
    }

    private static void row(Terminal terminal, String what, String value) {
        terminal.line(String.format(Locale.ROOT, "%-26s %s", what, value));
    }
}
