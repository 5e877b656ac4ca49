package io.confide.participant.app;

import io.confide.common.files.ReceiptJson;
import io.confide.common.files.RosterFile;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.CertifiedRound;
import io.confide.common.secagg.site.Receipt;
import io.confide.common.secagg.site.ReceiptAudit;
import io.confide.common.storage.PrivateFiles;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;
import io.confide.participant.vault.Offers;
import io.confide.participant.vault.Receipts;
import io.confide.participant.vault.RosterPin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Checks what a site kept of finished rounds, offline (PROTOCOL.md §3.10). */
public final class RoundAudits {
    private final Roster roster;
    private final SiteId site;
    private final List<Offers.Offer> plans;

    private RoundAudits(Roster roster, SiteId site, List<Offers.Offer> plans) {
        this.roster = roster;
        this.site = site;
        this.plans = plans;
    }

    /** What a job's rounds were found to be. */
    public record Report(JobId job, SiteId site, List<Round> rounds) {
        public Report {
            rounds = List.copyOf(rounds);
        }

        public boolean holds() {
            return rounds.stream().allMatch(round -> round.problems().isEmpty());
        }
    }

    /**
     * One round.
     *
     * @param details empty if the receipt cannot be read
     * @param problems sentences; empty if everything holds
     */
    public record Round(long number, Optional<Details> details, List<String> problems) {
        public Round {
            problems = List.copyOf(problems);
        }
    }

    /**
     * What is certified about a round.
     *
     * @param task with the plan's hash, if this site knows the plan that the configuration is of
     * @param quorum signatures that a vote needs
     * @param counted whether this site's input is in the sum, once
     */
    public record Details(
            Optional<String> task,
            Optional<Digest> plan,
            List<SiteId> cohort,
            List<SiteId> included,
            boolean voted,
            int signatures,
            int quorum,
            boolean counted,
            Digest epochId,
            Digest model,
            Digest newModel,
            Digest config,
            Digest statement) {}

    /**
     * Checks the receipts in {@code home} against its pinned roster.
     *
     * @param job may be left out if there are receipts of one job only
     * @param round all of the job's if empty
     * @throws ConfideException NOT_FOUND if there is no such receipt, ROSTER_NOT_APPROVED without a pinned roster
     */
    public static Report atHome(Path home, Optional<JobId> job, OptionalLong round) {
        var place = new Home(home);
        var roster =
                RosterPin.read(place)
                        .orElseThrow(
                                () ->
                                        new ConfideException(
                                                ErrorCode.ROSTER_NOT_APPROVED,
                                                "this site has approved no roster to check against:"
                                                        + " confide participant approve --roster"
                                                        + " FILE"));
        var receipts = new Receipts(place);
        var chosen = job.orElseGet(() -> only(receipts.jobs(), place.receipts()));
        return new RoundAudits(roster, Identity.open(place).card().site(), Offers.all(place))
                .report(chosen, receipts.of(chosen), round);
    }

    /** As {@link #atHome} for a file of receipts that {@code site} handed over. */
    public static Report ofFile(Path receipts, Path rosterFile, SiteId site, OptionalLong round) {
        byte[] text = PrivateFiles.read(rosterFile, "the consortium's administrator has it");
        var roster = RosterFile.parse(new String(text, StandardCharsets.UTF_8)).roster();
        PrivateFiles.read(receipts, "a site keeps them in state/receipts");
        var lines = Receipts.read(receipts);
        var job = only(lines.stream().map(ReceiptJson.Line::job).distinct().toList(), receipts);
        return new RoundAudits(roster, site, List.of()).report(job, lines, round);
    }

    private static JobId only(List<JobId> jobs, Path where) {
        if (jobs.size() == 1) {
            return jobs.getFirst();
        }
        throw new ConfideException(
                ErrorCode.NOT_FOUND,
                jobs.isEmpty()
                        ? "there are no receipts in "
                                + where
                                + "; a site keeps one for each round whose sum it helped to open"
                        : "there are receipts of "
                                + jobs.size()
                                + " jobs; choose one with --job: "
                                + jobs);
    }

    private Report report(JobId job, List<ReceiptJson.Line> lines, OptionalLong round) {
        if (roster.indexOf(site).isEmpty()) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND, "the roster does not name the site " + site);
        }
        var rounds =
                lines.stream()
                        .filter(line -> round.isEmpty() || round.getAsLong() == line.round())
                        .map(line -> round(line, lines))
                        .toList();
        if (rounds.isEmpty()) {
            throw new ConfideException(
                    ErrorCode.NOT_FOUND,
                    "there is no receipt of "
                            + (round.isPresent() ? "round " + round.getAsLong() + " of " : "")
                            + "job "
                            + job
                            + "; a site keeps one for each round whose sum it helped to open");
        }
        return new Report(job, site, rounds);
    }

    private Round round(ReceiptJson.Line line, List<ReceiptJson.Line> all) {
        var found = audit(line.receipt());
        var audited = found.audited();
        var problems = new ArrayList<>(audited.problems());
        boolean named =
                audited.facts()
                        .map(facts -> facts.context().round())
                        .filter(of -> of.job().equals(line.job()) && of.round() == line.round())
                        .isPresent();
        if (!named) {
            problems.add("The receipt is of another round than its line says.");
        }
        if (all.stream().filter(other -> other.round() == line.round()).count() > 1) {
            problems.add("There is more than one receipt of this round.");
        }
        return new Round(
                line.round(),
                audited.facts().map(facts -> details(facts, found.over(), problems.isEmpty())),
                problems);
    }

    private record Found(Roster over, ReceiptAudit.Audited audited) {}

    /**
     * Against the sites that its plan sums this one's inputs with. Where the plan is not known, against the roster or that of
     * this site's group: which groups a job has follows from the roster and their number (PROTOCOL.md §6.1), so the one whose
     * keys the receipt holds for is found without its plan.
     */
    private Found audit(Receipt receipt) {
        var whole = found(roster, receipt);
        var facts = whole.audited().facts();
        if (facts.isEmpty()) {
            return whole;
        }
        var offer = offer(facts.get().context().configHash());
        if (offer.isPresent()) {
            return Partition.around(site, roster, offer.get().plan().aggregation().groups())
                    .filter(over -> !over.equals(roster))
                    .map(over -> found(over, receipt))
                    .orElse(whole);
        }
        int size = facts.get().context().opened().rosterSize();
        if (size == roster.size()) {
            return whole;
        }
        return IntStream.rangeClosed(2, Partition.countMax(roster.size(), roster.colluders()))
                .mapToObj(count -> Partition.of(roster, count))
                .map(groups -> groups.groups().get(groups.groupOf(site)))
                .filter(group -> group.size() == size)
                .map(group -> found(group, receipt))
                .filter(found -> found.audited().problems().isEmpty())
                .findFirst()
                .orElse(whole);
    }

    private Found found(Roster over, Receipt receipt) {
        return new Found(over, check(over, receipt));
    }

    private ReceiptAudit.Audited check(Roster over, Receipt receipt) {
        return new ReceiptAudit(over).check(receipt, over.indexOf(site).orElseThrow());
    }

    private Details details(ReceiptAudit.Facts facts, Roster over, boolean holds) {
        var context = facts.context();
        var work = work(context.configHash());
        return new Details(
                work.map(each -> each.task().words()),
                work.map(each -> each.offer().hash()),
                names(context.opened(), over),
                names(facts.included(), over),
                facts.agreement() == CertifiedRound.Agreement.VOTED,
                facts.signatures(),
                over.q(),
                holds && facts.own() == ReceiptAudit.Own.COUNTED_ONCE,
                context.round().epochId(),
                context.modelHash(),
                facts.newModel(),
                context.configHash(),
                facts.statement());
    }

    private record Work(Offers.Offer offer, Task task) {}

    private Optional<Offers.Offer> offer(Digest config) {
        return work(config).map(Work::offer);
    }

    /** The plan and task whose configuration has this hash. */
    private Optional<Work> work(Digest config) {
        for (var offer : plans) {
            for (Task task : offer.plan().schedule()) {
                if (RoundConfigJson.hash(offer.hash(), task).equals(config)) {
                    return Optional.of(new Work(offer, task));
                }
            }
        }
        return Optional.empty();
    }

    private static List<SiteId> names(SiteSet sites, Roster over) {
        if (sites.rosterSize() != over.size()) {
            return List.of();
        }
        return sites.indices().stream().map(index -> over.member(index).site()).toList();
    }
}
