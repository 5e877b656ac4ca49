package io.confide.coordinator.app;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.driver.JobFacts;
import io.confide.coordinator.driver.KeptPlan;
import io.confide.coordinator.driver.UnledJob;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.JobStore;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** What a restart does to the jobs that ran: they go on where they stand; one that cannot has failed, and says so. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    static final Duration LEASE = Duration.ofSeconds(10);

    private final JobStore store;
    private final Leases leases;
    private final RoundLog log;
    private final InstantSource clock;

    Recovery(JobStore store, Leases leases, RoundLog log, InstantSource clock) {
        this.store = store;
        this.leases = leases;
        this.log = log;
        this.clock = clock;
    }

    /** Takes a job up; throws if what is kept of it cannot be used. */
    @FunctionalInterface
    interface Resume {
        void resume(JobFacts facts, FencingToken token, JobView seen, JobRecord record);
    }

    /** A job that the restart ended. */
    record Interrupted(JobId job, String sentence) {}

    /**
     * Hands every job that had not ended to {@code resume} under a new lease, which makes a process that still runs it powerless;
     * a job that another coordinator leads is left to it. Returns those that could only be failed.
     */
    List<Interrupted> run(String holder, Resume resume) {
        return each(job -> leases.take(job, holder, LEASE), resume);
    }

    /** As {@link #run} while this coordinator works: those jobs among {@code which} that nobody leads any more. */
    List<Interrupted> orphans(String holder, Predicate<JobId> which, Resume resume) {
        return each(
                job -> which.test(job) ? leases.takeFree(job, holder, LEASE) : Optional.empty(),
                resume);
    }

    /** By job that has not ended the processes that it knows. */
    SortedMap<JobId, SortedMap<SiteId, Bytes>> processes() {
        return store.processes();
    }

    private List<Interrupted> each(Function<JobId, Optional<FencingToken>> taking, Resume resume) {
        var interrupted = new ArrayList<Interrupted>();
        for (var view : store.jobsSince(clock.instant())) {
            if (view.state().isBegun()) {
                var job = JobId.of(view.id());
                taking.apply(job)
                        .flatMap(token -> takeUp(job, token, resume))
                        .ifPresent(interrupted::add);
            }
        }
        return List.copyOf(interrupted);
    }

    /** What was read of the job before it was taken may be old by now: whoever led it may have gone on, or ended it. */
    private Optional<Interrupted> takeUp(JobId job, FencingToken token, Resume resume) {
        var live = store.job(job).filter(view -> view.state().isBegun());
        if (live.isEmpty()) {
            leases.release(job, token);
            return Optional.empty();
        }
        return takeUp(job, live.get(), token, resume);
    }

    private Optional<Interrupted> takeUp(
            JobId job, JobView view, FencingToken token, Resume resume) {
        try {
            var facts = new KeptPlan(store, view).facts();
            if (facts.isEmpty()) {
                return fail(view, token, sentence(view));
            }
            resume.resume(facts.get(), token, view, log.recall(job));
            return Optional.empty();
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.error("event=job-not-resumed job={}", job, e);
            return fail(view, token, sentence(view));
        }
    }

    private Optional<Interrupted> fail(JobView view, FencingToken token, String sentence) {
        var job = JobId.of(view.id());
        if (!new UnledJob(store, log, view).fail(token, sentence, clock.instant())) {
            return Optional.empty();
        }
        LOG.warn("event=job-interrupted job={} rounds={}", job, view.roundsDone());
        return Optional.of(new Interrupted(job, sentence));
    }

    private static String sentence(JobView view) {
        return switch (view.state()) {
            case TRAINING ->
                    "The coordinator restarted after %d of %d rounds, and the job cannot be taken up. Retry it."
                            .formatted(view.roundsDone(), view.roundsPlanned());
            case QUEUED, AWAITING_APPROVAL, KEY_SETUP, PAUSED, COMPLETED, FAILED, CANCELLED ->
                    "The coordinator restarted before the job's next round. Retry the job.";
        };
    }
}
