package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.governance.EventLog;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code confide audit verify FILE}, and the commands below it. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Check the hash chain of an event log. Exit status 1 if it is broken.",
            "To check a finished round instead: confide audit verify round."
        })
public final class AuditVerifyCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The log, e.g. state/events.jsonl.")
    private Optional<Path> log = Optional.empty();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    public AuditVerifyCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws NoSuchFileException {
        Path file =
                log.orElseThrow(
                        () ->
                                new CommandLine.ParameterException(
                                        spec.commandLine(),
                                        "Name the log to check, e.g. state/events.jsonl."));
        if (Files.isDirectory(file)) {
            throw new ConfideException(
                    ErrorCode.BAD_ARGUMENT,
                    file + " is a folder. Name the log in it, e.g. state/events.jsonl.");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        var answer = JsonText.object().put("file", file.toString());
        int status =
                switch (EventLog.verify(file)) {
                    case EventLog.Check.Intact(long events, var head) -> {
                        answer.put("intact", true).put("events", events).put("head", head.hex());
                        yield 0;
                    }
                    case EventLog.Check.Broken(long sequence, String why) -> {
                        answer.put("intact", false).put("sequence", sequence).put("why", why);
                        yield 1;
                    }
                };
        if (json) {
            terminal.line(JsonText.pretty(answer));
        } else if (status == 0) {
            terminal.line(
                    terminal.good(" ✓ ")
                            + answer.path("events").asLong()
                            + " events, every link holds. Head "
                            + answer.path("head").asText());
            terminal.line(
                    "   Compare the head with one that was noted down elsewhere: a chain cut off"
                            + " at its end is intact too.");
        } else {
            terminal.line(
                    terminal.bad(" ✗ ")
                            + "the chain is broken at event "
                            + answer.path("sequence").asLong()
                            + ": "
                            + answer.path("why").asText());
        }
        return status;
    }
}
