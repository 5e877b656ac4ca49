package io.confide.cli.bench;

import java.util.List;
import java.util.Locale;

/** The report as one row of a Markdown table, for grids of workloads. */
public final class SecAggRow {
    private static final String SEPARATOR = " | ";

    private SecAggRow() {}

    /** What the columns of {@link #of} are. */
    public static String header() {
        var names =
                List.of(
                        "N",
                        "k",
                        "d",
                        "lost",
                        "load",
                        "rounds",
                        "site CPU mean / max",
                        "ratio",
                        "server CPU",
                        "ratio",
                        "vector",
                        "control up / down",
                        "set-up of a site",
                        "peak heap",
                        "sum");
        return row(names) + System.lineSeparator() + row(names.stream().map(_ -> "---").toList());
    }

    /** The row of {@code report}. */
    public static String of(SecAggReport report) {
        var workload = report.workload();
        var sizes = report.sizes();
        return row(
                List.of(
                        workload.isSampled()
                                ? "%d (%d measured)"
                                        .formatted(
                                                workload.sites(), workload.measuredSites().size())
                                : "" + workload.sites(),
                        "" + workload.neighbours(),
                        "" + workload.dimension(),
                        lost(workload),
                        String.format(Locale.ROOT, "%.1f", report.host().load()),
                        "" + workload.rounds(),
                        Units.seconds(report.site().mean())
                                + " / "
                                + Units.seconds(report.site().max()),
                        String.format(Locale.ROOT, "%.2f", report.siteRatio()),
                        Units.seconds(report.server().total()),
                        String.format(Locale.ROOT, "%.2f", report.serverRatio()),
                        Units.bytes((double) sizes.uploadBytes()),
                        Units.bytes(sizes.controlUp()) + " / " + Units.bytes(sizes.controlDown()),
                        Units.seconds(report.setUp().siteMean()),
                        Units.bytes((double) report.heap().peakBytes()),
                        report.isExact() ? "exact" : "WRONG"));
    }

    private static String lost(Workload workload) {
        return workload.lost() == 0 ? "0" : workload.lost() + " at " + workload.lostAt().word();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(SEPARATOR, cells) + " |";
    }
}
