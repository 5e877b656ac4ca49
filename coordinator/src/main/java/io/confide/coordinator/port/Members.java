package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;

import java.util.Map;
import java.util.SortedMap;

/** The processes of a cluster, seen from the one that keeps leases among them. */
public interface Members {
    /** By member the name under which it takes leases, this one's too. */
    Map<String, String> names();

    /** Whether enough of them are here to do anything. */
    boolean isQuorate();

    /** Tells everybody which jobs are led and which sites connected here; to be called every now and then. */
    void announce(LocalJobs jobs);

    /**
     * What the database says of the processes that each job knows; to be called before sites are served, and every now and
     * then.
     */
    void areKept(SortedMap<JobId, SortedMap<SiteId, Bytes>> processes);
}
