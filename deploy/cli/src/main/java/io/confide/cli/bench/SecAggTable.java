package io.confide.cli.bench;

import io.confide.cli.Terminal;

import java.util.Locale;

/** The report for people. */
public final class SecAggTable {
    private final Terminal terminal;

    public SecAggTable(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Prints it. */
    public void print(SecAggReport report) {
        var workload = report.workload();
        var sizes = report.sizes();
        terminal.line(
                terminal.strong(
                        String.format(
                                Locale.ROOT,
                                "Secure aggregation · %d sites, %d neighbours each · %,d values of"
                                        + " %d bits · threshold %d",
                                workload.sites(),
                                workload.neighbours(),
                                workload.dimension(),
                                workload.bits(),
                                sizes.threshold())));
        terminal.line(
                "%d lost at %s, %d in the sum · %d rounds after %d to warm up"
                        .formatted(
                                workload.lost(),
                                workload.lostAt().word(),
                                sizes.included(),
                                workload.rounds(),
                                workload.warmup()));
        if (workload.isSampled()) {
            terminal.line(
                    ("Measured on %d sites that check everything themselves; the other %d run the"
                         + " same code but do not check again what one of them has checked")
                            .formatted(
                                    workload.measuredSites().size(),
                                    workload.sites() - workload.measuredSites().size()));
        }
        terminal.line("");
        costs(report);
        terminal.line("");
        line("upload", Units.bytes((double) sizes.uploadBytes()) + " per site and round");
        line(
                "control",
                "%s up, %s down per site and round"
                        .formatted(
                                Units.bytes(sizes.controlUp()), Units.bytes(sizes.controlDown())));
        setUp(report);
        var first = report.first();
        line(
                "first round",
                String.format(
                        Locale.ROOT,
                        "masks at %s, %.0f %% of the later %s; the very first input took %s",
                        Units.rate(first.coldMasks()),
                        100 * first.coldRatio(),
                        Units.rate(first.warmMasks()),
                        Units.seconds(first.coldInput())));
        line(
                "rounds",
                String.format(
                        Locale.ROOT,
                        "%.3g per second of one core that plays everybody",
                        report.roundsPerSecond()));
        line(
                "heap",
                "%s at most, %s of it in use when the round was fullest; every site keeps its vector"
                        .formatted(
                                Units.bytes((double) report.heap().peakBytes()),
                                Units.bytes((double) report.heap().liveBytes())));
        exactness(report);
        host(report);
    }

    private void costs(SecAggReport report) {
        terminal.line(terminal.faint("                CPU time       limit   ratio"));
        cost("site", report.site().mean(), report.limit().siteSeconds(), report.siteRatio());
        detail("encode", report.site().encode());
        detail("mask, hash", report.site().input());
        detail("control", report.site().control());
        detail("largest", report.site().max());
        var server = report.server();
        cost("server", server.total(), report.limit().serverSeconds(), report.serverRatio());
        detail("hash, add", server.fold());
        detail("unmask", server.unmask());
        detail("decode", server.decode());
        detail("control", server.control());
    }

    private void cost(String who, double seconds, double limit, double ratio) {
        terminal.line(
                String.format(
                        Locale.ROOT,
                        " %-12s %11s %11s %7.2f",
                        who,
                        Units.seconds(seconds),
                        Units.seconds(limit),
                        ratio));
    }

    private void detail(String what, double seconds) {
        terminal.line(
                terminal.faint(
                        String.format(Locale.ROOT, "   %-10s %11s", what, Units.seconds(seconds))));
    }

    private void setUp(SecAggReport report) {
        var setUp = report.setUp();
        line(
                "key set-up",
                "site %s, server %s, %s up, %s down per site, %d %s, for %d rounds"
                        .formatted(
                                Units.seconds(setUp.siteMean()),
                                Units.seconds(setUp.server()),
                                Units.bytes(setUp.up()),
                                Units.bytes(setUp.down()),
                                setUp.attempts(),
                                setUp.attempts() == 1 ? "attempt" : "attempts",
                                report.workload().warmup() + report.workload().rounds()));
    }

    private void exactness(SecAggReport report) {
        var exactness = report.exactness();
        line(
                "sum",
                report.isExact()
                        ? String.format(
                                Locale.ROOT,
                                "exact in every round; decoded within %.1e of the true sum (bound"
                                        + " %.1e)",
                                exactness.largestError(),
                                exactness.errorBound())
                        : terminal.bad("WRONG: the unmasked sum is not the plain sum"));
    }

    private void host(SecAggReport report) {
        line(
                "limit from",
                "AES-256-CTR and add %s, add %s; SHA-256 would be %s"
                        .formatted(
                                Units.rate(report.rates().mask()),
                                Units.rate(report.rates().add()),
                                Units.rate(report.rates().hash())));
        line(
                "host",
                String.format(
                        Locale.ROOT,
                        "%d CPUs, load %.1f, %s, %s",
                        report.host().cpus(),
                        report.host().load(),
                        report.host().system(),
                        report.host().jvm()));
    }

    private void line(String name, String what) {
        terminal.line(" %-12s %s".formatted(name, what));
    }
}
