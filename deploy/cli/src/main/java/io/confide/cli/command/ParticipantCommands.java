package io.confide.cli.command;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.participant.app.Doctor;
import io.confide.participant.app.ParticipantProcess;
import io.confide.participant.app.Status;
import io.confide.participant.enrol.Enrolment;
import io.confide.participant.vault.Home;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Locale;

/** {@code confide participant}: what the operator of a site does. */
@Command(
        name = "participant",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Run a site: join, check, decide what may happen to its data, see what left.")
public final class ParticipantCommands {
    private final Terminal terminal;
    private final StewardCommands steward;

    public ParticipantCommands(Terminal terminal) {
        this.terminal = terminal;
        this.steward = new StewardCommands(terminal);
    }

    // A command that is a method runs on the object it was declared in, so these two are declared
    // here.
    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description =
                    "Approve a roster or a plan as this site's steward; without either, list"
                            + " the plans that were offered.")
    int approve(
            @Mixin SiteHome site,
            @ArgGroup(exclusive = true) StewardCommands.Approval approval,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        return steward.approve(site, approval, json);
    }

    @Command(
            name = "egress",
            mixinStandardHelpOptions = true,
            description = "List everything that left this site.")
    int egress(
            @Mixin SiteHome site,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        return steward.egress(site, json);
    }

    @Command(
            name = "enroll",
            mixinStandardHelpOptions = true,
            description = "Join a coordinator with a one-time token; makes the site's keys.")
    int enroll(
            @ArgGroup(exclusive = true, multiplicity = "1") Invitation invitation,
            @Mixin SiteHome site,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        var enrolled =
                Enrolment.redeem(
                        invitation.token(),
                        site.directory(),
                        InstantSource.system(),
                        new SecureRandom());
        var configuration = new Home(site.directory()).configuration();
        if (json) {
            terminal.line(
                    JsonText.pretty(
                            JsonText.object()
                                    .put("site", enrolled.site().value())
                                    .put("identityKey", enrolled.identityKey())
                                    .put("coordinator", enrolled.coordinator())
                                    .put(
                                            "certificateUntil",
                                            enrolled.certificateUntil().toString())));
            return 0;
        }
        terminal.line(
                terminal.good(" ✓ ")
                        + enrolled.site()
                        + " is enrolled at "
                        + enrolled.coordinator());
        terminal.line("   identity key   " + enrolled.identityKey());
        terminal.line("   certificate    valid until " + enrolled.certificateUntil());
        terminal.line(
                "   next           name your data in "
                        + configuration
                        + ", send the identity key to the consortium for the roster");
        return 0;
    }

    @Command(
            name = "start",
            mixinStandardHelpOptions = true,
            description = "Run the site until it is stopped with Ctrl-C or SIGTERM.")
    int start(@Mixin SiteHome site, @Mixin ServerOptions server) throws InterruptedException {
        server.prepare(site.directory());
        try (var process =
                ParticipantProcess.of(
                        site.directory(), why -> terminal.note(terminal.warning(" ! ") + why))) {
            server.closeOnSignal(process);
            switch (process.start()) {
                case CONNECTED ->
                        terminal.line(
                                terminal.good(" ✓ ")
                                        + "connected; log in "
                                        + site.directory().resolve("log")
                                        + ". Stop with Ctrl-C.");
                case CLOSED -> {}
            }
            process.awaitEnd();
        }
        return 0;
    }

    @Command(
            name = "doctor",
            mixinStandardHelpOptions = true,
            description =
                    "Examine this site and say what to fix. Exit status 1 if there is a problem.")
    int doctor(
            @Mixin SiteHome site,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        var report = Doctor.examine(site.directory());
        if (json) {
            var answer = JsonText.object();
            answer.put("problems", report.problems()).put("warnings", report.warnings());
            var checks = answer.putArray("checks");
            for (var check : report.checks()) {
                var line = checks.addObject();
                line.put("name", check.name()).put("mark", check.mark().name());
                line.put("finding", check.finding());
                check.fix().ifPresent(fix -> line.put("fix", fix));
            }
            terminal.line(JsonText.pretty(answer));
        } else {
            report.checks().forEach(this::print);
            terminal.line(
                    counted(report.problems(), "problem")
                            + ", "
                            + counted(report.warnings(), "warning"));
        }
        return report.problems() == 0 ? 0 : 1;
    }

    private static String counted(long number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    private void print(Doctor.Check check) {
        var sign = " " + check.mark().sign() + " ";
        var mark =
                switch (check.mark()) {
                    case OK -> terminal.good(sign);
                    case WARNING -> terminal.warning(sign);
                    case PROBLEM -> terminal.bad(sign);
                };
        terminal.line(mark + "%-20s".formatted(check.name()) + check.finding());
        check.fix().ifPresent(fix -> terminal.line(" ".repeat(23) + "Fix: " + fix));
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Say what this site is doing.")
    int status(
            @Mixin SiteHome site,
            @Option(names = "--json", description = "Print the result as JSON.") boolean json) {
        var status = Status.of(site.existing());
        if (json) {
            var answer = JsonText.object().put("state", status.state().name());
            status.site().ifPresent(name -> answer.put("site", name));
            status.coordinator().ifPresent(address -> answer.put("coordinator", address));
            status.since().ifPresent(since -> answer.put("since", since.toString()));
            var datasets = answer.putArray("datasets");
            for (var line : status.datasets()) {
                datasets.addObject()
                        .put("name", line.name())
                        .put("study", line.study())
                        .put("rows", line.rows());
            }
            var events = answer.putArray("recentEvents");
            status.recentEvents().forEach(events::add);
            terminal.line(JsonText.pretty(answer));
            return 0;
        }
        terminal.line(
                "%s   %s   %s"
                        .formatted(
                                status.site().orElse("(no site yet)"),
                                status.state().name().toLowerCase(Locale.ROOT),
                                status.coordinator().orElse("")));
        for (var line : status.datasets()) {
            terminal.line(
                    "  dataset %-12s study %-24s %d rows"
                            .formatted(line.name(), line.study(), line.rows()));
        }
        status.recentEvents().forEach(event -> terminal.line("  " + event));
        return 0;
    }
}
