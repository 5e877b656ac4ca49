package io.confide.coordinator.driver;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.ServerStep;
import io.confide.common.files.AuditJson;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ModelState;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.server.AbortDesk;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.coordinator.job.JobSentences;
import io.confide.coordinator.job.RoundFailure;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.LogEntry.ResultSigned.NewModel;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundState;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/** The end of a round: from the masked sum to the next model, and what people and sites are told. */
final class RoundEnding {
    private static final Logger LOG = LoggerFactory.getLogger(RoundEnding.class);

    private final JobParts parts;
    private final RoundTask round;
    private final Codec codec;
    private final Instant opened;
    private final Blaming blaming;
    private final RoundTiming timing;
    private Optional<Outcome> outcome = Optional.empty();
    private Optional<String> sentence = Optional.empty();
    private Map<String, Double> shown = Map.of();

    /** How a round ended, for the job. */
    sealed interface Outcome {
        /** {@code spared} of the next tasks are no longer needed. */
        record Done(int spared) implements Outcome {}

        /** {@code desk} takes the promises to leave the round closed, except from those who {@code revealed}. */
        record Failed(RoundFailure failure, SortedSet<SiteId> revealed, AbortDesk desk)
                implements Outcome {}
    }

    RoundEnding(
            JobParts parts,
            RoundTask round,
            Codec codec,
            Instant opened,
            Blaming blaming,
            RoundTiming timing) {
        this.parts = parts;
        this.round = round;
        this.codec = codec;
        this.opened = opened;
        this.blaming = blaming;
        this.timing = timing;
    }

    Optional<Outcome> outcome() {
        return outcome;
    }

    /** Opens the sum, checks its canaries and takes the server step; empty while a secret is in dispute (R11). */
    Optional<RoundEvent> unmask(RoundProtocol protocol) {
        return switch (protocol.unmask()) {
            case Unmasked.Failed(var status) -> {
                LOG.warn(
                        "event=unmasking-failed job={} round={} status={}",
                        parts.facts().job(),
                        round.number(),
                        status);
                sentence =
                        blaming.dealerAtFault()
                                .map(site -> JobSentences.wrongDeal(round.number(), site));
                yield Optional.of(new RoundEvent.IntegrityBroken());
            }
            case Unmasked.Unclear _ -> Optional.empty();
            case Unmasked.Sum sum -> Optional.of(step(sum));
        };
    }

    private RoundEvent step(Unmasked.Sum sum) {
        return parts.facts().groups().size() == 1 ? stepOfAll(sum) : stepOfGroup(sum);
    }

    private RoundEvent stepOfAll(Unmasked.Sum sum) {
        try {
            return proposed(codec.decode(sum.vector(), sum.included().size()));
        } catch (IntegrityException e) {
            refused(String.valueOf(e.getMessage()));
            return new RoundEvent.IntegrityBroken();
        } catch (ConfideException e) {
            sentence = Optional.of(e.sentence());
            return new RoundEvent.IntegrityBroken();
        }
    }

    /** A sum of one group that cannot be used spoils no more than its own group, and changes nothing there. */
    private RoundEvent stepOfGroup(Unmasked.Sum sum) {
        try {
            return proposed(codec.decode(sum.vector(), sum.included().size()));
        } catch (IntegrityException e) {
            refused(String.valueOf(e.getMessage()));
        } catch (ConfideException e) {
            refused(e.sentence());
        }
        return switch (round.task()) {
            case Task.Evaluate _ -> new RoundEvent.Unmasked(Digest.ZERO);
            case Task.Train _, Task.Statistics _ ->
                    made(parts.models().proposeNoChange(round.task()));
        };
    }

    private void refused(String why) {
        LOG.warn(
                "event=sum-refused job={} round={} group={} why=\"{}\"",
                parts.facts().job(),
                round.number(),
                parts.facts().place(),
                why);
    }

    private RoundEvent proposed(Map<String, double[]> sums) {
        return switch (round.task()) {
            case Task.Evaluate _ -> {
                parts.models().evaluated(sums);
                parts.journal().note(new LogEntry.Evaluated(round.number(), sums));
                yield new RoundEvent.Unmasked(Digest.ZERO);
            }
            case Task.Statistics _ -> made(parts.models().propose(round.task(), sums));
            case Task.Train _ -> {
                var own = parts.models().propose(round.task(), sums);
                var loss = ServerStep.trainingLoss(parts.facts().plan(), sums);
                shown = loss.isPresent() ? Map.of("loss", loss.getAsDouble()) : Map.of();
                yield made(own);
            }
        };
    }

    /** The last group's round makes the model of all of them; what the others would make of it is kept until then. */
    private RoundEvent made(ModelState own) {
        if (!parts.facts().isLastGroup()) {
            keep(ModelHistory.slot(parts.facts().place()), own);
            return new RoundEvent.Unmasked(Digest.ZERO);
        }
        var after = parts.models().step(round.task());
        keep(ModelHistory.slot(round.task().fold()), after);
        return new RoundEvent.Unmasked(after.hash());
    }

    private void keep(String slot, ModelState model) {
        parts.journal().note(new LogEntry.ModelMade(slot, model.hash(), model.bytes()));
    }

    void done(RoundState.Done end, RoundProtocol protocol, Digest newModel) {
        var result = protocol.result(ResultBody.Status.DONE, newModel);
        var made = NewModel.NONE;
        if (!newModel.equals(Digest.ZERO)) {
            parts.models().made(result.body());
            made = NewModel.MADE;
        }
        parts.journal().note(new LogEntry.ResultSigned(round.number(), result.body(), made));
        protocol.audit(result)
                .map(record -> new AuditJson.Entry(parts.facts().job(), round.number(), record))
                .map(entry -> new LogEntry.RoundAudited(round.number(), AuditJson.bytes(entry)))
                .ifPresent(parts.journal()::note);
        var view = view(end, "DONE", RoundNews.names(end.included()));
        var data = data(view);
        data.putAll(shown);
        int spared = parts.settled().done(newModel);
        if (spared > 0) {
            data.put("spared", spared);
        }
        parts.journal().note(new LogEntry.RoundEnded(view));
        parts.feed().keep(parts.journal(), "roundDone", data);
        parts.send(parts.facts().sites(round.epoch().accepted()), result);
        LOG.info(
                "event=round-done job={} round={} epoch={} task=\"{}\" cohort={} included={}"
                        + " dropped={} millis={}",
                parts.facts().job(),
                view.round(),
                view.epoch(),
                view.task(),
                view.cohort().size(),
                view.included().size(),
                view.dropped().size(),
                Math.round(view.seconds() * 1000));
        outcome = Optional.of(new Outcome.Done(spared));
    }

    void failed(RoundState.Failed end, RoundProtocol protocol) {
        var result = protocol.result(status(end.reason()), Digest.ZERO);
        var view = view(end, end.reason().name(), List.of());
        var failure =
                sentence.map(text -> new RoundFailure(text, ""))
                        .orElseGet(
                                () ->
                                        RoundFailure.of(
                                                round.number(),
                                                parts.facts()
                                                        .roundRules(round.epoch(), round.past()),
                                                end));
        var data = data(view);
        data.put("reason", failure.what());
        parts.journal()
                .note(new LogEntry.ResultSigned(round.number(), result.body(), NewModel.NONE));
        parts.journal().note(new LogEntry.RoundEnded(view));
        parts.feed().keep(parts.journal(), "roundFailed", data);
        parts.send(parts.facts().sites(round.epoch().accepted()), result);
        LOG.warn(
                "event=round-failed job={} round={} epoch={} reason={} cohort={} dropped={}",
                parts.facts().job(),
                view.round(),
                view.epoch(),
                end.reason(),
                view.cohort().size(),
                view.dropped().size());
        outcome =
                Optional.of(
                        new Outcome.Failed(
                                failure,
                                parts.facts().sites(protocol.revealed()),
                                new AbortDesk(round.epoch(), round.number(), result)));
    }

    private static ResultBody.Status status(RoundState.FailureReason reason) {
        return switch (reason) {
            case TOO_FEW, TOO_CLOSE -> ResultBody.Status.TOO_FEW;
            case NO_QUORUM -> ResultBody.Status.NO_QUORUM;
            case NO_SHARES -> ResultBody.Status.NO_SHARES;
            case INTEGRITY -> ResultBody.Status.INTEGRITY;
            case LEADER -> ResultBody.Status.LEADER;
        };
    }

    private static Map<String, Object> data(RoundView view) {
        var data = new HashMap<String, Object>();
        data.put("round", view.round());
        data.put("epoch", view.epoch());
        data.put("task", view.task());
        data.put("cohort", view.cohort().size());
        data.put("included", view.included().size());
        data.put("dropped", view.dropped());
        data.put("seconds", view.seconds());
        return data;
    }

    private RoundView view(RoundState end, String outcome, List<String> included) {
        var dropped =
                end.roll().dropped().entrySet().stream()
                        .map(
                                entry ->
                                        new DroppedView(
                                                entry.getKey().value(),
                                                entry.getValue().step().word(),
                                                timing.reason(entry.getValue())))
                        .toList();
        var took = Duration.between(opened, parts.shell().clock().instant());
        return new RoundView(
                round.number(),
                round.epoch().terms().epoch(),
                round.task().words(),
                RoundNews.names(end.roll().cohort()),
                included,
                dropped,
                outcome,
                took.toNanos() / 1e9);
    }
}
