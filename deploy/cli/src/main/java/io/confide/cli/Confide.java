package io.confide.cli;

import io.confide.cli.command.AuditCommands;
import io.confide.cli.command.AuditRoundCommand;
import io.confide.cli.command.AuditVerifyCommand;
import io.confide.cli.command.BackupCommand;
import io.confide.cli.command.BenchCommands;
import io.confide.cli.command.CoordinatorCommands;
import io.confide.cli.command.DataCommands;
import io.confide.cli.command.DemoCommand;
import io.confide.cli.command.JobAuditCommand;
import io.confide.cli.command.JobCommands;
import io.confide.cli.command.JobPlanCommand;
import io.confide.cli.command.JobSitesCommand;
import io.confide.cli.command.LedgerCommand;
import io.confide.cli.command.ModelCommands;
import io.confide.cli.command.ParticipantCommands;
import io.confide.cli.command.RestoreCommand;
import io.confide.cli.command.RosterCommand;
import io.confide.cli.command.RoundsCommand;
import io.confide.cli.command.SecAggCommand;
import io.confide.cli.command.SiteDataCommands;
import io.confide.cli.command.SitesCommand;
import io.confide.cli.command.StewardCommands;
import io.confide.cli.command.SwarmCommand;
import io.confide.cli.command.UserCommands;
import io.confide.cli.privacy.EpsilonCommand;
import io.confide.cli.privacy.NoiseCommand;
import io.confide.cli.privacy.PrivacyCommands;
import io.confide.common.files.Words;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The one command line of Confide. Exit status: 0 done, 1 failed, 2 wrongly called. */
@Command(
        name = "confide",
        mixinStandardHelpOptions = true,
        version = Confide.VERSION,
        synopsisSubcommandLabel = "COMMAND",
        header = "Trains one model across institutions that may not share their records.",
        footerHeading = "%nStart here:%n",
        footer = {
            "  confide demo                    seven hospitals on this machine, real data, one"
                    + " model",
            "  confide COMMAND --help          what a command does and takes"
        })
public final class Confide {
    /** Of this program. */
    public static final String VERSION = "Confide 0.1.0";

    private Confide() {}

    /** Runs one command and ends the process with its exit status. */
    public static void main(String[] arguments) {
        System.exit(run(Terminal.ofProcess(System.getenv()), System.getenv(), arguments));
    }

    /** Runs one command. Returns the exit status. */
    public static int run(Terminal terminal, Map<String, String> environment, String... arguments) {
        return commandLine(terminal, environment).execute(arguments);
    }

    private static CommandLine commandLine(Terminal terminal, Map<String, String> environment) {
        var failures = new Failures(terminal, logFile(environment));
        var line =
                new CommandLine(new Confide())
                        .addSubcommand(new DemoCommand(terminal))
                        .addSubcommand(
                                new CommandLine(new JobCommands(terminal, environment))
                                        .addSubcommand(new JobPlanCommand(terminal, environment))
                                        .addSubcommand(new JobSitesCommand(terminal, environment))
                                        .addSubcommand(new JobAuditCommand(terminal, environment)))
                        .addSubcommand(participant(terminal))
                        .addSubcommand(
                                new CommandLine(new CoordinatorCommands(terminal, environment))
                                        .addSubcommand(new RosterCommand(terminal))
                                        .addSubcommand(new BackupCommand(terminal))
                                        .addSubcommand(new RestoreCommand(terminal))
                                        .addSubcommand(new UserCommands(terminal)))
                        .addSubcommand(new DataCommands(terminal))
                        .addSubcommand(new ModelCommands(terminal))
                        .addSubcommand(
                                new CommandLine(new AuditCommands())
                                        .addSubcommand(
                                                new CommandLine(new AuditVerifyCommand(terminal))
                                                        .addSubcommand(
                                                                new AuditRoundCommand(terminal))))
                        .addSubcommand(
                                new CommandLine(new PrivacyCommands())
                                        .addSubcommand(new EpsilonCommand(terminal))
                                        .addSubcommand(new NoiseCommand(terminal)))
                        .addSubcommand(new SwarmCommand(terminal))
                        .addSubcommand(
                                new CommandLine(new BenchCommands())
                                        .addSubcommand(new SecAggCommand(terminal))
                                        .addSubcommand(new SitesCommand(terminal))
                                        .addSubcommand(new RoundsCommand(terminal)));
        line.setExecutionExceptionHandler(
                (failure, command, _) ->
                        failures.report(
                                unwrapped(failure), command.getCommandSpec().qualifiedName(" ")));
        line.setExecutionStrategy(
                parsed -> {
                    refuseUnknown(parsed);
                    return new CommandLine.RunLast().execute(parsed);
                });
        line.setParameterExceptionHandler(
                (failure, _) -> {
                    var command = failure.getCommandLine();
                    terminal.note(terminal.bad("confide: ") + wrongCall(failure));
                    terminal.note(
                            "See " + command.getCommandSpec().qualifiedName(" ") + " --help.");
                    return CommandLine.ExitCode.USAGE;
                });
        line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi(terminal)));
        return line;
    }

    /** With --help the parser lets words pass that it does not know; help on the wrong command helps nobody. */
    private static void refuseUnknown(CommandLine.ParseResult parsed) {
        for (var each : parsed.asCommandLineList()) {
            var unknown = each.getParseResult().unmatched();
            if (!unknown.isEmpty()) {
                throw new CommandLine.UnmatchedArgumentException(each, unknown);
            }
        }
    }

    private static String wrongCall(CommandLine.ParameterException failure) {
        if (failure.getCause() instanceof BadValue value) {
            return String.valueOf(value.getMessage());
        }
        var command = failure.getCommandLine();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched
                && !unmatched.isUnknownOption()
                && !command.getSubcommands().isEmpty()) {
            var word = unmatched.getUnmatched().getFirst();
            var near = Words.nearest(word, command.getSubcommands().keySet());
            return "There is no command \""
                    + command.getCommandSpec().qualifiedName(" ")
                    + " "
                    + word
                    + "\"."
                    + near.map(name -> " Did you mean \"" + name + "\"?").orElse("");
        }
        return String.valueOf(failure.getMessage());
    }

    private static CommandLine participant(Terminal terminal) {
        var line = new CommandLine(new ParticipantCommands(terminal));
        return line.addSubcommand(new SiteDataCommands(terminal))
                .addSubcommand(new StewardCommands.Policy(terminal))
                .addSubcommand(new LedgerCommand(terminal));
    }

    /** What a command threw, where the parser has wrapped it. */
    private static Throwable unwrapped(Exception failure) {
        var cause = failure.getCause();
        return failure instanceof CommandLine.ExecutionException && cause != null ? cause : failure;
    }

    private static CommandLine.Help.Ansi ansi(Terminal terminal) {
        return terminal.strong("x").equals("x")
                ? CommandLine.Help.Ansi.OFF
                : CommandLine.Help.Ansi.ON;
    }

    private static Path logFile(Map<String, String> environment) {
        var folder = environment.get("CONFIDE_LOG_DIR");
        return folder == null
                ? Path.of(System.getProperty("user.home", "."), ".confide", "log", "confide.log")
                : Path.of(folder, "confide.log");
    }
}
