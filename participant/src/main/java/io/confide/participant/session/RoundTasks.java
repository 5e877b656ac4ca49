package io.confide.participant.session;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.secagg.AbortBody;
import io.confide.common.secagg.BlameAnswerBody;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.site.Reaction;
import io.confide.common.secagg.site.SiteProtocol;
import io.confide.common.wire.SiteBody;
import io.confide.participant.port.LocalData;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Carries out what the protocol says for one job: trains when a round is joined, sends what may be sent, and gives up a
 * round whose input cannot be made. A fault at this site is told to nobody but the operator; the coordinator hears only
 * that the round goes on without this input.
 */
final class RoundTasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoundTasks.class);

    /** What the coordinator is told when this site cannot make an input. */
    static final String FAULT = "FAULT";

    /** All that the coordinator is told of a budget that does not suffice. */
    static final String BUDGET_EXHAUSTED = "BUDGET_EXHAUSTED";

    private final Contract contract;
    private final SiteProtocol protocol;
    private final LocalData data;
    private final Outbox outbox;
    private final TrainingThread training;
    private Instant deadline = Instant.EPOCH;
    private Errand errand = new Errand(0);
    private OptionalLong givenUp = OptionalLong.empty();
    private String givenUpFor = FAULT;
    private OptionalLong joined = OptionalLong.empty();
    private OptionalLong uploaded = OptionalLong.empty();

    RoundTasks(
            Contract contract,
            SiteProtocol protocol,
            LocalData data,
            Outbox outbox,
            TrainingThread training) {
        this.contract = contract;
        this.protocol = protocol;
        this.data = data;
        this.outbox = outbox;
        this.training = training;
    }

    /** What was agreed for the job. */
    record Contract(
            JobId job,
            Plan plan,
            Roster roster,
            PlanCodecs codecs,
            PlanRules rules,
            InputMaker inputs) {}

    Roster roster() {
        return contract.roster();
    }

    void on(CoordinatorMessage message) {
        var reaction = protocol.on(message);
        perform(reaction);
        withdrawUnawaited();
        if (reaction instanceof Reaction.Nothing
                && message instanceof CoordinatorMessage.Open
                && Subject.of(message) instanceof Subject.Round(var round)
                && givenUp.equals(OptionalLong.of(round))) {
            // A coordinator that asks again has restarted and may not know.
            outbox.declined(contract.job(), new Subject.Round(round), givenUpFor);
        }
    }

    void on(SessionEvent.Finished event) {
        switch (event) {
            case SessionEvent.ModelFetched(_, var join, var model) -> {
                if (isAwaited(join.round())) {
                    var reaction = protocol.modelArrived(join.round(), model);
                    if (reaction instanceof Reaction.Nothing) {
                        train(join, model);
                    } else {
                        perform(reaction);
                        giveUp(join.round(), FAULT);
                    }
                }
            }
            case SessionEvent.Trained(_, var round, var input) -> {
                if (isAwaited(round)) {
                    input(round, input);
                }
            }
            case SessionEvent.Unpaid(_, var round, var why) -> {
                LOG.warn(
                        "event=budgetExhausted job={} round={} reason=\"{}\"",
                        contract.job(),
                        round,
                        why);
                if (isAwaited(round)) {
                    giveUp(round, BUDGET_EXHAUSTED);
                }
            }
            case SessionEvent.InputUploaded(_, var upload) ->
                    outbox.upload(upload.message(), upload.round());
            case SessionEvent.WorkFailed(_, var round, var cause) -> {
                LOG.error("event=roundWorkFailed job={} round={}", contract.job(), round, cause);
                if (isAwaited(round)) {
                    giveUp(round, FAULT);
                }
            }
            case SessionEvent.Bound _, SessionEvent.BindingFailed _, SessionEvent.Abandoned _ -> {}
        }
    }

    /** The steward has withdrawn the permission: no input leaves any more; votes and shares of earlier rounds may. */
    void veto() {
        protocol.awaitingInput().ifPresent(round -> giveUp(round, FAULT));
    }

    @Override
    public void close() {
        protocol.close();
        errand.withdraw();
    }

    private void perform(Reaction reaction) {
        switch (reaction) {
            case Reaction.Send(var message) -> send(message);
            case Reaction.Upload upload -> upload(upload);
            case Reaction.Join join -> join(join);
            case Reaction.EpochReady ready -> {
                LOG.info(
                        "event=epochReady job={} epoch={} firstRound={} rounds={} accepted={}",
                        contract.job(),
                        ready.epoch(),
                        ready.firstRound(),
                        ready.rounds(),
                        ready.accepted());
                for (int site : ready.rolledBack().indices()) {
                    LOG.warn(
                            "event=ledgerRolledBack job={} site={} evidence=state/records",
                            contract.job(),
                            contract.roster().member(site).site());
                }
            }
            case Reaction.Finished(var round, var outcome, var abort) -> {
                abort.ifPresent(this::send);
                outbox.outcome(contract.job(), round, outcome.name());
                progress(round, SiteBody.Stage.IDLE);
            }
            case Reaction.Refused(var refusal) -> {
                LOG.warn("event=refused job={} refusal=\"{}\"", contract.job(), refusal);
                outbox.declined(contract.job(), refusal.subject(), refusal.check().name());
            }
            case Reaction.Nothing _ -> {}
        }
    }

    private void send(SiteMessage message) {
        switch (message) {
            case SiteMessage.Hello _,
                    SiteMessage.Seed _,
                    SiteMessage.Kem _,
                    SiteMessage.Deal _,
                    SiteMessage.Complaints _,
                    SiteMessage.Confirm _ ->
                    outbox.setUp(message);
            case SiteMessage.Upload upload -> outbox.upload(upload, 0);
            case SiteMessage.Sign sign -> outbox.signature(sign);
            case SiteMessage.Reveal reveal -> outbox.shares(reveal, roundOf(reveal));
            case SiteMessage.BlameAnswer answer -> outbox.proof(answer, roundOf(answer));
            case SiteMessage.Abort abort -> outbox.abort(abort, roundOf(abort));
        }
    }

    private void join(Reaction.Join join) {
        deadline = join.deadline();
        joined = OptionalLong.of(join.round());
        progress(join.round(), SiteBody.Stage.TRAINING);
        switch (join.model()) {
            case VectorBody.Inline(var model) -> train(join, model);
            case VectorBody.Chunked chunked -> training.fetch(contract.job(), join, chunked);
        }
    }

    private void train(Reaction.Join join, Bytes model) {
        var task = contract.rules().task(join.config());
        if (task.isEmpty() || !fits(model)) {
            LOG.error("event=modelDoesNotFit job={} round={}", contract.job(), join.round());
            giveUp(join.round(), FAULT);
            return;
        }
        var objection = protocol.mayMakeInput(join.round(), data.version());
        if (!(objection instanceof Reaction.Nothing)) {
            // Before the work and before the ledger: a coordinator that opens a model again costs
            // nothing.
            perform(objection);
            progress(join.round(), SiteBody.Stage.IDLE);
            return;
        }
        errand.withdraw();
        errand = new Errand(join.round());
        training.train(
                new TrainingThread.Assignment(
                        contract.job(),
                        join.round(),
                        task.get(),
                        contract.codecs().codec(task.get()),
                        model,
                        data,
                        errand,
                        contract.inputs()));
    }

    /** What the training thread is still at is not wanted once its round takes no input any more. */
    private void withdrawUnawaited() {
        if (!isAwaited(errand.round())) {
            errand.withdraw();
        }
    }

    /** K10, architecture: as many parameters and features as the plan's model has, all finite. */
    private boolean fits(Bytes model) {
        try {
            var state = ModelState.parse(model);
            return state.parameters().length == contract.codecs().manifest().parameterCount()
                    && state.imputation().length == contract.plan().study().dictionary().inputs();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private void input(long round, SessionEvent.EncodedInput input) {
        Reaction reaction;
        try {
            reaction =
                    switch (input) {
                        case SessionEvent.EncodedInput.Made made ->
                                protocol.input(round, made.words(), data.version());
                        case SessionEvent.EncodedInput.InLeaves(var leaves) ->
                                protocol.input(round, leaves, data.version());
                    };
        } catch (ConfideException | IllegalArgumentException e) {
            LOG.error("event=inputNotMade job={} round={}", contract.job(), round, e);
            gaveUp(round, FAULT);
            return;
        }
        perform(reaction);
    }

    private void upload(Reaction.Upload upload) {
        progress(upload.round(), SiteBody.Stage.UPLOADING);
        switch (upload.message().vector()) {
            case VectorBody.Inline _ -> outbox.upload(upload.message(), upload.round());
            case VectorBody.Chunked _ -> {
                outbox.uploading(contract.job(), upload.round(), upload.vector().length());
                boolean first = joined.equals(OptionalLong.of(upload.round()));
                if (!first || uploaded.equals(joined)) {
                    // The same bytes again: this process or the coordinator has restarted, and the
                    // round has more time.
                    int seconds = contract.plan().aggregation().roundSeconds();
                    training.uploadAgain(contract.job(), upload, Duration.ofSeconds(seconds));
                } else {
                    training.upload(contract.job(), upload, deadline);
                }
            }
        }
        uploaded = OptionalLong.of(upload.round());
    }

    /** How long a site computes can depend on its records, so under a guarantee nobody is told when it does what. */
    private void progress(long round, SiteBody.Stage stage) {
        switch (contract.plan().guarantee()) {
            case Guarantee.None _ -> outbox.progress(contract.job(), round, stage);
            case Guarantee.RecordLevel _ -> {}
        }
    }

    private void giveUp(long round, String told) {
        perform(protocol.skip(round));
        gaveUp(round, told);
    }

    /** No input of {@code round} will leave. */
    private void gaveUp(long round, String told) {
        withdrawUnawaited();
        givenUp = OptionalLong.of(round);
        givenUpFor = told;
        outbox.declined(contract.job(), new Subject.Round(round), told);
        progress(round, SiteBody.Stage.IDLE);
    }

    private boolean isAwaited(long round) {
        return protocol.awaitingInput().equals(OptionalLong.of(round));
    }

    private static long roundOf(SiteMessage.BlameAnswer answer) {
        return BlameAnswerBody.parse(answer.body().body())
                .map(body -> body.question().round().round())
                .orElse(0L);
    }

    private static long roundOf(SiteMessage.Abort abort) {
        return AbortBody.parse(abort.body().body()).map(body -> body.round().round()).orElse(0L);
    }

    private static long roundOf(SiteMessage.Reveal reveal) {
        return RevealBody.parse(reveal.body().body()).map(body -> body.round().round()).orElse(0L);
    }
}
