package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.EpochTerms;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.wire.CoordinatorBody;
import io.confide.coordinator.job.JobEffect.StartEpoch;
import io.confide.coordinator.job.JobEvent;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Timers.Timer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Runs one attempt at a key set-up. */
final class EpochRunner {
    private static final Logger LOG = LoggerFactory.getLogger(EpochRunner.class);

    /** How often a step rings. */
    private static final int ALARMS = 3;

    private final JobParts parts;
    private final EpochSetup setup;
    private final Grievances grievances;
    private final long oldest;
    private Optional<Timer> timer = Optional.empty();
    private int armed;

    private EpochRunner(JobParts parts, EpochSetup setup, long oldest) {
        this.parts = parts;
        this.setup = setup;
        this.oldest = oldest;
        this.grievances = new Grievances(parts);
    }

    /**
     * Invites the sites: S0 leaves with the next commit.
     *
     * @param oldest the first epoch whose keys the job may still use
     */
    static EpochRunner start(JobParts parts, StartEpoch asked, long oldest) {
        var facts = parts.facts();
        var terms =
                new EpochTerms(
                        facts.job(),
                        Math.toIntExact(asked.epoch()),
                        asked.firstRound(),
                        facts.epochRounds(asked.tasksLeft()),
                        facts.roster(),
                        facts.policy());
        var setup =
                new EpochSetup(
                        terms, facts.indices(asked.sites()), parts.shell().key(), facts.keys());
        var runner = new EpochRunner(parts, setup, oldest);
        parts.journal().note(new LogEntry.EpochBegun(terms.epoch()));
        runner.send(setup.begin());
        runner.arm();
        LOG.info(
                "event=epoch-start job={} epoch={} sites={} rounds={}",
                facts.job(),
                terms.epoch(),
                asked.sites().size(),
                terms.rounds());
        return runner;
    }

    /** Whether {@code site} is in the group of this. */
    boolean concerns(SiteId site) {
        return parts.facts().index(site).isPresent();
    }

    /** The epoch once it is certified. */
    Optional<ReadyEpoch> ready() {
        return setup.ready();
    }

    /** The proof that the epoch may be used, once there is one. */
    Optional<CoordinatorMessage> certificate() {
        return setup.kept().map(kept -> kept.certificate(parts.facts().job()));
    }

    /** Returns what the message means for the job, if anything. */
    Optional<JobEvent> received(SiteId site, SiteMessage message) {
        int index = parts.facts().index(site).orElseThrow();
        return switch (setup.accept(index, message)) {
            case Acceptance.Accepted _ -> advanced();
            case Acceptance.Rejected(var reason) -> rejected(site, reason);
        };
    }

    private Optional<JobEvent> advanced() {
        var step = setup.step();
        var next = setup.advance();
        if (step == EpochSetup.Step.COMPLAINT && step != setup.step()) {
            grievances.tell(setup);
        }
        return setup.step() == EpochSetup.Step.BLOCKED ? blocked() : progress(next);
    }

    /** Neither side of a complaint can be believed, so more attempts with the same sites would end the same way. */
    private Optional<JobEvent> blocked() {
        cancel();
        var why = grievances.blocked(setup);
        LOG.warn(
                "event=epoch-blocked job={} epoch={} why=\"{}\"",
                parts.facts().job(),
                setup.terms().epoch(),
                why);
        return Optional.of(new JobEvent.EpochBlocked(setup.terms().epoch(), why));
    }

    private Optional<JobEvent> rejected(SiteId site, Acceptance.Reason reason) {
        LOG.warn(
                "event=setup-message-rejected job={} epoch={} site={} step={} reason={}",
                parts.facts().job(),
                setup.terms().epoch(),
                site,
                setup.step(),
                reason);
        return switch (reason) {
            case MALFORMED, BAD_SIGNATURE, WRONG_HASH ->
                    failed(one(site), site + " sent wrong keys (" + reason + ")");
            case UNEXPECTED, OTHER_CONTEXT, CONFLICT -> Optional.empty();
        };
    }

    /** A site refused a message of the set-up of {@code epoch}: if it is this one, the attempt cannot finish with it. */
    Optional<JobEvent> declined(SiteId site, int epoch, String check) {
        int index = parts.facts().index(site).orElseThrow();
        return epoch == setup.terms().epoch()
                        && setup.missing().contains(index)
                        && setup.step() != EpochSetup.Step.READY
                ? failed(one(site), site + " refused the key set-up (" + check + ")")
                : Optional.empty();
    }

    /** An eighth or half of the step's time is over: asks again; at its end goes on without the silent, if that is possible. */
    Optional<JobEvent> stepOver(long epoch, int step) {
        if (epoch != setup.terms().epoch() || step != armed) {
            return Optional.empty();
        }
        if (step % ALARMS != 0) {
            send(setup.repeat());
            arm();
            return Optional.empty();
        }
        var silent = parts.facts().sites(setup.missing());
        var next = setup.closeStep();
        return next.isEmpty()
                ? failed(
                        silent,
                        "no answer from "
                                + String.join(", ", RoundNews.names(silent))
                                + " in step "
                                + setup.step())
                : progress(next);
    }

    private Optional<JobEvent> progress(List<Addressed> next) {
        if (next.isEmpty()) {
            return Optional.empty();
        }
        send(next);
        if (setup.ready().isEmpty()) {
            armed += (ALARMS - armed % ALARMS) % ALARMS;
            arm();
            return Optional.empty();
        }
        cancel();
        var epoch = setup.ready().get();
        var terms = epoch.terms();
        var accepted = parts.facts().sites(epoch.accepted());
        parts.journal()
                .note(
                        new LogEntry.EpochMade(
                                setup.kept().orElseThrow(),
                                parts.processes().lives(accepted),
                                oldest));
        parts.feed()
                .keep(
                        parts.journal(),
                        "epoch",
                        Map.of("epoch", terms.epoch(), "sites", RoundNews.names(accepted)));
        LOG.info(
                "event=epoch-ready job={} epoch={} sites={}",
                parts.facts().job(),
                terms.epoch(),
                accepted.size());
        return Optional.of(
                new JobEvent.EpochReady(
                        terms.epoch(), accepted, terms.firstRound() + terms.rounds() - 1));
    }

    private Optional<JobEvent> failed(SortedSet<SiteId> silent, String why) {
        cancel();
        LOG.warn(
                "event=epoch-failed job={} epoch={} why=\"{}\"",
                parts.facts().job(),
                setup.terms().epoch(),
                why);
        return Optional.of(new JobEvent.EpochFailed(setup.terms().epoch(), silent, why));
    }

    void cancel() {
        timer.ifPresent(Timer::cancel);
        timer = Optional.empty();
    }

    /** Of three numbers the first stands for an eighth of a step, the second for its half, the third for its end. */
    private void arm() {
        cancel();
        armed++;
        var over = new Mail.SetupStepOver(setup.terms().epoch(), armed);
        var step = parts.shell().times().setupStep();
        var pause =
                switch (armed % ALARMS) {
                    case 1 -> step.dividedBy(8);
                    case 2 -> step.multipliedBy(3).dividedBy(8);
                    default -> step.dividedBy(2);
                };
        timer = Optional.of(parts.timers().after(pause, over));
    }

    private void send(List<Addressed> messages) {
        var shell = parts.shell();
        var facts = parts.facts();
        parts.journal()
                .reveal(
                        () ->
                                messages.forEach(
                                        each ->
                                                shell.sites()
                                                        .send(
                                                                facts.site(each.site()),
                                                                new CoordinatorBody.Protocol(
                                                                        each.message()))));
    }

    private static SortedSet<SiteId> one(SiteId site) {
        var set = new TreeSet<SiteId>();
        set.add(site);
        return set;
    }
}
