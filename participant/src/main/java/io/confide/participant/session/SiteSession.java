package io.confide.participant.session;

import io.confide.common.files.PlanJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.port.CoordinatorLink;
import io.confide.participant.vault.Offers;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A site's answers to the coordinator: one thread takes one event after the other from a bounded queue, so no state needs
 * a lock. What takes long happens on the {@link TrainingThread} and comes back as an event.
 */
public final class SiteSession implements CoordinatorLink.Inbox, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteSession.class);
    private static final int QUEUE_MAX = 4096;
    private static final int JOBS_MAX = 64;
    private static final long TICK_MILLIS = 1_000;
    private static final Duration CLOCK_SKEW_MAX = Duration.ofSeconds(60);

    private final Surroundings surroundings;
    private final Lifecycle lifecycle;
    private final Outbox outbox;
    private final TrainingThread training;
    private final BlockingQueue<SessionEvent> queue = new LinkedBlockingQueue<>(QUEUE_MAX);
    private final Map<JobId, SiteJob> jobs = new TreeMap<>();
    private final Thread thread;
    private long nextTickNanos;
    private boolean ended;

    /** A session that does nothing until {@link #start}. */
    public SiteSession(Surroundings surroundings, Lifecycle lifecycle) {
        this.surroundings = surroundings;
        this.lifecycle = lifecycle;
        this.outbox = new Outbox(surroundings.link(), surroundings.storage().egress());
        this.training = new TrainingThread(surroundings, this::enqueue);
        this.thread = Thread.ofPlatform().daemon().name("confide-session").unstarted(this::run);
    }

    /** Starts the thread and opens the link. */
    public void start() {
        thread.start();
        surroundings.link().open(this);
    }

    @Override
    public void welcomed(CoordinatorBody.Welcome welcome) {
        enqueue(new SessionEvent.Welcomed(welcome));
    }

    @Override
    public void received(CoordinatorBody body) {
        enqueue(new SessionEvent.Received(body));
    }

    @Override
    public void lost() {
        enqueue(new SessionEvent.Lost());
    }

    @Override
    public void unreachable(String why) {
        enqueue(new SessionEvent.Unreachable(why));
    }

    @Override
    public void failed(ConfideException reason) {
        enqueue(new SessionEvent.LinkFailed(reason));
    }

    /** Ends the session and overwrites every secret of its epochs. */
    @Override
    public void close() {
        training.close();
        // A full queue must not keep the process from ending.
        queue.clear();
        enqueue(new SessionEvent.Stop());
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(SessionEvent event) {
        if (!queue.offer(event)) {
            // The link must not block, and a dropped message would leave the session in a state
            // nobody knows.
            throw new IllegalStateException(
                    "more than "
                            + QUEUE_MAX
                            + " messages wait; the coordinator does not keep pace");
        }
    }

    private void run() {
        nextTickNanos = System.nanoTime();
        while (!ended) {
            try {
                long pause = Math.max(0, nextTickNanos - System.nanoTime());
                var event = queue.poll(pause, TimeUnit.NANOSECONDS);
                if (event != null) {
                    handle(event);
                }
                if (System.nanoTime() >= nextTickNanos) {
                    nextTickNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
                    tick();
                }
            } catch (ConfideException e) {
                end(e);
            } catch (RuntimeException e) {
                LOG.error("event=internalError", e);
                end(
                        new ConfideException(
                                ErrorCode.INTERNAL,
                                "the participant met a situation it does not know and stopped"
                                        + " before doing harm; the log has the details",
                                e));
            } catch (InterruptedException _) {
                ended = true;
            }
        }
        jobs.values().forEach(SiteJob::close);
        jobs.clear();
    }

    private void handle(SessionEvent event) {
        switch (event) {
            case SessionEvent.Welcomed(var welcome) -> welcome(welcome);
            case SessionEvent.Received(var body) -> receive(body);
            case SessionEvent.Lost _ -> lifecycle.lost();
            case SessionEvent.Unreachable(var why) -> lifecycle.unreachable(why);
            case SessionEvent.LinkFailed(var reason) -> end(reason);
            case SessionEvent.Stop _ -> ended = true;
            case SessionEvent.Finished finished ->
                    job(finished.job()).ifPresent(j -> j.on(finished));
        }
    }

    private void welcome(CoordinatorBody.Welcome welcome) {
        var here = surroundings.who().clock().instant();
        var skew = Duration.between(welcome.clock(), here);
        if (skew.abs().compareTo(CLOCK_SKEW_MAX) > 0) {
            end(
                    new ConfideException(
                            ErrorCode.CLOCK_SKEW,
                            "this computer's clock is %d s %s the coordinator's, more than the 60 s allowed; set it right (for example with NTP) and start again"
                                    .formatted(
                                            skew.abs().toSeconds(),
                                            skew.isNegative() ? "behind" : "ahead of")));
            return;
        }
        switch (welcome.session()) {
            case NEW -> {
                // A restarted coordinator names what it goes on with, which needs the keys in this
                // memory. What else still runs it offers again; the rest is over.
                var over = new TreeMap<>(jobs);
                over.keySet().removeAll(welcome.goesOn());
                over.values().forEach(SiteJob::close);
                jobs.keySet().removeAll(over.keySet());
            }
            case RESUMED -> {}
        }
        lifecycle.connected();
    }

    private void receive(CoordinatorBody body) {
        switch (body) {
            case CoordinatorBody.PlanOffer(var id, var plan) -> offer(id, plan);
            case CoordinatorBody.JobEnded(var id, var outcome) -> {
                LOG.info("event=jobEnded job={} outcome={}", id, outcome);
                Optional.ofNullable(jobs.remove(id)).ifPresent(SiteJob::close);
                surroundings.storage().inputs().forget(id, Long.MAX_VALUE);
            }
            case CoordinatorBody.Protocol(var message) -> protocol(message);
            case CoordinatorBody.Welcome _, CoordinatorBody.Acknowledge _ -> {}
        }
    }

    private void protocol(CoordinatorMessage message) {
        job(message.job())
                .ifPresentOrElse(
                        job -> job.on(message),
                        () -> outbox.declined(message.job(), Subject.of(message), "K1"));
    }

    private void offer(JobId id, Bytes bytes) {
        var hash = Digest.of(bytes);
        var known = job(id);
        if (known.isPresent()) {
            if (known.get().planHash().equals(hash)) {
                known.get().answerAgain();
            } else {
                refuse(id, hash, "The plan of this job was another one before.");
            }
            return;
        }
        if (jobs.size() >= JOBS_MAX) {
            LOG.warn("event=tooManyJobs job={} max={}", id, JOBS_MAX);
            refuse(
                    id,
                    hash,
                    "This site takes part in at most %d jobs at once.".formatted(JOBS_MAX));
            return;
        }
        Plan plan;
        try {
            plan = PlanJson.parse(bytes);
        } catch (IllegalArgumentException e) {
            LOG.warn("event=planUnreadable job={} reason=\"{}\"", id, e.getMessage());
            refuse(id, hash, "This site's version of Confide cannot read the plan.");
            return;
        }
        Offers.record(surroundings.home(), id, bytes);
        LOG.info("event=planOffered job={} plan={}", id, hash);
        var job = new SiteJob(id, plan, hash, surroundings, training);
        jobs.put(id, job);
        job.start();
    }

    private void refuse(JobId id, Digest hash, String reason) {
        outbox.answer(new SiteBody.PlanAnswer(id, hash, SiteBody.Verdict.DENIED, List.of(reason)));
    }

    private void tick() {
        surroundings.storage().inputs().forgetExpired(surroundings.who().clock().instant());
        switch (surroundings.gate().refresh()) {
            case NONE -> {}
            case CHANGED -> jobs.values().forEach(SiteJob::reconsider);
        }
    }

    private Optional<SiteJob> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    private void end(ConfideException reason) {
        ended = true;
        LOG.error("event=sessionEnded code={} reason=\"{}\"", reason.code(), reason.getMessage());
        lifecycle.ended(reason);
    }
}
