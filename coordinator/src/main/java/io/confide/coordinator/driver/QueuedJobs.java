package io.confide.coordinator.driver;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.ConfideException;
import io.confide.common.model.JobId;
import io.confide.coordinator.job.JobQueue;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.Places;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * The jobs that wait for a place. Whoever is next begins here when one is submitted, when one ends here, and, because one may
 * have ended at another member of a cluster, every two seconds. That no limit is exceeded rests on {@link Places}, that
 * nobody else runs a job that has begun on its lease.
 */
public final class QueuedJobs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedJobs.class);
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    /** Longer than a lease that somebody who is gone has left. */
    private static final int ASKED_MAX = 15;

    private final Jobs jobs;
    private final Desk.Records records;
    private final RoundLog log;
    private final Rules rules;
    private final InstantSource clock;
    private final ReentrantLock turn = new ReentrantLock();

    /** Those that have a place by this process, or may have, and are led by nobody: how often a lease was asked for. */
    private final Map<JobId, Integer> placed = new HashMap<>();

    private final ScheduledExecutorService looking =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("confide-queue").factory());

    private Optional<Future<?>> regularly = Optional.empty();

    /**
     * @param mayBegin false while too few members of a cluster are here
     * @param depth hears how many jobs wait
     */
    public record Rules(JobLimits limits, BooleanSupplier mayBegin, IntConsumer depth) {
        /** Of a coordinator that is alone. */
        public static Rules of(JobLimits limits) {
            return new Rules(limits, () -> true, _ -> {});
        }
    }

    public QueuedJobs(
            Jobs jobs, Desk.Records records, RoundLog log, Rules rules, InstantSource clock) {
        this.jobs = jobs;
        this.records = records;
        this.log = log;
        this.rules = rules;
        this.clock = clock;
        jobs.listen(
                (_, event) -> {
                    if (event.kind().equals("ended")) {
                        look();
                    }
                });
    }

    /** Lets jobs begin from now on without anybody's asking. */
    public void begin() {
        regularly =
                Optional.of(
                        looking.scheduleWithFixedDelay(
                                this::letIn, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void look() {
        try {
            looking.execute(this::letIn);
        } catch (RejectedExecutionException e) {
            LOG.info("event=stopping what=queue");
        }
    }

    private void letIn() {
        letIn(Optional.empty());
    }

    /** Lets in {@code submitted}, which is recorded, if its turn has come. */
    void submitted(JobId submitted) {
        letIn(Optional.of(submitted));
    }

    private void letIn(Optional<JobId> submitted) {
        turn.lock();
        try {
            if (rules.mayBegin().getAsBoolean() && jobs.isOpen()) {
                List.copyOf(placed.keySet()).forEach(job -> lead(job, submitted));
                giveAway(submitted);
            }
        } catch (RuntimeException e) {
            // The database may be away; what waits is kept there, and the next time comes all the
            // same.
            LOG.warn("event=queueFailed", e);
        } finally {
            turn.unlock();
        }
    }

    private void giveAway(Optional<JobId> submitted) {
        for (int i = 0; i < Places.WAITING_MAX; i++) {
            var queue = queue();
            rules.depth().accept(queue.depth());
            var next = queue.next();
            if (next.isEmpty()) {
                return;
            }
            // Before it is known: the answer to a commit may be lost.
            placed.put(next.get(), 0);
            if (records.places().begin(next.get(), rules.limits(), clock.instant())) {
                lead(next.get(), submitted);
            } else {
                placed.remove(next.get());
            }
        }
    }

    private JobQueue queue() {
        return records.places().queue(rules.limits(), clock.instant());
    }

    private void lead(JobId job, Optional<JobId> submitted) {
        if (jobs.isLed(job) || placed(job).isEmpty()) {
            placed.remove(job);
            return;
        }
        // Another member may have taken it up, or will when the lease of whoever is gone is over.
        boolean isSettled =
                records.leases()
                        .takeFree(job, records.holder(), LEASE)
                        .map(token -> isTakenUp(job, token, submitted.equals(Optional.of(job))))
                        .orElse(false);
        int asked = placed.getOrDefault(job, 0) + 1;
        if (isSettled || asked > ASKED_MAX) {
            placed.remove(job);
        } else {
            placed.put(job, asked);
        }
    }

    private Optional<JobView> placed(JobId job) {
        return records.store().job(job).filter(view -> view.state().isBegun());
    }

    /** Returns false if it has to be tried again. One job that cannot begin keeps no other from it. */
    private boolean isTakenUp(JobId job, FencingToken token, boolean atOnce) {
        try {
            // Whoever held the lease may have ended it.
            placed(job)
                    .ifPresentOrElse(
                            view -> start(view, token, atOnce),
                            () -> records.leases().release(job, token));
            return true;
        } catch (ConfideException e) {
            LOG.warn("event=job-not-begun job={} code={}", job, e.code());
            return false;
        }
    }

    private void start(JobView view, FencingToken token, boolean atOnce) {
        try {
            var facts = new KeptPlan(records.store(), view).facts();
            var record = log.recall(JobId.of(view.id()));
            if (facts.isEmpty()) {
                fail(view, token);
            } else if (record.equals(JobRecord.EMPTY)) {
                // Who watches a job that has waited is told that it waits no longer.
                jobs.start(facts.get(), token, atOnce ? view : view.in(JobState.QUEUED));
            } else {
                jobs.resume(facts.get(), token, view, record);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            LOG.error("event=job-not-begun job={}", view.id(), e);
            fail(view, token);
        }
    }

    private void fail(JobView view, FencingToken token) {
        var sentence =
                "The job waited in the queue, and what was kept of its plan cannot be used by this"
                        + " version. Submit its files again.";
        end(view.failed(sentence, clock.instant()), token);
    }

    private boolean end(JobView ended, FencingToken token) {
        var told = new UnledJob(records.store(), log, ended).end(token);
        told.ifPresent(event -> jobs.tell(JobId.of(ended.id()), event));
        return told.isPresent();
    }

    /** Ends {@code job} while it waits; false if it waits no more. */
    boolean cancel(JobId job, String actor) {
        var waits = waiting(job);
        if (waits.isEmpty()) {
            return false;
        }
        // Whoever would let it in meanwhile needs this lease.
        var token = records.leases().takeFree(job, records.holder(), LEASE);
        if (token.isEmpty()) {
            return false;
        }
        boolean isEnded =
                waiting(job)
                        .filter(view -> end(view.cancelled(actor, clock.instant()), token.get()))
                        .isPresent();
        records.leases().release(job, token.get());
        return isEnded;
    }

    private Optional<JobView> waiting(JobId job) {
        return records.store().job(job).filter(view -> view.state() == JobState.QUEUED);
    }

    /** {@code views}, and each that waits says why. */
    List<JobView> explained(List<JobView> views) {
        if (views.stream().noneMatch(view -> view.state() == JobState.QUEUED)) {
            return views;
        }
        var queue = queue();
        return views.stream()
                .map(view -> view.state() == JobState.QUEUED ? explained(view, queue) : view)
                .toList();
    }

    private static JobView explained(JobView view, JobQueue queue) {
        // What is not in the queue any more has begun since it was read.
        return view.queued(
                queue.sentence(JobId.of(view.id())).orElse("Waits in the queue: it begins now."));
    }

    @Override
    public void close() {
        // Nobody is interrupted: that would break off a transaction.
        regularly.ifPresent(future -> future.cancel(false));
        looking.close();
    }
}
