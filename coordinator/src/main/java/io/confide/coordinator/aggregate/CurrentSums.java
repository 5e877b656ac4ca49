package io.confide.coordinator.aggregate;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.FencingToken;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The boot of this member with its sums: none is ever found with another boot than its own. Thread-safe; waits for nothing. */
final class CurrentSums {
    private final Locks locks;
    private final LongSupplier nanos;
    private final Map<JobId, JobSums> jobs = new HashMap<>();
    private Optional<Boot> boot = Optional.empty();

    CurrentSums(Locks locks, LongSupplier nanos) {
        this.locks = locks;
        this.nanos = nanos;
    }

    synchronized Optional<Boot> boot() {
        return boot;
    }

    synchronized void begun(Boot next) {
        boot = Optional.of(next);
    }

    /** Returns the sums of {@code ended}, which nobody finds any more; empty if it had ended before. */
    synchronized Optional<List<RoundSum>> ended(Boot ended) {
        if (!boot.equals(Optional.of(ended))) {
            return Optional.empty();
        }
        boot = Optional.empty();
        return Optional.of(jobs.values().stream().flatMap(job -> job.renew().stream()).toList());
    }

    synchronized boolean admits(FencingToken leader, JobId job) {
        return job(job).admits(leader);
    }

    /** A sum of the boot that adds now. */
    record Entered(Boot boot, RoundSum sum) {}

    synchronized Optional<Entered> enter(JobId job, long round) {
        var sums = job(job);
        return boot.flatMap(now -> sums.round(round).map(sum -> new Entered(now, sum)));
    }

    /** Takes the rounds of a job out that are too old. */
    synchronized SortedMap<Long, RoundSum> old(JobId job) {
        return job(job).takeOld();
    }

    synchronized Optional<RoundSum> discard(JobId job, long round) {
        return job(job).discard(round);
    }

    /** Takes the jobs out of which nothing was heard for longer than {@code kept}, and that are not in {@code led}. */
    synchronized SortedMap<JobId, SortedMap<Long, RoundSum>> unled(Set<JobId> led, Duration kept) {
        long now = nanos.getAsLong();
        var over = new TreeMap<JobId, SortedMap<Long, RoundSum>>();
        jobs.forEach(
                (job, sums) -> {
                    if (led.contains(job)) {
                        sums.seen(now);
                    } else if (sums.unseenNanos(now) > kept.toNanos()) {
                        over.put(job, sums.takeAll());
                    }
                });
        jobs.keySet().removeAll(over.keySet());
        return Collections.unmodifiableSortedMap(over);
    }

    private JobSums job(JobId job) {
        var sums = jobs.computeIfAbsent(job, _ -> new JobSums(locks));
        sums.seen(nanos.getAsLong());
        return sums;
    }
}
