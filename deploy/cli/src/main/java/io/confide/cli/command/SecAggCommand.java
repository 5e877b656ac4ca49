package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.bench.BenchProgress;
import io.confide.cli.bench.LostAt;
import io.confide.cli.bench.MaskGraph;
import io.confide.cli.bench.SecAggBench;
import io.confide.cli.bench.SecAggJson;
import io.confide.cli.bench.SecAggRow;
import io.confide.cli.bench.SecAggTable;
import io.confide.cli.bench.Workload;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code confide bench secagg}. */
@Command(
        name = "secagg",
        mixinStandardHelpOptions = true,
        description =
                "Run rounds of secure aggregation in this process: the real code of every site and"
                    + " of the coordinator, without a network. Prints processor seconds, bytes, and"
                    + " the ratio to what the processor could do at best.",
        footer = {
            "%nExample: confide bench secagg --sites 100 --dimension 1000000 --dropout 0.1",
            "Times are processor seconds of one thread. The sum is compared with the plain one",
            "in every round; exit status 1 if it differs."
        })
public final class SecAggCommand implements Callable<Integer> {
    private static final double WARM_BYTES = 3e9;
    private static final int ROUNDS_AUTOMATIC = 300;
    private static final int COLLUDERS_ONE_IN = 5;
    private static final int SAMPLE = 16;

    @Option(
            names = "--sites",
            required = true,
            paramLabel = "N",
            description = "Sites in the roster: 3 to 200, and to 10000 with --graph sparse.")
    private int sites;

    @Option(
            names = "--dimension",
            required = true,
            paramLabel = "D",
            description = "Values in one update.")
    private int dimension;

    @Option(
            names = "--dropout",
            paramLabel = "P",
            defaultValue = "0",
            description = "Share of the sites that is lost, e.g. 0.1. Default: 0.")
    private double dropout;

    @Option(
            names = "--dropout-at",
            paramLabel = "setup|share|upload|unmask",
            defaultValue = "upload",
            description = "When they are lost. Default: ${DEFAULT-VALUE}.")
    private LostAt lostAt = LostAt.UPLOAD;

    @Option(
            names = "--bits",
            paramLabel = "B",
            defaultValue = "16",
            description = "Bits of one encoded value, 2 to 48. Default: ${DEFAULT-VALUE}.")
    private int bits;

    @Option(
            names = "--graph",
            paramLabel = "complete|sparse",
            defaultValue = "complete",
            description =
                    "Who shares masks with whom: everybody with everybody, or with as many as 10 %%"
                            + " of the sites away require. Default: ${DEFAULT-VALUE}.")
    private MaskGraph graph = MaskGraph.COMPLETE;

    @Option(
            names = "--colluders",
            paramLabel = "C",
            description =
                    "Sites that may collude; (N+C)/2+1 sites sign. Default: N/5; N/10 with --graph"
                            + " sparse.")
    private Optional<Integer> colluders = Optional.empty();

    @Option(
            names = "--rounds",
            paramLabel = "R",
            description = "Measured rounds. Default: by size, 3 to 300.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(
            names = "--warmup",
            paramLabel = "W",
            description = "Rounds before them that do not count. Default: by size, 2 to 300.")
    private Optional<Integer> warmup = Optional.empty();

    @Option(
            names = "--sample",
            paramLabel = "S",
            description =
                    "Measure S sites, which check everything themselves; the others run the same"
                            + " code, but a signature that one of them has verified is not verified"
                            + " again. Default: all up to 1000 sites, then 16.")
    private Optional<Integer> sample = Optional.empty();

    @Option(names = "--json", description = "Print the result as JSON; progress goes to stderr.")
    private boolean json;

    @Option(
            names = "--row",
            description =
                    "Print the result as one row of a Markdown table, its header to stderr: for"
                            + " loops over workloads.")
    private boolean row;

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Terminal terminal;

    public SecAggCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        var report = new SecAggBench(workload(), new BenchProgress(terminal)).run();
        if (row) {
            terminal.note(SecAggRow.header());
            terminal.line(SecAggRow.of(report));
        } else if (json) {
            terminal.line(JsonText.pretty(SecAggJson.of(report)));
        } else {
            new SecAggTable(terminal).print(report);
        }
        return report.isExact() ? 0 : 1;
    }

    private Workload workload() {
        if (!(dropout >= 0 && dropout < 1)) {
            throw usage("--dropout is a share from 0 to below 1; write 10 % as 0.1.");
        }
        try {
            var workload =
                    new Workload(
                            sites,
                            dimension,
                            bits,
                            colluders.orElse(sites / colludersOneIn()),
                            (int) Math.round(dropout * sites),
                            lostAt,
                            rounds.orElse(automatic(3)),
                            warmup.orElse(automatic(2)),
                            graph,
                            sample.orElse(sites <= Workload.ALL_MEASURED_MAX ? sites : SAMPLE));
            workload.requireHeap(Runtime.getRuntime().maxMemory());
            return workload;
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private int colludersOneIn() {
        return switch (graph) {
            case COMPLETE -> COLLUDERS_ONE_IN;
            case SPARSE -> 2 * COLLUDERS_ONE_IN;
        };
    }

    /** Small rounds need many until the machine code is final; large ones compile it by themselves. */
    private int automatic(int least) {
        double oneRound = 4.0 * sites * sites * dimension;
        return (int) Math.clamp(WARM_BYTES / oneRound, least, ROUNDS_AUTOMATIC);
    }

    private CommandLine.ParameterException usage(String sentence) {
        return new CommandLine.ParameterException(spec.commandLine(), sentence);
    }
}
