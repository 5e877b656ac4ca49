package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.cli.remote.JobFiles;
import io.confide.common.storage.PrivateFiles;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code confide job audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description =
                "Get the record with which one leaf of the sum of a round can be recomputed; for"
                        + " auditors and administrators, of jobs with aggregation.audit.",
        footerHeading = "%nThen:%n",
        footer = "  confide audit verify round FILE --roster roster.json")
public final class JobAuditCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Map<String, String> environment;

    @Parameters(paramLabel = "ID", description = "The job, or the first digits of its id.")
    private String id = "";

    @Option(names = "--round", required = true, paramLabel = "N", description = "The round.")
    private long round;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description =
                    "Where to; nothing is overwritten, and only you may read it. Default:"
                            + " audit-JOB-round-N.json.")
    private Optional<Path> to = Optional.empty();

    @Mixin private Access access = new Access();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public JobAuditCommand(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        try (var coordinator = access.connect(environment)) {
            var job = JobFiles.find(coordinator, id).path("id").asText();
            var record = coordinator.download("jobs/" + job + "/rounds/" + round + "/audit");
            var file = to.orElse(Path.of("audit-%s-round-%d.json".formatted(job, round)));
            PrivateFiles.writeNew(file, record.unsafeArray());
            if (json) {
                terminal.line(JsonText.pretty(JsonText.object().put("file", file.toString())));
            } else {
                terminal.line(terminal.good(" ✓ ") + file);
            }
        }
        return 0;
    }
}
