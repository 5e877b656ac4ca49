package io.confide.cli.demo;

import io.confide.cli.Terminal;
import io.confide.participant.baseline.Comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The demo's result for people. */
final class DemoReport {
    private static final int EVENTS_TO_TELL = 10;
    private static final double VISIBLE = 0.005;

    private final Terminal terminal;
    private final DemoResult result;

    DemoReport(Terminal terminal, DemoResult result) {
        this.terminal = terminal;
        this.result = result;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("");
        if (result.study().origin() == DemoStudy.Origin.SYNTHETIC) {
            lines.add(
                    terminal.warning(
                            " SYNTHETIC DATA: these numbers say that the machinery works, nothing"
                                    + " about medicine."));
        }
        aucs(lines);
        hospitals(lines);
        privacyAndRounds(lines);
        files(lines);
        return lines;
    }

    private void aucs(List<String> lines) {
        var all = result.comparison().all();
        lines.add(
                terminal.strong(
                        "%-26s%10s%12s%12s"
                                .formatted(" Out-of-fold AUC", "alone", "federated", "pooled(*)")));
        lines.add(
                row(
                        "all %d hospitals".formatted(result.study().hospitals().size()),
                        all.auc().local(),
                        OptionalDouble.of(result.federated()),
                        all.auc().pooled()));
        if (result.hasEurope()) {
            var auc = result.comparison().subset().auc();
            lines.add(
                    row(
                            "the %d European ones".formatted(result.study().europeans().size()),
                            auc.local(),
                            auc.federated(),
                            auc.pooled()));
        }
        lines.add(
                terminal.faint(
                        "  (*) all data in one place: computed by this demo alone, only to"
                                + " compare; it is what the hospitals could not have done."));
        if (result.privacy().isPresent()) {
            lines.add(
                    terminal.faint(
                            "  federated: mean of ten runs of the same noisy training, computed on"
                                    + " public data for comparison, outside ε; the job itself"
                                    + " releases one model and no metric."));
        }
        lines.add("");
    }

    private static String row(
            String label, OptionalDouble alone, OptionalDouble federated, OptionalDouble pooled) {
        return "  %-24s%10s%12s%12s"
                .formatted(label, number(alone), number(federated), number(pooled));
    }

    private void hospitals(List<String> lines) {
        lines.add(
                terminal.strong(
                        "%-26s%10s%12s%12s%12s"
                                .formatted(
                                        " Hospital", "patients", "events", "alone", "federated")));
        for (var site : result.comparison().sites()) {
            boolean tells = tells(site);
            lines.add(
                    "  %-24s%10d%12d%12s%12s   %s"
                            .formatted(
                                    result.study().title(site.site()),
                                    site.rows(),
                                    site.events(),
                                    tells ? number(site.auc().local()) : "-",
                                    tells ? number(site.auc().federated()) : "-",
                                    verdict(site)));
        }
        lines.add("");
    }

    private static String number(OptionalDouble auc) {
        return auc.isPresent() ? String.format(Locale.ROOT, "%.3f", auc.getAsDouble()) : "-";
    }

    /** With few events, one of them more or less moves the AUC by a tenth. */
    private static boolean tells(Comparison.Site site) {
        return site.events() >= EVENTS_TO_TELL && site.rows() - site.events() >= EVENTS_TO_TELL;
    }

    private String verdict(Comparison.Site site) {
        if (site.alone() == Comparison.Alone.TOO_FEW_EVENTS) {
            return terminal.warning(
                    "cannot train alone: "
                            + (site.events() == 1 ? "1 event" : site.events() + " events"));
        }
        if (!tells(site) || site.auc().local().isEmpty() || site.auc().federated().isEmpty()) {
            return "too few events to compare";
        }
        double gain = site.auc().federated().getAsDouble() - site.auc().local().getAsDouble();
        if (gain >= VISIBLE) {
            return terminal.good(String.format(Locale.ROOT, "gains %.3f", gain));
        }
        return gain <= -VISIBLE
                ? String.format(Locale.ROOT, "loses %.3f", -gain)
                : "as good as alone";
    }

    private void privacyAndRounds(List<String> lines) {
        var summary = RoundSummary.of(result.rounds());
        lines.add(
                terminal.strong(" Privacy  ")
                        + "only sums left the secure aggregation: fewer than "
                        + result.job().path("threshold").asInt()
                        + " of "
                        + result.study().hospitals().size()
                        + " sites cannot open one.");
        result.privacy()
                .ifPresentOrElse(
                        privacy -> epsilon(privacy, lines),
                        () ->
                                lines.add(
                                        "          No differential privacy in this run: the sums"
                                                + " and the model themselves are exact."));
        lines.add(
                terminal.strong(" Rounds   ")
                        + summary.sentence(result.study().hospitals().size())
                        + String.format(Locale.ROOT, "; %.0f s in all", result.seconds()));
        summary.leftOut().forEach(line -> lines.add("          " + line));
    }

    private void epsilon(DemoPrivacy privacy, List<String> lines) {
        var terms = privacy.terms();
        lines.add(
                "          ε ≤ %s at δ = %s for every record (added or removed; no sampling; at most %d commits)."
                        .formatted(terms.epsilon(), privacy.delta(), terms.commits()));
        lines.add("          %-28s%8s%10s%10s".formatted("towards", "sites", "ε (RDP)", "ε (PLD)"));
        for (var row : privacy.observers()) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "          %-28s%8d%10s%10s",
                            row.observer().name(),
                            row.survivors(),
                            DemoPrivacy.up(row.rdp()),
                            DemoPrivacy.up(row.pld())));
        }
        lines.add(
                "          The last line is the worst the plan allows; it is what every hospital's"
                        + " ledger is charged.");
        lines.add("          Ledgers: " + ledgers(privacy.ledgers()));
    }

    private String ledgers(List<DemoPrivacy.Ledger> ledgers) {
        return ledgers.stream()
                .map(
                        ledger ->
                                String.format(
                                        Locale.ROOT,
                                        "%s %s of %s (%d)",
                                        result.study().title(ledger.site()),
                                        DemoPrivacy.up(ledger.spent()),
                                        ledger.budget(),
                                        ledger.releases()))
                .collect(Collectors.joining(", "));
    }

    private void files(List<String> lines) {
        var folder = result.model();
        lines.add(
                terminal.strong(" Model    ")
                        + shown(folder.resolve("model.safetensors").toString())
                        + "   card "
                        + shown(folder.resolve("card.md").toString()));
    }

    private static String shown(String path) {
        var here = java.nio.file.Path.of("").toAbsolutePath() + "/";
        return path.startsWith(here) ? path.substring(here.length()) : path;
    }
}
