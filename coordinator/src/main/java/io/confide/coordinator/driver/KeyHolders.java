package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.JobRecord;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Which processes of sites hold keys of jobs that go on with them, so that these sites are told to keep them. */
final class KeyHolders {
    /** By job that was resumed the processes that hold its keys. */
    private final Map<JobId, Map<SiteId, Bytes>> expected = new ConcurrentHashMap<>();

    /** The jobs that another coordinator took over from this one: sites keep their keys for it. */
    private final Map<JobId, Map<SiteId, Bytes>> elsewhere = new ConcurrentHashMap<>();

    static boolean isKnown(Map<SiteId, Bytes> processes, SiteId site, Bytes bootId) {
        return Optional.ofNullable(processes.get(site)).filter(bootId::equals).isPresent();
    }

    /** {@code job} goes on here where {@code record} leaves it. */
    void resumed(JobId job, JobRecord record) {
        var processes = new ConcurrentHashMap<SiteId, Bytes>();
        record.sites().forEach((site, met) -> processes.put(site, met.bootId()));
        expected.put(job, processes);
        elsewhere.remove(job);
    }

    /** {@code job} is led by another coordinator, with these {@code processes}. */
    void left(JobId job, SortedMap<SiteId, Bytes> processes) {
        elsewhere.put(job, processes);
    }

    /** Nothing of {@code job} happens here any more. */
    void over(JobId job) {
        expected.remove(job);
    }

    /** Another process of {@code site} has none of the keys; the same one is kept, since its Welcome may have been lost. */
    void connected(SiteId site, Bytes bootId) {
        expected.values()
                .forEach(
                        processes ->
                                processes.computeIfPresent(
                                        site, (_, id) -> id.equals(bootId) ? id : null));
    }

    /** The jobs that go on with the process {@code bootId} of {@code site}. */
    SortedSet<JobId> goesOn(SiteId site, Bytes bootId, Predicate<JobId> isRunning) {
        var jobs = new TreeSet<JobId>();
        elsewhere.forEach(
                (job, processes) -> {
                    if (isKnown(processes, site, bootId)) {
                        jobs.add(job);
                    }
                });
        expected.forEach(
                (job, processes) -> {
                    if (isKnown(processes, site, bootId) && isRunning.test(job)) {
                        jobs.add(job);
                    }
                });
        return jobs;
    }
}
