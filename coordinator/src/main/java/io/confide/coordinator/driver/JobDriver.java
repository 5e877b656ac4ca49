package io.confide.coordinator.driver;

import io.confide.common.artifact.ModelFacts;
import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.job.Answer;
import io.confide.coordinator.job.JobEffect;
import io.confide.coordinator.job.JobEvent;
import io.confide.coordinator.job.JobMachine;
import io.confide.coordinator.job.JobState;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** One running job: takes its mail one by one, steps the machines, commits, and lets the effects out. */
final class JobDriver implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JobDriver.class);
    private static final int MAIL_MAX = 1 << 16;
    private static final int BATCH_MAX = 256;

    private final BlockingQueue<Mail> mailbox = new ArrayBlockingQueue<>(MAIL_MAX);
    private final JobParts parts;
    private final Governor governor;
    private final JobPage page;
    private final Map<SiteId, Long> losses = new HashMap<>();
    private JobState state;
    private Optional<EpochRunner> setup = Optional.empty();
    private Optional<RoundRunner> round = Optional.empty();
    private long roundsDone;
    private int leastIncluded = Integer.MAX_VALUE;
    private JobView shown;
    private volatile JobView view;
    private volatile Optional<RoundRunner.OpenInputs> openInputs = Optional.empty();

    JobDriver(JobFacts facts, Shell shell, Governor governor, FencingToken token) {
        var journal = new Journal(shell.log(), facts.job(), token);
        this.parts =
                new JobParts(
                        facts,
                        shell,
                        journal,
                        new EventFeed(shell.clock()),
                        new ModelHistory(facts.plan()),
                        this::post);
        this.governor = governor;
        Instant submitted = shell.clock().instant();
        this.page = new JobPage(facts, shell.clock(), submitted);
        this.state = JobMachine.start(facts.jobRules(), Collections.emptySortedSet()).next();
        this.shown = page.view(state);
        this.view = shown;
    }

    JobFacts facts() {
        return parts.facts();
    }

    EventFeed feed() {
        return parts.feed();
    }

    /** What people see now; from any thread. */
    JobView view() {
        return view;
    }

    /** The round that takes inputs now; from any thread. */
    Optional<RoundRunner.OpenInputs> openInputs() {
        return openInputs;
    }

    /** A model that sites may need now; from any thread. */
    Optional<Bytes> model(Digest hash) {
        return parts.models().bytes(hash);
    }

    /** Puts mail into the mailbox; from any thread, never blocks. */
    void post(Mail mail) {
        if (!mailbox.offer(mail)) {
            LOG.error("event=mailbox-full job={}", facts().job());
        }
    }

    /** Runs the job to its end. */
    @Override
    public void run() {
        try {
            work();
        } catch (FencedException e) {
            LOG.error("event=fenced job={}", facts().job());
            broken("Another coordinator has taken this job over.");
        } catch (InterruptedException e) {
            broken("The coordinator was stopped; submit the job again.");
        } catch (ConfideException e) {
            LOG.error("event=job-broken job={} code={}", facts().job(), e.code(), e);
            broken(e.sentence());
        } catch (RuntimeException e) {
            LOG.error("event=job-broken job={}", facts().job(), e);
            broken("The coordinator made a mistake in this job; see its log and submit it again.");
        }
    }

    private void work() throws FencedException, InterruptedException {
        // Whoever connects while this is read arrives by mail as well, which is harmless.
        var start =
                JobMachine.start(
                        facts().jobRules(), new TreeSet<>(parts.shell().sites().connected()));
        state = start.next();
        keepState();
        start.effects().forEach(this::perform);
        parts.journal().flush();
        while (state instanceof JobState.Live) {
            handle(mailbox.take());
            for (int more = 0; more < BATCH_MAX && state instanceof JobState.Live; more++) {
                Mail next = mailbox.poll();
                if (next == null) {
                    break;
                }
                handle(next);
            }
            parts.journal().flush();
        }
    }

    private void handle(Mail mail) {
        switch (mail) {
            case Mail.Arrived(var site, var session) -> arrived(site, session);
            case Mail.Lost(var site) -> lost(site);
            case Mail.Said(var site, var body) -> said(site, body);
            case Mail.Cancel(var actor) -> happened(new JobEvent.CancelRequested(actor));
            case Mail.Stop(var sentence) -> happened(new JobEvent.Broken(sentence));
            case Mail.GraceOver(var site, var loss) -> {
                if (losses.getOrDefault(site, 0L) == loss) {
                    inRound(new RoundEvent.GracePassed(site));
                    happened(new JobEvent.GracePassed(site));
                }
            }
            case Mail.PatienceOver(var number) -> happened(new JobEvent.PatiencePassed(number));
            case Mail.SetupStepOver(var epoch, var step) ->
                    setup.flatMap(s -> s.stepOver(epoch, step)).ifPresent(this::happened);
            case Mail.RoundTimeOver(var number, var phase) ->
                    round.filter(r -> r.number() == number)
                            .ifPresent(r -> r.happened(new RoundEvent.DeadlinePassed(phase)));
            case Mail.AskAgain(var number, var times) ->
                    round.filter(r -> r.number() == number).ifPresent(r -> r.askAgain(times));
        }
        settleRound();
    }

    /** A new process cannot finish the round that the old one began. */
    private void arrived(SiteId site, JobEvent.Session session) {
        losses.merge(site, 1L, Long::sum);
        switch (session) {
            case NEW -> {
                inRound(new RoundEvent.SiteLost(site));
                inRound(new RoundEvent.GracePassed(site));
            }
            case RESUMED -> inRound(new RoundEvent.SiteReturned(site));
        }
        happened(new JobEvent.SiteArrived(site, session));
    }

    private void lost(SiteId site) {
        long loss = losses.merge(site, 1L, Long::sum);
        inRound(new RoundEvent.SiteLost(site));
        happened(new JobEvent.SiteGone(site));
        parts.shell()
                .timers()
                .after(parts.shell().times().grace(), () -> post(new Mail.GraceOver(site, loss)));
    }

    private void inRound(RoundEvent event) {
        round.ifPresent(r -> r.happened(event));
        settleRound();
    }

    private void said(SiteId site, SiteBody body) {
        switch (body) {
            case SiteBody.PlanAnswer answer -> {
                if (answer.planHash().equals(facts().planHash())) {
                    LOG.info(
                            "event=plan-answered job={} site={} verdict={}",
                            facts().job(),
                            site,
                            answer.verdict());
                    happened(
                            new JobEvent.PlanAnswered(
                                    site, new Answer(answer.verdict(), answer.reasons())));
                }
            }
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

    private void declined(SiteId site, SiteBody.Declined declined) {
        LOG.warn(
                "event=site-declined job={} round={} site={} check={}",
                facts().job(),
                declined.round(),
                site,
                declined.check());
        // A late refusal of an old round must not cost the site its place in the next epoch.
        if (declined.round() == SiteBody.Declined.SET_UP) {
            setup.flatMap(s -> s.declined(site, declined.check())).ifPresent(this::happened);
        } else {
            round.filter(r -> r.number() == declined.round())
                    .ifPresent(
                            r -> r.happened(new RoundEvent.SiteDeclined(site, declined.check())));
        }
    }

    private void protocol(SiteId site, SiteMessage message) {
        switch (message) {
            case SiteMessage.Hello _,
                    SiteMessage.Seed _,
                    SiteMessage.Kem _,
                    SiteMessage.Deal _,
                    SiteMessage.Confirm _ ->
                    setup.flatMap(s -> s.received(site, message)).ifPresent(this::happened);
            case SiteMessage.Upload m -> round.ifPresent(r -> r.upload(site, m));
            case SiteMessage.Sign m -> round.ifPresent(r -> r.sign(site, m));
            case SiteMessage.Reveal m -> round.ifPresent(r -> r.reveal(site, m));
        }
    }

    /** Passes the end of a round on to the job. */
    private void settleRound() {
        var ended = round.flatMap(r -> r.outcome().map(outcome -> Map.entry(r, outcome)));
        ended.ifPresent(
                end -> {
                    round = Optional.empty();
                    long number = end.getKey().number();
                    switch (end.getValue()) {
                        case RoundEnding.Outcome.Done _ -> {
                            counted(end.getKey().state());
                            happened(new JobEvent.RoundDone(number));
                        }
                        case RoundEnding.Outcome.Failed(var sentence) ->
                                happened(new JobEvent.RoundFailed(number, sentence));
                    }
                });
        openInputs = round.flatMap(RoundRunner::openInputs);
    }

    private void counted(RoundState end) {
        roundsDone++;
        if (end instanceof RoundState.Done done) {
            leastIncluded = Math.min(leastIncluded, done.included().size());
        }
        parts.models()
                .report()
                .map(report -> report.numbers())
                .filter(numbers -> !numbers.equals(page.metrics()))
                .ifPresent(
                        numbers -> {
                            page.measured(numbers);
                            parts.feed().keep(parts.journal(), "metrics", Map.copyOf(numbers));
                        });
    }

    private void happened(JobEvent event) {
        var step = JobMachine.step(state, event);
        if (step.effects().isEmpty() && step.next().equals(state)) {
            return;
        }
        state = step.next();
        keepState();
        step.effects().forEach(this::perform);
    }

    /** Notes what people see, if it changed; a new phase is an event as well. */
    private void keepState() {
        var next = page.view(state);
        var before = shown;
        if (next.equals(before)) {
            return;
        }
        shown = next;
        parts.journal().note(new LogEntry.JobChanged(next));
        parts.journal().afterwards(() -> view = next);
        if (next.state() != before.state() || !next.reason().equals(before.reason())) {
            var data = new HashMap<String, Object>();
            data.put("state", next.state().name());
            next.reason().ifPresent(reason -> data.put("reason", reason));
            parts.feed().keep(parts.journal(), "state", data);
        }
    }

    private void perform(JobEffect effect) {
        switch (effect) {
            case JobEffect.OfferPlan(var site) -> {
                var offer = new CoordinatorBody.PlanOffer(facts().job(), facts().planBytes());
                parts.journal().reveal(() -> parts.shell().sites().send(site, offer));
            }
            case JobEffect.StartPatience(var number) ->
                    parts.shell()
                            .timers()
                            .after(
                                    parts.shell().times().patience(),
                                    () -> post(new Mail.PatienceOver(number)));
            case JobEffect.StartEpoch start -> startEpoch(start);
            case JobEffect.AbandonEpoch _ -> forgetSetup();
            case JobEffect.StartRound start -> startRound(start);
            case JobEffect.Finish(var end) -> finish(end);
        }
    }

    private void startEpoch(JobEffect.StartEpoch start) {
        forgetSetup();
        governor.require(
                Governor.COORDINATOR,
                Action.START_TRAINING,
                new Target.Work(facts().plan(), facts().planHash(), start.sites().size()));
        setup = Optional.of(EpochRunner.start(parts, start));
    }

    private void forgetSetup() {
        setup.ifPresent(EpochRunner::cancel);
        setup = Optional.empty();
    }

    private void startRound(JobEffect.StartRound start) {
        var epoch = setup.flatMap(EpochRunner::ready).orElseThrow();
        var task =
                new RoundTask(
                        start.round(),
                        facts().schedule().get(start.task()),
                        epoch,
                        start.members(),
                        start.connected());
        round = Optional.of(RoundRunner.open(parts, task));
        openInputs = round.flatMap(RoundRunner::openInputs);
    }

    private void finish(JobState end) {
        forgetSetup();
        round.ifPresent(RoundRunner::abandon);
        round = Optional.empty();
        openInputs = Optional.empty();
        if (end instanceof JobState.Completed) {
            governor.require(
                    Governor.COORDINATOR,
                    Action.RELEASE_MODEL,
                    new Target.Model(
                            facts().job(), facts().plan().release(), facts().plan().release()));
            var cohort =
                    new ModelFacts.Cohort(
                            facts().roster().size(),
                            facts().policy().t(),
                            roundsDone,
                            leastIncluded);
            parts.journal()
                    .note(
                            Artifacts.of(
                                    facts(),
                                    parts.models(),
                                    cohort,
                                    parts.shell().clock().instant()));
        }
        parts.feed().keep(parts.journal(), "ended", Map.of("state", shown.state().name()));
        parts.journal().reveal(this::tellSites);
        LOG.info("event=job-ended job={} state={}", facts().job(), shown.state());
    }

    private void tellSites() {
        var ended = new CoordinatorBody.JobEnded(facts().job(), JobEnd.words(view));
        facts().jobRules().roster().forEach(site -> parts.shell().sites().send(site, ended));
    }

    /** The job cannot go on and perhaps nothing can be written: whoever can be told is told. */
    private void broken(String sentence) {
        parts.journal().clear();
        forgetSetup();
        round.ifPresent(RoundRunner::abandon);
        openInputs = Optional.empty();
        int done = state instanceof JobState.Live live ? live.standing().tasksDone() : 0;
        state = new JobState.Failed(done, sentence);
        shown = page.view(state);
        view = shown;
        parts.journal().note(new LogEntry.JobChanged(view));
        parts.journal().hurry();
        try {
            parts.journal().flush();
        } catch (FencedException | RuntimeException e) {
            LOG.error("event=failure-not-recorded job={}", facts().job(), e);
        }
        tellSites();
        parts.feed().pass("ended", Map.of("state", view.state().name(), "reason", sentence));
    }
}
