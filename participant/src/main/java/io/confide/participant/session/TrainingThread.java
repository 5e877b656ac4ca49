package io.confide.participant.session;

import io.confide.common.encoding.Codec;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.site.Reaction;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.RowFaults;
import io.confide.participant.session.SessionEvent.Finished;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The one platform thread on which a site does what takes long: binding data, training, moving large vectors. What it
 * finishes goes back to the session's queue.
 */
final class TrainingThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingThread.class);
    private static final long BIND_ROUND = 0;

    private final Surroundings surroundings;
    private final Consumer<Finished> results;
    private final ExecutorService thread;

    TrainingThread(Surroundings surroundings, Consumer<Finished> results) {
        this.surroundings = surroundings;
        this.results = results;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("confide-rounds").factory());
    }

    /** What the input of one round is made from. */
    record Assignment(
            JobId job,
            long round,
            Task task,
            Codec codec,
            Bytes model,
            LocalData data,
            Errand errand,
            InputMaker inputs) {}

    void bind(JobId job, Plan plan) {
        submit(
                job,
                BIND_ROUND,
                () -> {
                    try {
                        return new SessionEvent.Bound(
                                job, surroundings.work().data().bind(plan.study(), faults(plan)));
                    } catch (ConfideException e) {
                        return new SessionEvent.BindingFailed(job, e);
                    }
                });
    }

    /** Under a guarantee no row may bring about what anybody else can see. */
    private static RowFaults faults(Plan plan) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> RowFaults.REFUSE;
            case Guarantee.RecordLevel _ -> RowFaults.LEAVE_OUT;
        };
    }

    void fetch(JobId job, Reaction.Join join, VectorBody.Chunked model) {
        submit(
                job,
                join.round(),
                () ->
                        new SessionEvent.ModelFetched(
                                job,
                                join,
                                surroundings
                                        .link()
                                        .fetchModel(
                                                join.modelHash(),
                                                model.size(),
                                                millisUntil(join.deadline()))));
    }

    void train(Assignment work) {
        submit(work.job(), work.round(), () -> input(work));
    }

    void upload(JobId job, Reaction.Upload upload, Instant deadline) {
        upload(job, upload, () -> millisUntil(deadline));
    }

    /** Sends what was sent before, whatever the deadline of the round was. */
    void uploadAgain(JobId job, Reaction.Upload upload, Duration within) {
        upload(job, upload, within::toMillis);
    }

    private void upload(JobId job, Reaction.Upload upload, LongSupplier millis) {
        submit(
                job,
                upload.round(),
                () -> {
                    surroundings
                            .link()
                            .uploadInput(job, upload.round(), upload.vector(), millis.getAsLong());
                    return new SessionEvent.InputUploaded(job, upload);
                });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private Finished input(Assignment work) {
        if (work.errand().standing() == Errand.Standing.WITHDRAWN) {
            return new SessionEvent.Abandoned(work.job(), work.round());
        }
        long start = System.nanoTime();
        var made = work.inputs().make(work);
        LOG.info(
                "event=trained job={} round={} task={} millis={}",
                work.job(),
                work.round(),
                work.task(),
                (System.nanoTime() - start) / 1_000_000);
        return made;
    }

    private void submit(JobId job, long round, Supplier<Finished> work) {
        try {
            thread.execute(
                    () -> {
                        try {
                            results.accept(work.get());
                        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                            results.accept(new SessionEvent.WorkFailed(job, round, e));
                        }
                    });
        } catch (RejectedExecutionException _) {
            LOG.debug("event=workAfterClose job={} round={}", job, round);
        }
    }

    private long millisUntil(Instant deadline) {
        return Math.max(0, deadline.toEpochMilli() - surroundings.who().clock().millis());
    }
}
