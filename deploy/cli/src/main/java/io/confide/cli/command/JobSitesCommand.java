package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.remote.JobFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** {@code confide job sites}. */
@Command(
        name = "sites",
        mixinStandardHelpOptions = true,
        description =
                "Show where each site stands in the newest round of a job: registered, configured"
                    + " (asked in this round), training, uploaded, included, each with its time in"
                    + " UTC or the reason why it is not so.")
public final class JobSitesCommand implements Callable<Integer> {
    private static final List<String> FACTS =
            List.of("registered", "configured", "training", "uploaded", "included");
    private static final int TIME_FROM = "2026-01-01T".length();
    private static final int TIME_TO = "2026-01-01T00:00:00".length();

    private final Terminal terminal;
    private final Map<String, String> environment;

    @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
    private String id = "";

    @Mixin private Access access = new Access();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public JobSitesCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id);
            var sites = coordinator.get("jobs/" + job.path("id").asText() + "/sites");
            if (json) {
                terminal.line(JsonText.pretty(sites));
            } else {
                lines(sites).forEach(terminal::line);
            }
        }
        return 0;
    }

    /** A line per site; after it why the first fact is not so that is not. */
    static List<String> lines(JsonNode answer) {
        var lines = new ArrayList<String>();
        lines.add(
                answer.has("round")
                        ? "round "
                                + answer.path("round").asText()
                                + ", "
                                + answer.path("task").asText()
                        : "no round has been opened");
        var heads = new ArrayList<String>();
        heads.add("site");
        heads.addAll(FACTS);
        lines.add(row(heads, ""));
        for (var site : answer.path("sites")) {
            var cells = new ArrayList<String>();
            cells.add(site.path("site").asText());
            String reason = "";
            for (var name : FACTS) {
                var fact = site.path(name);
                cells.add(cell(fact));
                reason = reason.isEmpty() ? fact.path("reason").asText() : reason;
            }
            lines.add(row(cells, reason));
        }
        return lines;
    }

    private static String cell(JsonNode fact) {
        if (!fact.path("is").asBoolean()) {
            return "no";
        }
        var since = fact.path("since").asText();
        return since.length() < TIME_TO ? "yes" : since.substring(TIME_FROM, TIME_TO);
    }

    private static String row(List<String> cells, String reason) {
        var line = new StringBuilder("  %-16s".formatted(cells.getFirst()));
        cells.subList(1, cells.size()).forEach(cell -> line.append(" %-10s".formatted(cell)));
        return (line + " " + reason).stripTrailing();
    }
}
