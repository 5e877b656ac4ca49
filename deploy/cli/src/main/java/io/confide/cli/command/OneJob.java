package io.confide.cli.command;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.remote.JobFiles;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The job that a command acts on, and what is printed of it afterwards. */
final class OneJob {
    @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
    private String id = "";

    @Mixin private Access access = new Access();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /**
     * Asks the coordinator to {@code verb} the job.
     *
     * @param told the lines for what it answers, which is a job
     */
    int ask(
            String verb,
            Map<String, String> environment,
            Terminal terminal,
            Function<JsonNode, List<String>> told)
            throws IOException, InterruptedException {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id).path("id").asText();
            var answer = coordinator.post("jobs/" + job + "/" + verb, JsonText.object());
            if (json) {
                terminal.line(JsonText.pretty(answer));
            } else {
                told.apply(answer).forEach(terminal::line);
            }
        }
        return 0;
    }
}
