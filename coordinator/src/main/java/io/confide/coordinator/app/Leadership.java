package io.confide.coordinator.app;

import io.confide.common.model.JobId;
import io.confide.coordinator.driver.Jobs;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.Members;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Keeps the leases of the jobs that run here. In a cluster it also tells the others which these are, and takes up jobs that
 * nobody leads any more: those of a member that is gone at once, shared among those that are left.
 */
final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final int LOOK_EVERY = 4;

    private final Jobs jobs;
    private final Leases leases;
    private final String holder;
    private final Recovery recovery;
    private final Recovery.Resume resume;
    private final Optional<? extends Members> cluster;
    private final Pace pace;
    private final ScheduledExecutorService keeping = thread("confide-leases");

    /** Taking many jobs up takes long, and no lease may end meanwhile. */
    private final ScheduledExecutorService taking = thread("confide-leadership");

    private final List<Future<?>> ticking = new ArrayList<>();
    private long ticks;

    /**
     * How often it does what.
     *
     * @param tick between two announcements; every fourth time it looks for jobs that nobody leads
     * @param keep between two times that leases are kept; a fraction of {@link Recovery#LEASE}
     */
    record Pace(Duration tick, Duration keep) {
        static final Pace STANDARD = new Pace(Duration.ofMillis(500), Duration.ofSeconds(2));
    }

    /** @param holder under which this process takes leases */
    Leadership(
            Jobs jobs,
            Leases leases,
            String holder,
            Recovery recovery,
            Recovery.Resume resume,
            Optional<? extends Members> cluster,
            Pace pace) {
        this.jobs = jobs;
        this.leases = leases;
        this.holder = holder;
        this.recovery = recovery;
        this.resume = resume;
        this.cluster = cluster;
        this.pace = pace;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name(name).factory());
    }

    /** Returns when sites can be told which jobs go on. */
    void begin() {
        cluster.ifPresent(node -> node.areKept(recovery.processes()));
        ticking.add(
                keeping.scheduleWithFixedDelay(
                        () -> guarded("keep", this::keep),
                        0,
                        pace.keep().toMillis(),
                        TimeUnit.MILLISECONDS));
        cluster.ifPresent(
                node ->
                        ticking.add(
                                taking.scheduleWithFixedDelay(
                                        () -> guarded("look", () -> look(node)),
                                        0,
                                        pace.tick().toMillis(),
                                        TimeUnit.MILLISECONDS)));
    }

    /** The member whose leases are in the name {@code gone} is gone; from any thread. */
    void orphaned(String gone) {
        try {
            taking.execute(() -> guarded("orphans", () -> inherit(gone)));
        } catch (RejectedExecutionException e) {
            LOG.info("event=stopping what=orphans");
        }
    }

    private void inherit(String gone) {
        // It may be back already, or have been a second process of that name.
        boolean isHere = cluster.stream().anyMatch(node -> node.names().containsValue(gone));
        // The sites of that member come to the others now.
        cluster.ifPresent(node -> node.areKept(recovery.processes()));
        if (isQuorate() && !isHere) {
            leases.vacate(gone);
            takeUp(this::isFirstHere);
        }
    }

    private boolean isQuorate() {
        return cluster.stream().allMatch(Members::isQuorate);
    }

    /** With too few members the leases are let go: whoever is more may go on. */
    private void keep() {
        if (!isQuorate()) {
            return;
        }
        for (Led each : jobs.led()) {
            if (!leases.keep(each.job(), each.token(), Recovery.LEASE)) {
                LOG.warn("event=lease-lost job={}", each.job());
            }
        }
    }

    private void look(Members node) {
        ticks++;
        node.announce(jobs);
        if (ticks % LOOK_EVERY == 0) {
            node.areKept(recovery.processes());
            takeUp(_ -> true);
        }
    }

    private void takeUp(Predicate<JobId> which) {
        if (!isQuorate()) {
            return;
        }
        Set<JobId> here = jobs.led().stream().map(Led::job).collect(Collectors.toSet());
        recovery.orphans(holder, job -> !here.contains(job) && which.test(job), resume)
                .forEach(job -> jobs.interrupted(job.job(), "FAILED: " + job.sentence()));
        cluster.ifPresent(node -> node.announce(jobs));
    }

    /** So that the jobs of a member that is gone are shared among all; whoever comes second finds what the first has left. */
    private boolean isFirstHere(JobId job) {
        return cluster.stream()
                .flatMap(node -> node.names().values().stream())
                .max(Comparator.comparingInt(name -> (name + job).hashCode()))
                .map(holder::equals)
                .orElse(true);
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            // The database may be away; the next time comes all the same.
            LOG.warn("event=leadershipFailed what={}", what, e);
        }
    }

    @Override
    public void close() {
        ticking.forEach(future -> future.cancel(true));
        keeping.shutdownNow();
        taking.shutdownNow();
    }
}
