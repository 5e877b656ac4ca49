package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.job.Answer;
import io.confide.coordinator.job.JobEvent;
import io.confide.coordinator.round.RoundEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What each mail means: an event of the job, of its key set-up or of its round, or nothing any more. */
final class MailSorter {
    private static final Logger LOG = LoggerFactory.getLogger(MailSorter.class);

    private final JobParts parts;
    private final JobRunner job;
    private final Map<SiteId, Long> losses = new HashMap<>();

    /** Who has not come yet since this process took the job up. */
    private final Set<SiteId> unmet = new HashSet<>();

    MailSorter(JobParts parts, JobRunner job) {
        this.parts = parts;
        this.job = job;
    }

    void handle(Mail mail) {
        switch (mail) {
            case Mail.Arrived(var site, var session, var bootId) -> arrived(site, session, bootId);
            case Mail.Lost(var site) -> lost(site);
            case Mail.Said(var site, var body) -> said(site, body);
            case Mail.Cancel(var actor) -> job.happened(new JobEvent.CancelRequested(actor));
            case Mail.Pause(var actor, var heard) ->
                    job.asked(new JobEvent.PauseRequested(actor), heard);
            case Mail.Resume(var actor, var heard) ->
                    job.asked(new JobEvent.ResumeRequested(actor), heard);
            case Mail.Stop _ -> job.stop();
            case Mail.Alarm alarm -> rang(alarm);
            case Mail.Rang _ -> {}
        }
        job.settleRound();
    }

    /** An alarm for what is over already finds nobody, or a machine that it does not move. */
    private void rang(Mail.Alarm alarm) {
        switch (alarm) {
            case Mail.GraceOver(var site, var loss) -> {
                if (losses.getOrDefault(site, 0L) == loss) {
                    job.inRound(site, new RoundEvent.GracePassed(site));
                    job.happened(new JobEvent.GracePassed(site));
                }
            }
            case Mail.PatienceOver(var number) -> job.happened(new JobEvent.PatiencePassed(number));
            case Mail.SetupStepOver(var epoch, var step) ->
                    job.setup().flatMap(s -> s.stepOver(epoch, step)).ifPresent(job::happened);
            case Mail.RoundTimeOver(var number, var phase) ->
                    job.round(number).ifPresent(r -> r.timeOver(phase));
            case Mail.AskAgain(var number, var times) -> {
                job.round(number).ifPresent(r -> r.askAgain(times));
                job.withdrawal(number).ifPresent(w -> w.ask(times));
            }
            case Mail.OfferAgain(var times) -> job.offerAgain(times);
        }
    }

    /** After a restart nobody is here; whoever does not come back in time is gone. */
    void awaitReturns() {
        unmet.addAll(parts.facts().jobRules().roster());
        for (var site : parts.facts().jobRules().roster()) {
            long loss = losses.merge(site, 1L, Long::sum);
            parts.after(parts.shell().times().comeback(), new Mail.GraceOver(site, loss));
        }
    }

    /** A new process cannot finish the round that the old one began, but it can send the upload that one recorded. */
    private void arrived(SiteId site, JobEvent.Session told, Bytes bootId) {
        losses.merge(site, 1L, Long::sum);
        var session = asSeenHere(site, told, bootId);
        switch (session) {
            case NEW -> {
                parts.journal().note(parts.processes().came(site, bootId));
                job.round(site).ifPresent(running -> running.startedAnew(site));
                job.settleRound();
            }
            case RETURNED, RESUMED -> job.inRound(site, new RoundEvent.SiteReturned(site));
        }
        job.happened(new JobEvent.SiteArrived(site, session));
        switch (session) {
            case NEW -> job.round(site).ifPresent(running -> running.askUpload(site));
            case RETURNED -> job.remind(site);
            case RESUMED -> {}
        }
    }

    /**
     * A session that a member of a cluster goes on with may be older than the time for which the job is led here: then the site
     * is one that has returned.
     */
    private JobEvent.Session asSeenHere(SiteId site, JobEvent.Session told, Bytes bootId) {
        boolean isFirst = unmet.remove(site);
        if (!isFirst || told != JobEvent.Session.RESUMED) {
            return told;
        }
        return parts.processes().isNewest(site, bootId)
                ? JobEvent.Session.RETURNED
                : JobEvent.Session.NEW;
    }

    private void lost(SiteId site) {
        long loss = losses.merge(site, 1L, Long::sum);
        job.inRound(site, new RoundEvent.SiteLost(site));
        job.happened(new JobEvent.SiteGone(site));
        parts.after(parts.shell().times().grace(), new Mail.GraceOver(site, loss));
    }

    private void said(SiteId site, SiteBody body) {
        switch (body) {
            case SiteBody.PlanAnswer answer -> answered(site, answer);
            case SiteBody.Progress progress ->
                    parts.feed()
                            .pass(
                                    "progress",
                                    Map.of(
                                            "round", progress.round(),
                                            "site", site.value(),
                                            "stage", progress.stage().name()));
            case SiteBody.Declined declined -> declined(site, declined);
            case SiteBody.Protocol(var message) -> protocol(site, message);
            case SiteBody.Greeting _, SiteBody.Acknowledge _ -> {}
        }
    }

    private void answered(SiteId site, SiteBody.PlanAnswer answer) {
        if (answer.planHash().equals(parts.facts().planHash())) {
            LOG.info(
                    "event=plan-answered job={} site={} verdict={}",
                    parts.facts().job(),
                    site,
                    answer.verdict());
            job.happened(
                    new JobEvent.PlanAnswered(
                            site, new Answer(answer.verdict(), answer.reasons())));
        }
    }

    private void declined(SiteId site, SiteBody.Declined declined) {
        LOG.warn(
                "event=site-declined job={} subject={} site={} check={}",
                parts.facts().job(),
                declined.subject(),
                site,
                declined.check());
        // A late refusal of something old must cost the site neither its place in the next epoch
        // nor one in this round.
        switch (declined.subject()) {
            case Subject.Setup(var epoch) ->
                    job.setup(site)
                            .flatMap(s -> s.declined(site, epoch, declined.check()))
                            .ifPresent(job::happened);
            case Subject.Round(var round) ->
                    job.round(round)
                            .filter(running -> running.concerns(site))
                            .ifPresent(running -> declined(running, site, declined.check()));
            case Subject.Untold() -> {}
        }
    }

    private void declined(RoundRunner round, SiteId site, String check) {
        if (round.maybeUntold(site, check)) {
            job.remind(site);
        } else {
            round.declined(site, check);
        }
    }

    private void protocol(SiteId site, SiteMessage message) {
        switch (message) {
            case SiteMessage.Hello _,
                    SiteMessage.Seed _,
                    SiteMessage.Kem _,
                    SiteMessage.Deal _,
                    SiteMessage.Complaints _,
                    SiteMessage.Confirm _ ->
                    job.setup(site)
                            .flatMap(s -> s.received(site, message))
                            .ifPresent(job::happened);
            case SiteMessage.Upload m -> job.round(site).ifPresent(r -> r.upload(site, m));
            case SiteMessage.Sign m -> job.round(site).ifPresent(r -> r.sign(site, m));
            case SiteMessage.Reveal m -> job.round(site).ifPresent(r -> r.reveal(site, m));
            case SiteMessage.BlameAnswer m -> job.round(site).ifPresent(r -> r.proof(site, m));
            case SiteMessage.Abort m -> job.gaveUp(site, m);
        }
    }
}
