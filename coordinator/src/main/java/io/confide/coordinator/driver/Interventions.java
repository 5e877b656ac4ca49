package io.confide.coordinator.driver;

import io.confide.common.governance.Action;
import io.confide.common.governance.Actor;
import io.confide.common.governance.Target;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/** What a person may ask of a job that has not ended: each is decided, handed to the job's thread, and waited for. */
final class Interventions {
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final Jobs jobs;
    private final QueuedJobs queued;
    private final Function<JobId, Optional<JobView>> read;
    private final Governor governor;

    /** @param read what is known of a job now */
    Interventions(
            Jobs jobs,
            QueuedJobs queued,
            Function<JobId, Optional<JobView>> read,
            Governor governor) {
        this.jobs = jobs;
        this.queued = queued;
        this.read = read;
        this.governor = governor;
    }

    Optional<JobView> cancel(JobId job, Actor actor) {
        return decided(
                job,
                actor,
                Action.CANCEL_JOB,
                _ -> {
                    if (queued.cancel(job, actor.id())) {
                        return;
                    }
                    require(job, "cancel", jobs.cancel(job, actor.id()), "is cancelled already");
                    jobs.await(job, WAIT_MAX);
                });
    }

    Optional<JobView> pause(JobId job, Actor actor) {
        return decided(
                job,
                actor,
                Action.PAUSE_JOB,
                known -> {
                    requireBegun(known, "pause");
                    require(
                            job,
                            "pause",
                            jobs.ask(job, heard -> new Mail.Pause(actor.id(), heard)),
                            "is paused already, or pauses when its round has ended");
                });
    }

    Optional<JobView> resume(JobId job, Actor actor) {
        return decided(
                job,
                actor,
                Action.RESUME_JOB,
                known -> {
                    requireBegun(known, "resume");
                    require(
                            job,
                            "resume",
                            jobs.ask(job, heard -> new Mail.Resume(actor.id(), heard)),
                            "is not paused");
                });
    }

    private Optional<JobView> decided(
            JobId job, Actor actor, Action action, Consumer<JobView> act) {
        var known = read.apply(job);
        if (known.isEmpty()) {
            return known;
        }
        governor.require(actor, action, new Target.Job(job, known.get().owner()));
        act.accept(known.get());
        return read.apply(job);
    }

    private static void requireBegun(JobView job, String verb) {
        if (job.state() == JobState.QUEUED) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The job %s waits in the queue and has not begun; there is nothing to %s."
                            .formatted(job.id(), verb));
        }
    }

    /** @param otherwise why nothing has changed */
    private void require(
            JobId job, String verb, CompletableFuture<Mail.Heard> heard, String otherwise) {
        require(job, verb, await(heard), otherwise);
    }

    private void require(JobId job, String verb, Mail.Heard heard, String otherwise) {
        switch (heard) {
            case DONE -> {}
            case CHANGES_NOTHING ->
                    throw new ConfideException(
                            ErrorCode.CONFLICT,
                            "The job %s %s; there is nothing to %s."
                                    .formatted(job, otherwise, verb));
            case JOB_OVER -> throw over(job, verb);
            case STOPPING ->
                    throw new ConfideException(
                            ErrorCode.CONFLICT,
                            "The coordinator is stopping; look at the job %s and %s it when the coordinator runs again."
                                    .formatted(job, verb));
        }
    }

    private static Mail.Heard await(CompletableFuture<Mail.Heard> heard) {
        try {
            return heard.get(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unheard();
        } catch (TimeoutException e) {
            throw unheard();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a job answers or ends", e);
        }
    }

    private static ConfideException unheard() {
        return new ConfideException(
                ErrorCode.INTERNAL,
                "The job has not answered within %d seconds; look at it again before you repeat the request."
                        .formatted(WAIT_MAX.toSeconds()));
    }

    /** A job that nobody runs has ended, unless the process that ran it has just died and no other runs it yet. */
    private ConfideException over(JobId job, String verb) {
        var state = read.apply(job).map(JobView::state);
        boolean goesOn = state.filter(JobState::isLive).isPresent();
        return new ConfideException(
                ErrorCode.CONFLICT,
                goesOn
                        ? "The job %s is being taken over by another process of the coordinator; %s it again in a moment."
                                .formatted(job, verb)
                        : "The job %s has already ended (%s); there is nothing to %s."
                                .formatted(job, state.map(Enum::name).orElse("gone"), verb));
    }
}
