package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.model.Digest;
import io.confide.common.model.ModelState;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.aggregate.InputReader;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEffect;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundMachine;
import io.confide.coordinator.round.RoundState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** Runs one round: checks what sites send with {@link RoundProtocol}, steps {@link RoundMachine}, performs its effects. */
final class RoundRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RoundRunner.class);

    /** Verified vectors that wait in memory for the commit that lets them into the sum. */
    private static final long WAITING_BYTES_MAX = 64L << 20;

    private final JobParts parts;
    private final RoundTask round;
    private final Codec codec;
    private final RoundProtocol protocol;
    private final RoundTimers timers;
    private final InputReader inputs;
    private final Instant opened;
    private final RoundEnding ending;
    private RoundState state;
    private long sequence;
    private long waitingBytes;

    /** Opens the round: the signed Open leaves with the next commit. */
    static RoundRunner open(JobParts parts, RoundTask round) {
        var step =
                RoundMachine.open(parts.facts().roundRules(), round.members(), round.connected());
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
        this.inputs = new InputReader(parts.shell().staging(), parts.facts().job(), round.number());
        this.timers = new RoundTimers(parts.shell(), parts.post(), round.number());
        this.ending = new RoundEnding(parts, round, codec, opened);
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
                parts.models().lastResult());
    }

    private void begin(RoundMachine.Step step) {
        long epoch = round.epoch().terms().epoch();
        String task = TaskWords.of(round.task());
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
                                names(state.roll().cohort())));
        timers.collecting(parts.facts().plan().aggregation().roundSeconds());
        step.effects().forEach(this::perform);
    }

    long number() {
        return round.number();
    }

    RoundState state() {
        return state;
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
        int index = parts.facts().index(site).orElseThrow();
        boolean awaited =
                state instanceof RoundState.Collecting s
                        && s.roll().cohort().contains(site)
                        && !s.folded().containsKey(site);
        if (!awaited) {
            return;
        }
        switch (protocol.checkHeader(index, message.header())) {
            case Acceptance.Rejected(var reason) -> rejected(site, "upload", reason);
            case Acceptance.Accepted _ -> {
                var words = inputs.read(site, message.vector(), codec.words());
                if (words.isEmpty()) {
                    rejected(site, "upload", Acceptance.Reason.MALFORMED);
                } else {
                    fold(site, index, message, words.get());
                }
            }
        }
    }

    /** The fact is durable before the vector is in the sum (R3); both before U3 is proposed. */
    private void fold(SiteId site, int index, SiteMessage.Upload message, long[] words) {
        if (protocol.verify(index, message.header(), words)
                instanceof Acceptance.Rejected(var reason)) {
            rejected(site, "upload", reason);
            return;
        }
        var proof = protocol.proof(index).orElseThrow();
        parts.journal()
                .note(
                        new LogEntry.UploadFolded(
                                round.number(),
                                site,
                                new Digest(proof.vectorHash()),
                                proof.signature()));
        parts.journal().afterwards(() -> protocol.add(index));
        waitingBytes += words.length * (long) Long.BYTES;
        if (waitingBytes > WAITING_BYTES_MAX) {
            waitingBytes = 0;
            parts.journal().hurry();
        }
        pass("uploaded", site);
        happened(new RoundEvent.InputFolded(site, proof));
    }

    void sign(SiteId site, SiteMessage.Sign message) {
        if (!(state instanceof RoundState.Signing)) {
            return;
        }
        int index = parts.facts().index(site).orElseThrow();
        switch (protocol.sign(index, message)) {
            case Acceptance.Rejected(var reason) -> rejected(site, "sign", reason);
            case Acceptance.Accepted _ -> {
                pass("signed", site);
                happened(new RoundEvent.SignVerified(site, message.signature()));
            }
        }
    }

    void reveal(SiteId site, SiteMessage.Reveal message) {
        if (!(state instanceof RoundState.Revealing)) {
            return;
        }
        int index = parts.facts().index(site).orElseThrow();
        switch (protocol.reveal(index, message)) {
            case Acceptance.Rejected(var reason) -> rejected(site, "reveal", reason);
            case Acceptance.Accepted _ -> {
                pass("revealed", site);
                happened(new RoundEvent.RevealVerified(site));
            }
        }
    }

    private void rejected(SiteId site, String step, Acceptance.Reason reason) {
        switch (reason) {
            case MALFORMED, BAD_SIGNATURE, WRONG_HASH, CONFLICT -> {
                LOG.warn(
                        "event=message-rejected job={} round={} site={} step={} reason={}",
                        parts.facts().job(),
                        round.number(),
                        site,
                        step,
                        reason);
                happened(new RoundEvent.MessageUnusable(site, reason.name()));
            }
            // Late, repeated or for another round: nothing that this round should react to.
            case UNEXPECTED, OTHER_CONTEXT -> {}
        }
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
        var silent = new java.util.TreeSet<>(state.roll().cohort());
        silent.removeAll(answered);
        if (!silent.isEmpty()) {
            switch (state) {
                case RoundState.Signing _ ->
                        protocol.propose().ifPresent(message -> parts.send(silent, message));
                case RoundState.Revealing _ ->
                        protocol.cert().ifPresent(message -> parts.send(silent, message));
                case RoundState.Collecting _,
                        RoundState.Unmasking _,
                        RoundState.Done _,
                        RoundState.Failed _ -> {}
            }
            timers.askAgain(times + 1);
        }
    }

    private void perform(RoundEffect effect) {
        switch (effect) {
            case RoundEffect.AskInputs(var cohort) -> parts.send(cohort, protocol.open());
            case RoundEffect.AwaitReturn _ -> timers.awaitReturn();
            case RoundEffect.Propose(var cohort, _) ->
                    // Only after the commit are all vectors in the sum, and U3 what the machine
                    // fixed.
                    parts.sendLater(cohort, () -> protocol.propose().orElseThrow());
            case RoundEffect.SendCert(var cohort, _, _) ->
                    parts.send(cohort, protocol.cert().orElseThrow());
            case RoundEffect.Unmask _ -> ending.unmask(protocol).ifPresent(this::happened);
            case RoundEffect.PublishResult(_, var newModel) -> {
                timers.cancel();
                ending.done((RoundState.Done) state, protocol, newModel);
                inputs.discard();
            }
            case RoundEffect.PublishFailed _ -> {
                timers.cancel();
                ending.failed((RoundState.Failed) state, protocol);
                inputs.discard();
            }
        }
    }

    /** Stops the clocks of a round that nobody waits for any more. */
    void abandon() {
        timers.cancel();
        inputs.discard();
    }

    private void pass(String kind, SiteId site) {
        parts.feed().pass(kind, Map.of("round", round.number(), "site", site.value()));
    }

    static List<String> names(Iterable<SiteId> sites) {
        var names = new java.util.ArrayList<String>();
        sites.forEach(site -> names.add(site.value()));
        return List.copyOf(names);
    }
}
