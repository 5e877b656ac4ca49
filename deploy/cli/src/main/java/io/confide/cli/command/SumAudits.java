package io.confide.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.files.AuditJson;
import io.confide.common.files.RosterFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.CertifiedRound.Agreement;
import io.confide.common.secagg.audit.SumCheck;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.RosterPin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Checks the record for the audit of the sum of a round, offline, and says in words what that shows (PROTOCOL.md §3.10). */
final class SumAudits {
    private SumAudits() {}

    /** The roster in {@code file}. */
    static Roster roster(Path file) {
        byte[] text = PrivateFiles.read(file, "the consortium's administrator has it");
        return RosterFile.parse(new String(text, StandardCharsets.UTF_8)).roster();
    }

    /** The roster that the site of {@code home} has approved. */
    static Roster pinned(Path home) {
        return RosterPin.read(new Home(home))
                .orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.ROSTER_NOT_APPROVED,
                                        "this site has approved no roster to check against; give"
                                                + " one with --roster FILE"));
    }

    /** Checks the record in {@code file}; it must be of {@code job} and {@code round} where they are given. */
    static Report check(Path file, Roster roster, Optional<JobId> job, Optional<Long> round) {
        var entry = read(file);
        var checked = new SumCheck(roster).check(entry.record());
        var problems = new ArrayList<>(checked.problems());
        boolean asked =
                job.filter(id -> !id.equals(entry.job())).isEmpty()
                        && round.filter(number -> number != entry.round()).isEmpty();
        if (!asked) {
            problems.add("The record is of another round than the one that was asked for.");
        }
        boolean named =
                checked.facts()
                        .map(facts -> facts.round().context().round())
                        .filter(of -> of.job().equals(entry.job()) && of.round() == entry.round())
                        .isPresent();
        if (checked.facts().isPresent() && !named) {
            problems.add("What was signed is of another round than the record says.");
        }
        return new Report(
                entry, roster, new SumCheck.Checked(checked.facts(), checked.missing(), problems));
    }

    private static AuditJson.Entry read(Path file) {
        var bytes = Bytes.wrap(PrivateFiles.read(file, "confide job audit gets it"));
        try {
            return AuditJson.parse(bytes);
        } catch (IllegalArgumentException _) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    file
                            + " is no record for the audit of a sum, as confide job audit gets it;"
                            + " receipts are given with --receipts.");
        }
    }

    /** What was found, to be shown. */
    record Report(AuditJson.Entry entry, Roster roster, SumCheck.Checked checked) {
        boolean passed() {
            return checked.passed();
        }

        List<String> lines(Terminal terminal) {
            var lines = new ArrayList<String>();
            lines.add("job " + entry.job() + "   round " + entry.round());
            String mark = passed() ? terminal.good(" ✓ ") : terminal.bad(" ✗ ");
            lines.add(mark + verdict());
            checked.problems().forEach(problem -> lines.add("   " + problem));
            checked.facts().ifPresent(facts -> details(facts, lines));
            return lines;
        }

        private String verdict() {
            if (passed()) {
                return "the inputs that the included sites signed give this leaf of the sum, with"
                        + " the coordinator's seeds";
            }
            return checked.missing().isEmpty() || !checked.problems().isEmpty()
                    ? "this does not hold"
                    : "the audit of this round is incomplete: the part of "
                            + names(checked.missing())
                            + " is missing";
        }

        private void details(SumCheck.Facts facts, List<String> lines) {
            ContextFields context = facts.round().context();
            lines.add("   cohort         " + names(sites(context.opened())));
            lines.add("   included       " + names(sites(facts.round().included())));
            lines.add(
                    "   agreed         "
                            + (facts.round().agreement() == Agreement.VOTED
                                    ? "%d signed, %d needed"
                                            .formatted(facts.round().signatures(), roster.q())
                                    : "everybody uploaded, no vote needed"));
            lines.add("   configuration  " + context.configHash().hex());
            lines.add("   statement      " + facts.round().statementHash().hex());
            lines.add(
                    "   leaf           number %d of %d, %d words; which one follows from the statement"
                            .formatted(facts.leaf() + 1, facts.leaves(), facts.words()));
            if (passed()) {
                shown(facts, lines);
            }
        }

        private static void shown(SumCheck.Facts facts, List<String> lines) {
            lines.add("");
            lines.add(
                    "   Shown: the leaves that the included sites signed, each once, and the seeds"
                            + " in this record give the sum in this record. A mistake in adding or"
                            + " opening this leaf would have shown.");
            lines.add(
                    "   Not shown: that the coordinator is honest. The seeds are its word alone;"
                            + " one"
                            + " that lies finds false ones that pass in about 2^%d tries. So an audit finds mistakes and convicts no liar."
                                    .formatted(facts.bitsToForge()));
            lines.add(
                    "   Not shown: that the result, and so the model, was computed from this sum."
                            + " The signed result does not name the sum.");
            if (facts.leaves() > 1) {
                lines.add(
                        "   Not shown: the other %d leaves. Mistakes in a fraction f of the leaves that do not depend on which one is audited are found by a audits with the chance 1 - (1 - f)^a. A coordinator that lies knows which one is audited before it takes off any mask, and can falsify the others unseen."
                                .formatted(facts.leaves() - 1));
            }
        }

        private List<SiteId> sites(SiteSet set) {
            return set.indices().stream().map(index -> roster.member(index).site()).toList();
        }

        private static String names(List<SiteId> sites) {
            return sites.stream().map(SiteId::value).collect(Collectors.joining(", "));
        }

        ObjectNode asJson() {
            var answer =
                    JsonText.object()
                            .put("job", entry.job().toString())
                            .put("round", entry.round())
                            .put("passed", passed());
            var problems = answer.putArray("problems");
            checked.problems().forEach(problems::add);
            var missing = answer.putArray("missing");
            checked.missing().forEach(site -> missing.add(site.value()));
            checked.facts().ifPresent(facts -> put(facts, answer));
            return answer;
        }

        private void put(SumCheck.Facts facts, ObjectNode answer) {
            var cohort = answer.putArray("cohort");
            sites(facts.round().context().opened()).forEach(site -> cohort.add(site.value()));
            var included = answer.putArray("included");
            sites(facts.round().included()).forEach(site -> included.add(site.value()));
            answer.put("voted", facts.round().agreement() == Agreement.VOTED)
                    .put("signatures", facts.round().signatures())
                    .put("quorum", roster.q())
                    .put("configuration", facts.round().context().configHash().hex())
                    .put("statement", facts.round().statementHash().hex())
                    .put("leaf", facts.leaf())
                    .put("leaves", facts.leaves())
                    .put("words", facts.words())
                    .put("bitsToForge", facts.bitsToForge())
                    .put("resultShown", false);
        }
    }
}
