package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEffect;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundMachine;
import io.confide.coordinator.round.RoundState;
import io.confide.coordinator.round.UsualTimes;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Runs one round: steps {@link RoundMachine} with what the intake and the clocks report, and performs its effects. */
final class RoundRunner {
    private final JobParts parts;
    private final RoundTask round;
    private final Codec codec;
    private final RoundProtocol protocol;
    private final RoundTimers timers;
    private final RoundIntake intake;
    private final RoundTiming timing;
    private final Instant opened;
    private final Instant deadline;
    private final RoundEnding ending;
    private final RoundNews news;
    private final Blaming blaming;
    private final RoundVoice voice;
    private final RoundRepeats repeats;

    /** Whose process has no keys of the round: it sends what was recorded, and is asked for nothing else. */
    private final SortedSet<SiteId> keyless;

    private RoundState state;
    private long sequence;

    /** Opens the round: the signed Open leaves with the next commit. */
    static RoundRunner open(JobParts parts, RoundTask round, UsualTimes known) {
        var step =
                RoundMachine.open(
                        parts.facts().roundRules(round.epoch(), round.past()),
                        round.members(),
                        round.connected());
        var cohort = step.next().roll().cohort();
        var timing = RoundTiming.begun(parts, known, round.task(), cohort);
        var now = parts.shell().clock().instant();
        var runner =
                new RoundRunner(parts, round, step.next(), timing, now, now.plus(timing.whole()));
        runner.begin(step);
        return runner;
    }

    /** Takes up a round that was open when the coordinator stopped: the same Open, the same U3 and certificate if there are. */
    static RoundRunner resume(JobParts parts, RoundTask round, InterruptedRound left) {
        var runner =
                new RoundRunner(
                        parts,
                        round,
                        left.state(),
                        RoundTiming.resumed(parts),
                        left.opened().at(),
                        left.deadline());
        if (!runner.protocol.open().body().equals(left.opened().open())) {
            throw new IllegalStateException("round " + round.number() + " opens with other bytes");
        }
        runner.goOn(left);
        return runner;
    }

    private RoundRunner(
            JobParts parts,
            RoundTask round,
            RoundState first,
            RoundTiming timing,
            Instant opened,
            Instant deadline) {
        this.parts = parts;
        this.round = round;
        this.codec = parts.facts().codec(round.task());
        this.timing = timing;
        this.opened = opened;
        this.deadline = deadline;
        this.state = first;
        this.protocol =
                new RoundProtocol(
                        round.epoch(),
                        round.opening(parts, first.roll().cohort(), deadline),
                        parts.shell().key());
        this.intake = new RoundIntake(parts, round.number(), protocol);
        this.news = new RoundNews(parts, round.number(), timing);
        this.timers =
                new RoundTimers(
                        parts.shell().times(), parts.timers(), round.number(), timing.whole());
        this.voice = new RoundVoice(parts, () -> outcome().isPresent());
        this.blaming = new Blaming(parts, round.number(), protocol, timers);
        this.keyless = new TreeSet<>(first.roll().cohort());
        this.keyless.removeAll(round.members());
        this.repeats = new RoundRepeats(parts, voice, round, protocol, blaming, keyless);
        this.ending = new RoundEnding(parts, round, codec, opened, blaming, timing);
    }

    private void begin(RoundMachine.Step step) {
        long epoch = round.epoch().terms().epoch();
        String task = round.task().words();
        var journal = parts.journal();
        journal.note(
                new LogEntry.RoundOpened(
                        round.number(), epoch, task, opened, protocol.open().body()));
        news.opened(epoch, task, state.roll().cohort());
        timers.collecting();
        timing.early().ifPresent(timers::usual);
        step.effects().forEach(this::perform);
    }

    private void goOn(InterruptedRound left) {
        sequence = left.events();
        left.restore(protocol, parts.facts());
        intake.remember(left.uploads().keySet());
        parts.feed().roundGoesOn(opened);
        happened(new RoundEvent.TakenOver());
        if (outcome().isEmpty()) {
            timers.resumed(state, Duration.between(parts.shell().clock().instant(), deadline));
            // Nobody is here to be asked: every site is reminded when it comes back.
            RoundMachine.outstanding(state).stream()
                    .filter(effect -> effect instanceof RoundEffect.AwaitReturn)
                    .forEach(this::perform);
            parts.journal().hurry();
        }
    }

    /** Tells a site that has come back after a restart what it is still asked for; it repeats what it said before. */
    void remind(SiteId site) {
        repeats.remind(site, state, openInputs());
        timers.askSoon(state);
    }

    /**
     * The process of {@code site} is another one. What it has uploaded stays in the sum; what it has not is waited for until
     * it says that it cannot send it.
     */
    void startedAnew(SiteId site) {
        keyless.add(site);
        happened(new RoundEvent.SiteLost(site));
        if (!mayUpload(site)) {
            happened(new RoundEvent.GracePassed(site));
        }
    }

    /** Asks a site whose process is another one for the upload that the one before has recorded. */
    void askUpload(SiteId site) {
        if (mayUpload(site)) {
            voice.say(site, protocol.open());
            timers.askSoon(state);
        }
    }

    private boolean mayUpload(SiteId site) {
        boolean folded = state instanceof RoundState.Collecting s && s.folded().containsKey(site);
        return !folded && openInputs().filter(open -> open.cohort().contains(site)).isPresent();
    }

    /** Whether {@code site} has refused, for {@code check}, only because it never heard that its keys are ready. */
    boolean maybeUntold(SiteId site, String check) {
        return repeats.maybeUntold(site, check, state);
    }

    /** A site refused a message of this round. */
    void declined(SiteId site, String check) {
        if (keyless.contains(site)) {
            // It was asked for one thing, and does not have it.
            happened(new RoundEvent.SiteLost(site));
            happened(new RoundEvent.GracePassed(site));
        } else {
            happened(new RoundEvent.SiteDeclined(site, check));
        }
    }

    /** Whether {@code site} is in the group of this. */
    boolean concerns(SiteId site) {
        return parts.facts().index(site).isPresent();
    }

    /** What this round shares with its job, seen from its group. */
    JobParts parts() {
        return parts;
    }

    long number() {
        return round.number();
    }

    RoundState state() {
        return state;
    }

    /** Returns U3, once sites were asked to open a sum over it. */
    Optional<SortedSet<SiteId>> fixed() {
        return protocol.included().map(parts.facts()::sites);
    }

    /** Returns how the round ended; empty while it runs. */
    Optional<RoundEnding.Outcome> outcome() {
        return ending.outcome();
    }

    /** What the round, when it is over, tells of how long its sites need. */
    Optional<UsualTimes.Round> times() {
        return timing.over(state.roll());
    }

    /** From whom inputs are taken now, and how large they are. */
    Optional<OpenInputs> openInputs() {
        return OpenInputs.of(state, round.number(), codec.words());
    }

    void upload(SiteId site, SiteMessage.Upload message) {
        if (mayUpload(site)) {
            intake.upload(site, message).ifPresent(this::happened);
        }
    }

    void sign(SiteId site, SiteMessage.Sign message) {
        if (state instanceof RoundState.Signing) {
            intake.sign(site, message).ifPresent(this::happened);
        }
    }

    void reveal(SiteId site, SiteMessage.Reveal message) {
        // While a secret is in dispute another share may settle it.
        boolean disputed = state instanceof RoundState.Unmasking;
        if (disputed || state instanceof RoundState.Revealing) {
            intake.reveal(site, message).ifPresent(this::happened);
        }
        if (disputed) {
            unmask();
        }
    }

    /** The proof of a share of a secret that came out wrong (R11). */
    void proof(SiteId site, SiteMessage.BlameAnswer message) {
        if (state instanceof RoundState.Unmasking) {
            intake.proof(site, message);
            unmask();
        }
    }

    private void unmask() {
        var end = ending.unmask(protocol);
        blaming.tell().forEach(this::happened);
        end.ifPresentOrElse(this::happened, blaming::ask);
    }

    /** Something happened to the round: steps the machine, notes the fact, performs what follows. */
    void happened(RoundEvent event) {
        var before = state;
        var step = RoundMachine.step(before, event);
        if (step.effects().isEmpty() && step.next().equals(before)) {
            return;
        }
        state = step.next();
        if (event instanceof RoundEvent.InputFolded(var site, _)) {
            timing.stored(site);
        }
        parts.journal().note(new LogEntry.RoundHappened(round.number(), sequence++, event));
        news.drops(before.roll(), state.roll());
        if (!before.getClass().equals(state.getClass())) {
            timers.entered(state);
        }
        step.effects().forEach(this::perform);
    }

    /** A clock of the round has run out. */
    void timeOver(RoundEvent.Phase phase) {
        happened(new RoundEvent.DeadlinePassed(phase));
        if (phase == RoundEvent.Phase.USUAL && state instanceof RoundState.Collecting) {
            timing.goesOn().ifPresent(timers::usual);
        }
    }

    /** Sends again what is outstanding, to those who have not answered. */
    void askAgain(int times) {
        if (repeats.askAgain(state, times) == RoundRepeats.Waiting.FOR_SOMEBODY) {
            timers.askAgain(state, times + 1);
        }
    }

    private void perform(RoundEffect effect) {
        switch (effect) {
            case RoundEffect.AskInputs(var sites) -> voice.say(sites, protocol.open());
            case RoundEffect.AwaitReturn _ -> timers.awaitReturn();
            case RoundEffect.Propose(var cohort, _) ->
                    // Only after the commit are all vectors in the sum, and U3 what the machine
                    // fixed.
                    voice.sayLater(withKeys(cohort), protocol::propose);
            case RoundEffect.SendFastCert(var cohort, _) ->
                    voice.sayLater(withKeys(cohort), protocol::fastCert);
            case RoundEffect.SendCert(var cohort, _, _) ->
                    voice.say(withKeys(cohort), protocol.cert().orElseThrow());
            case RoundEffect.Unmask _ -> unmask();
            case RoundEffect.PublishResult(_, var newModel) -> {
                timers.cancel();
                ending.done((RoundState.Done) state, protocol, newModel);
                intake.discard();
            }
            case RoundEffect.PublishFailed _ -> {
                timers.cancel();
                ending.failed((RoundState.Failed) state, protocol);
                intake.discard();
            }
        }
    }

    private SortedSet<SiteId> withKeys(SortedSet<SiteId> cohort) {
        var sites = new TreeSet<>(cohort);
        sites.removeAll(keyless);
        return sites;
    }

    /** Stops the clocks of a round that nobody waits for any more. */
    void abandon() {
        timers.cancel();
        intake.discard();
    }
}
