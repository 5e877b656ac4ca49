package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.BadValue;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.participant.app.RoundAudits;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** {@code confide audit verify round}. */
@Command(
        name = "round",
        mixinStandardHelpOptions = true,
        description = {
            "Check, without a connection, what a site kept of finished rounds: who took part, under"
                + " which model and configuration, that the sites agreed on one list, and that this"
                + " site's input was counted once. Exit status 1 if anything does not hold.",
            "That does not show that the coordinator added the inputs correctly. With FILE, the"
                + " record of a round whose plan asked for an audit of its sums, one leaf of the"
                + " sum is recomputed."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  confide audit verify round --home london            every round of the only job",
            "  confide audit verify round --home london --job ID --round 12",
            "  confide audit verify round --receipts FILE --roster roster.json --site london",
            "  confide audit verify round audit.json --roster roster.json     one leaf of its sum"
        })
public final class AuditRoundCommand implements Callable<Integer> {
    private static final int LINES_MAX = 40;

    private final Terminal terminal;

    @Mixin private SiteHome home = new SiteHome();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description =
                    "The record for the audit of the sum of a round, as confide job audit gets it.")
    private Optional<Path> record = Optional.empty();

    @Option(
            names = "--roster",
            paramLabel = "FILE",
            description =
                    "The consortium's roster to check against. Default: the one that the site in"
                            + " --home has approved.")
    private Optional<Path> roster = Optional.empty();

    @Spec private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @ArgGroup(exclusive = false)
    private HandedOver handedOver = new HandedOver();

    @Option(
            names = "--job",
            paramLabel = "ID",
            converter = Id.class,
            description = "The job. Default: the only one.")
    private Optional<JobId> job = Optional.empty();

    @Option(
            names = "--round",
            paramLabel = "N",
            description = "One round, in detail. Default: all.")
    private Optional<Long> round = Optional.empty();

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    /** Receipts outside a site's home. */
    static final class HandedOver {
        @Option(
                names = "--receipts",
                required = true,
                paramLabel = "FILE",
                description =
                        "Receipts that a site handed over, in place of --home; with --roster.")
        private Path receipts = Path.of("");

        @Option(
                names = "--site",
                required = true,
                paramLabel = "NAME",
                description = "The site that they are of.")
        private String site = "";
    }

    public AuditRoundCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (record.isPresent()) {
            return sum(record.get());
        }
        var number = round.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        var report =
                handedOver.site.isEmpty()
                        ? RoundAudits.atHome(home.existing(), job, number)
                        : RoundAudits.ofFile(
                                handedOver.receipts,
                                roster.orElseThrow(
                                        () -> wrongCall("--receipts needs --roster FILE.")),
                                new SiteId(handedOver.site),
                                number);
        if (json) {
            terminal.line(JsonText.pretty(asJson(report)));
        } else {
            print(report);
        }
        return report.holds() ? 0 : 1;
    }

    private int sum(Path file) {
        if (!handedOver.site.isEmpty()) {
            throw wrongCall("A record of a sum is of no single site: leave --receipts out.");
        }
        var against =
                roster.map(SumAudits::roster).orElseGet(() -> SumAudits.pinned(home.existing()));
        var report = SumAudits.check(file, against, job, round);
        if (json) {
            terminal.line(JsonText.pretty(report.asJson()));
        } else {
            report.lines(terminal).forEach(terminal::line);
        }
        return report.passed() ? 0 : 1;
    }

    private CommandLine.ParameterException wrongCall(String sentence) {
        return new CommandLine.ParameterException(spec.commandLine(), sentence);
    }

    /** Reads a job's id. */
    static final class Id implements CommandLine.ITypeConverter<JobId> {
        @Override
        public JobId convert(String text) {
            try {
                return JobId.of(text);
            } catch (IllegalArgumentException _) {
                throw new BadValue(
                        "--job takes the whole id of a job, as confide job list prints it, not \""
                                + text
                                + "\".");
            }
        }
    }

    private void print(RoundAudits.Report report) {
        terminal.line("job " + report.job() + "   site " + report.site());
        var rounds = report.rounds();
        if (rounds.size() == 1) {
            line(rounds.getFirst());
            rounds.getFirst().details().ifPresent(this::details);
            return;
        }
        rounds.stream().limit(LINES_MAX).forEach(this::line);
        if (rounds.size() > LINES_MAX) {
            rounds.stream()
                    .skip(LINES_MAX)
                    .filter(each -> !each.problems().isEmpty())
                    .forEach(this::line);
            terminal.line("   … " + (rounds.size() - LINES_MAX) + " more; --json lists all");
        }
        long held = rounds.stream().filter(each -> each.problems().isEmpty()).count();
        long counted =
                rounds.stream()
                        .flatMap(each -> each.details().stream())
                        .filter(RoundAudits.Details::counted)
                        .count();
        terminal.line(
                " %d of %d rounds hold; this site's input was counted once in each of %d."
                        .formatted(held, rounds.size(), counted));
    }

    private void line(RoundAudits.Round each) {
        String mark = each.problems().isEmpty() ? terminal.good(" ✓ ") : terminal.bad(" ✗ ");
        terminal.line(
                mark
                        + "round "
                        + each.number()
                        + each.details().map(AuditRoundCommand::summary).orElse(""));
        each.problems().forEach(problem -> terminal.line("   " + problem));
    }

    private static String summary(RoundAudits.Details details) {
        return "   %s   included %d of %d   %s   %s"
                .formatted(
                        details.task().orElse("a plan that this site does not have"),
                        details.included().size(),
                        details.cohort().size(),
                        details.voted()
                                ? "%d signed, %d needed"
                                        .formatted(details.signatures(), details.quorum())
                                : "everybody uploaded, no vote needed",
                        details.counted()
                                ? "own input counted once"
                                : "own input not shown to be in it");
    }

    private void details(RoundAudits.Details details) {
        terminal.line("   cohort         " + names(details.cohort()));
        terminal.line("   included       " + names(details.included()));
        details.plan().ifPresent(plan -> terminal.line("   plan           " + plan.hex()));
        terminal.line("   configuration  " + details.config().hex());
        terminal.line("   model before   " + details.model().hex());
        terminal.line("   model after    " + details.newModel().hex());
        terminal.line("   epoch          " + details.epochId().hex());
        terminal.line("   statement      " + details.statement().hex());
    }

    private static String names(List<SiteId> sites) {
        return sites.stream().map(SiteId::value).collect(Collectors.joining(", "));
    }

    private static ObjectNode asJson(RoundAudits.Report report) {
        var answer =
                JsonText.object()
                        .put("job", report.job().toString())
                        .put("site", report.site().value())
                        .put("holds", report.holds());
        var rounds = answer.putArray("rounds");
        for (var each : report.rounds()) {
            var node = rounds.addObject().put("round", each.number());
            each.details().ifPresent(details -> put(details, node));
            var problems = node.putArray("problems");
            each.problems().forEach(problems::add);
        }
        return answer;
    }

    private static void put(RoundAudits.Details details, ObjectNode node) {
        details.task().ifPresent(task -> node.put("task", task));
        details.plan().ifPresent(plan -> node.put("plan", plan.hex()));
        var cohort = node.putArray("cohort");
        details.cohort().forEach(site -> cohort.add(site.value()));
        var included = node.putArray("included");
        details.included().forEach(site -> included.add(site.value()));
        node.put("voted", details.voted())
                .put("signatures", details.signatures())
                .put("quorum", details.quorum())
                .put("counted", details.counted())
                .put("configuration", details.config().hex())
                .put("model", details.model().hex())
                .put("newModel", details.newModel().hex())
                .put("epochId", details.epochId().hex())
                .put("statement", details.statement().hex());
    }
}
