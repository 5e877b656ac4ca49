package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.model.ModelState;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEffect;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundMachine;
import io.confide.coordinator.round.RoundState;

import java.time.Instant;
import java.util.List;
import java.util.Map;
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
    private final Instant opened;
    private final RoundEnding ending;
    private final Blaming blaming;
    private RoundState state;
    private long sequence;

    /** Opens the round: the signed Open leaves with the next commit. */
    static RoundRunner open(JobParts parts, RoundTask round) {
        var step =
                RoundMachine.open(
                        parts.facts().roundRules(round.epoch(), round.past()),
                        round.members(),
                        round.connected());
        var runner = new RoundRunner(parts, round, step.next());
        runner.begin(step);
        return runner;
    }

    private RoundRunner(JobParts parts, RoundTask round, RoundState first) {
        this.parts = parts;
        this.round = round;
        this.codec = parts.facts().codec(round.task());
        this.opened = parts.shell().clock().instant();
        this.state = first;
        this.protocol =
                new RoundProtocol(
                        round.epoch(), opening(first.roll().cohort()), parts.shell().key());
        this.intake = new RoundIntake(parts, round.number(), protocol);
        this.timers = new RoundTimers(parts.shell(), parts.post(), round.number());
        this.blaming = new Blaming(parts, round.number(), protocol, timers);
        this.ending = new RoundEnding(parts, round, codec, opened, blaming);
    }

    private RoundOpening opening(SortedSet<SiteId> cohort) {
        var facts = parts.facts();
        ModelState model = parts.models().before(round.task());
        var bytes = model.bytes();
        VectorBody body =
                bytes.length() <= VectorBody.INLINE_BYTES_MAX
                        ? new VectorBody.Inline(bytes)
                        : new VectorBody.Chunked(bytes.length(), model.hash().value());
        return new RoundOpening(
                round.number(),
                facts.indices(cohort),
                facts.config(round.task()),
                codec.bytes(),
                body,
                model.hash(),
                codec.words(),
                opened.plusSeconds(facts.plan().aggregation().roundSeconds()),
                parts.models().lastResult(),
                round.aborted());
    }

    private void begin(RoundMachine.Step step) {
        long epoch = round.epoch().terms().epoch();
        String task = round.task().words();
        var journal = parts.journal();
        journal.note(
                new LogEntry.RoundOpened(
                        round.number(), epoch, task, opened, protocol.open().body()));
        parts.feed()
                .keep(
                        journal,
                        "roundOpened",
                        Map.of(
                                "round",
                                round.number(),
                                "epoch",
                                epoch,
                                "task",
                                task,
                                "cohort",
                                names(state.roll().cohort()),
                                "deadlineSeconds",
                                parts.facts().plan().aggregation().roundSeconds()));
        timers.collecting(parts.facts().plan().aggregation().roundSeconds());
        step.effects().forEach(this::perform);
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

    /** Returns the bytes of a masked vector if inputs are taken from {@code site} now. */
    Optional<OpenInputs> openInputs() {
        return state instanceof RoundState.Collecting s
                ? Optional.of(
                        new OpenInputs(
                                round.number(),
                                s.roll().cohort(),
                                codec.words() * (long) Long.BYTES))
                : Optional.empty();
    }

    /** What the data plane may know of a round from another thread. */
    record OpenInputs(long round, SortedSet<SiteId> cohort, long vectorBytes) {}

    void upload(SiteId site, SiteMessage.Upload message) {
        boolean awaited =
                state instanceof RoundState.Collecting s
                        && s.roll().cohort().contains(site)
                        && !s.folded().containsKey(site);
        if (awaited) {
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
        parts.journal().note(new LogEntry.RoundHappened(round.number(), sequence++, event));
        tellDrops(before);
        if (!before.getClass().equals(state.getClass())) {
            timers.entered(state);
        }
        step.effects().forEach(this::perform);
    }

    private void tellDrops(RoundState before) {
        state.roll()
                .dropped()
                .forEach(
                        (site, drop) -> {
                            if (!drop.equals(before.roll().dropped().get(site))) {
                                parts.feed()
                                        .keep(
                                                parts.journal(),
                                                "dropped",
                                                Map.of(
                                                        "round", round.number(),
                                                        "site", site.value(),
                                                        "step", drop.step().word(),
                                                        "reason", drop.cause().words()));
                            }
                        });
    }

    /** Sends again what is outstanding, to those who have not answered. */
    void askAgain(int times) {
        if (state instanceof RoundState.Unmasking) {
            blaming.ask();
            var rest = new TreeSet<>(state.roll().cohort());
            rest.removeAll(parts.facts().sites(protocol.revealed()));
            protocol.certificate().ifPresent(message -> parts.send(revealers(rest), message));
            timers.askAgain(times + 1);
            return;
        }
        var answered =
                switch (state) {
                    case RoundState.Signing s -> s.signatures().keySet();
                    case RoundState.Revealing s -> s.revealed();
                    case RoundState.Collecting _,
                            RoundState.Unmasking _,
                            RoundState.Done _,
                            RoundState.Failed _ ->
                            state.roll().cohort();
                };
        var silent = new TreeSet<>(state.roll().cohort());
        silent.removeAll(answered);
        if (!silent.isEmpty()) {
            switch (state) {
                case RoundState.Signing _ ->
                        protocol.propose().ifPresent(message -> parts.send(silent, message));
                case RoundState.Revealing _ ->
                        protocol.certificate()
                                .ifPresent(message -> parts.send(revealers(silent), message));
                case RoundState.Collecting _,
                        RoundState.Unmasking _,
                        RoundState.Done _,
                        RoundState.Failed _ -> {}
            }
            timers.askAgain(times + 1);
        }
    }

    /** The silent ones of the cohort, and whoever else of the epoch has come meanwhile (K22). */
    private SortedSet<SiteId> revealers(SortedSet<SiteId> silent) {
        var asked = new TreeSet<>(round.members());
        asked.removeAll(state.roll().cohort());
        asked.retainAll(parts.shell().sites().connected());
        asked.addAll(silent);
        return asked;
    }

    private void perform(RoundEffect effect) {
        switch (effect) {
            case RoundEffect.AskInputs(var cohort) -> parts.send(cohort, protocol.open());
            case RoundEffect.AwaitReturn _ -> timers.awaitReturn();
            case RoundEffect.Propose(var cohort, _) ->
                    // Only after the commit are all vectors in the sum, and U3 what the machine
                    // fixed.
                    parts.sendLater(cohort, () -> protocol.propose().orElseThrow());
            case RoundEffect.SendFastCert(var cohort, _) ->
                    // As above: only after the commit is everybody in the sum.
                    parts.sendLater(cohort, () -> protocol.fastCert().orElseThrow());
            case RoundEffect.SendCert(var cohort, _, _) ->
                    parts.send(cohort, protocol.cert().orElseThrow());
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

    /** Stops the clocks of a round that nobody waits for any more. */
    void abandon() {
        timers.cancel();
        intake.discard();
    }

    static List<String> names(Iterable<SiteId> sites) {
        var names = new java.util.ArrayList<String>();
        sites.forEach(site -> names.add(site.value()));
        return List.copyOf(names);
    }
}
