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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code confide job plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description =
                "Show everything that the plan of a job fixes, and what differs from the job of the"
                        + " same name and study before it.")
public final class JobPlanCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Map<String, String> environment;

    @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
    private String id = "";

    @Mixin private Access access = new Access();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public JobPlanCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id);
            var plan = coordinator.get("jobs/" + job.path("id").asText() + "/plan");
            if (json) {
                terminal.line(JsonText.pretty(plan));
            } else {
                lines(plan).forEach(terminal::line);
            }
        }
        return 0;
    }

    /** A table per section; what differs has a star and says what it was. */
    static List<String> lines(JsonNode plan) {
        var changes = new HashMap<String, JsonNode>();
        for (var change : plan.path("previous").path("changes")) {
            changes.put(change.path("field").asText(), change);
        }
        var lines = new ArrayList<String>();
        lines.add("plan " + plan.path("hash").asText());
        lines.add(compared(plan.path("previous")));
        for (var section : plan.path("sections")) {
            lines.add("");
            lines.add(section.path("title").asText());
            for (var field : section.path("fields")) {
                lines.add(
                        line(
                                field,
                                Optional.ofNullable(changes.remove(field.path("field").asText()))));
            }
        }
        if (!changes.isEmpty()) {
            lines.add("");
            lines.add("No longer there");
            for (var change : plan.path("previous").path("changes")) {
                if (changes.containsKey(change.path("field").asText())) {
                    lines.add(
                            row("*", change.path("label").asText(), "–", was(change))
                                    .stripTrailing());
                }
            }
        }
        return lines;
    }

    private static String compared(JsonNode previous) {
        if (previous.isMissingNode()) {
            return "The first job of this name and study.";
        }
        var job =
                "job "
                        + JobLines.shortId(previous.path("job").asText())
                        + " of "
                        + previous.path("submitted").asText();
        if (!previous.has("changes")) {
            return "The plan of " + job + " was kept by another version and cannot be compared.";
        }
        int differing = previous.path("changes").size();
        return differing == 0
                ? "Nothing differs from " + job + "."
                : "* differs from %s: %d".formatted(job, differing);
    }

    private static String line(JsonNode field, Optional<JsonNode> change) {
        var value =
                (field.path("value").asText() + " " + field.path("unit").asText()).stripTrailing();
        return row(
                        change.isPresent() ? "*" : " ",
                        field.path("label").asText(),
                        value,
                        change.map(JobPlanCommand::was).orElse(""))
                .stripTrailing();
    }

    private static String was(JsonNode change) {
        return change.has("before") ? "(was " + change.path("before").asText() + ")" : "(new)";
    }

    private static String row(String mark, String label, String value, String was) {
        return "  %s %-26s %s  %s".formatted(mark, label, value, was);
    }
}
