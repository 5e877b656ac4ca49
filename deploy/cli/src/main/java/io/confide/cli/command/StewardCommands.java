package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.files.PolicyFile;
import io.confide.common.files.TextFile;
import io.confide.common.model.SitePolicy;
import io.confide.participant.app.Steward;
import io.confide.participant.vault.Home;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/** The steward's part of {@code confide participant}: what may happen, and what did. */
public final class StewardCommands {
    private static final InstantSource CLOCK = InstantSource.system();
    private final Terminal terminal;

    public StewardCommands(Terminal terminal) {
        this.terminal = terminal;
    }

    /** What to approve; nothing lists what was offered. */
    static final class Approval {
        @Option(
                names = "--roster",
                paramLabel = "FILE",
                description = "Pin this roster: the sites that may take part and their keys.")
        private Optional<Path> roster = Optional.empty();

        @Option(
                names = "--plan",
                paramLabel = "HASH",
                description = "Permit this plan (8 or more digits of its hash).")
        private Optional<String> plan = Optional.empty();

        @Option(
                names = "--revoke",
                paramLabel = "HASH",
                description = "Take the permission for this plan back.")
        private Optional<String> revoke = Optional.empty();
    }

    int approve(SiteHome site, Approval approval, boolean json) {
        var chosen = approval == null ? new Approval() : approval;
        if (chosen.roster.isPresent()) {
            return pinned(Steward.approveRoster(site.existing(), chosen.roster.get(), CLOCK), json);
        }
        if (chosen.plan.isPresent()) {
            return granted(Steward.approvePlan(site.existing(), chosen.plan.get(), CLOCK), json);
        }
        if (chosen.revoke.isPresent()) {
            return granted(Steward.revokePlan(site.existing(), chosen.revoke.get(), CLOCK), json);
        }
        return offers(site.existing(), json);
    }

    private int pinned(Steward.PinnedRoster roster, boolean json) {
        if (json) {
            var answer = JsonText.object().put("hash", roster.hash().hex());
            answer.put("version", roster.version()).put("colluders", roster.colluders());
            answer.put("coordinatorKey", roster.coordinatorKey());
            var members = answer.putArray("members");
            for (var member : roster.members()) {
                members.addObject().put("site", member.site().value()).put("key", member.key());
            }
            terminal.line(JsonText.pretty(answer));
            return 0;
        }
        terminal.line(
                terminal.good(" ✓ ")
                        + "roster version "
                        + roster.version()
                        + " pinned: "
                        + roster.members().size()
                        + " sites, up to "
                        + roster.colluders()
                        + " dishonest together. Compare these with what each site told you:");
        terminal.line("   %-20s %s".formatted("coordinator", roster.coordinatorKey()));
        for (var member : roster.members()) {
            terminal.line("   %-20s %s".formatted(member.site(), member.key()));
        }
        return 0;
    }

    private int granted(Steward.OfferedPlan plan, boolean json) {
        if (json) {
            terminal.line(JsonText.pretty(asJson(plan)));
        } else {
            terminal.line(
                    terminal.good(" ✓ ")
                            + "plan "
                            + plan.hash().shortHex()
                            + " ("
                            + plan.job()
                            + ") is "
                            + (plan.approved().isPresent() ? "permitted" : "no longer permitted")
                            + " at this site.");
        }
        return 0;
    }

    private int offers(Path home, boolean json) {
        var offers = Steward.offers(home, CLOCK);
        if (json) {
            var answer = JsonText.object();
            var plans = answer.putArray("plans");
            offers.forEach(plan -> plans.add(asJson(plan)));
            terminal.line(JsonText.pretty(answer));
            return 0;
        }
        if (offers.isEmpty()) {
            terminal.line("No plan was offered to this site yet.");
        }
        for (var plan : offers) {
            terminal.line(
                    "%s  %-24s study %-24s model %-10s %d rounds%s  %s"
                            .formatted(
                                    plan.hash().shortHex(),
                                    plan.job(),
                                    plan.study(),
                                    plan.model(),
                                    plan.rounds(),
                                    plan.group().isPresent()
                                            ? " in a group of " + plan.group().getAsInt() + " sites"
                                            : "",
                                    plan.approved()
                                            .map(since -> "approved " + since)
                                            .orElse("waits for --plan " + plan.hash().shortHex())));
        }
        return 0;
    }

    private static ObjectNode asJson(Steward.OfferedPlan plan) {
        var node = JsonText.object().put("hash", plan.hash().hex()).put("job", plan.job());
        node.put("study", plan.study()).put("model", plan.model()).put("rounds", plan.rounds());
        plan.group().ifPresent(sites -> node.put("group", sites));
        plan.approved().ifPresent(since -> node.put("approved", since.toString()));
        return node;
    }

    int egress(SiteHome site, boolean json) {
        var report = Steward.egress(site.existing());
        if (json) {
            var answer = JsonText.object().put("refused", report.refused());
            report.from().ifPresent(from -> answer.put("from", from.toString()));
            report.until().ifPresent(until -> answer.put("until", until.toString()));
            var lines = answer.putArray("lines");
            for (var line : report.lines()) {
                lines.addObject()
                        .put("job", line.job())
                        .put("category", line.category())
                        .put("messages", line.messages())
                        .put("bytes", line.bytes());
            }
            terminal.line(JsonText.pretty(answer));
            return 0;
        }
        String job = "\0";
        for (var line : report.lines()) {
            if (!line.job().equals(job)) {
                job = line.job();
                terminal.line(job.isEmpty() ? " no job" : " job " + job);
            }
            terminal.line(
                    "  %-20s %8d   %s"
                            .formatted(line.category(), line.messages(), size(line.bytes())));
        }
        terminal.line(
                "  nothing else. Blocked by policy: "
                        + report.refused()
                        + ". Full list: "
                        + new Home(site.existing()).egress());
        return 0;
    }

    private static String size(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? "%.1f KB".formatted(bytes / 1e3)
                : "%.1f MB".formatted(bytes / 1e6);
    }

    /** {@code policy}. */
    @Command(
            name = "policy",
            mixinStandardHelpOptions = true,
            synopsisSubcommandLabel = "COMMAND",
            description = "The rules that this site enforces, whatever the coordinator asks.")
    public static final class Policy {
        private final Terminal terminal;

        public Policy(Terminal terminal) {
            this.terminal = terminal;
        }

        @Command(
                name = "init",
                mixinStandardHelpOptions = true,
                description = "Write a commented policy.yaml that allows nothing yet.")
        int init(@Mixin SiteHome site) {
            terminal.line(terminal.good(" ✓ ") + Steward.initPolicy(site.directory()));
            return 0;
        }

        @Command(
                name = "show",
                mixinStandardHelpOptions = true,
                description = "Print this site's policy.yaml.")
        int show(
                @Mixin SiteHome site,
                @Option(names = "--json", description = "Print the rules as they apply, as JSON.")
                        boolean json) {
            var file = new Home(site.existing()).policy();
            terminal.line(
                    json
                            ? JsonText.pretty(rules(PolicyFile.load(file)))
                            : TextFile.read(file).stripTrailing());
            return 0;
        }

        private static ObjectNode rules(SitePolicy policy) {
            var answer = JsonText.object();
            var allow = answer.putArray("allow");
            for (var entry : policy.allow()) {
                var rule = allow.addObject().put("study", entry.study());
                var models = rule.putArray("models");
                entry.models().stream().sorted().forEach(models::add);
                rule.put("minimumCohort", entry.minimumCohort());
                rule.put("minimumIncluded", entry.minimumIncluded());
                rule.put("minimumDifference", entry.minimumDifference());
                rule.put("rolledBackLedger", entry.rolledBackLedger().name());
                rule.put("privacy", entry.privacy().name());
                entry.budget().ifPresent(budget -> put(rule.putObject("budget"), budget));
                rule.put("releaseAtMost", entry.releaseAtMost().name());
                rule.put("approval", entry.approval().name());
                entry.until().ifPresent(until -> rule.put("until", until.toString()));
            }
            var totals = answer.putArray("budgets");
            for (var total : policy.totals()) {
                var node = totals.addObject().put("name", total.name());
                var datasets = node.putArray("datasets");
                total.datasets().stream().sorted().forEach(datasets::add);
                put(node, total.budget());
            }
            return answer;
        }

        private static void put(ObjectNode node, SitePolicy.Budget budget) {
            node.put("unit", budget.unit().name())
                    .put("epsilon", budget.epsilon())
                    .put("delta", budget.delta());
        }
    }
}
