package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.JobDesk.Subscription;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.EventView;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The jobs that run in this process, for whoever speaks for the other processes of a cluster. */
public interface LocalJobs extends SiteInbox, OpenRounds {
    /**
     * As {@link SiteInbox#connected} for a site that is connected to another process.
     *
     * @param goOn the jobs of which that process has told the site that they go on with it
     */
    void connected(
            SiteId site,
            SiteBody.Greeting greeting,
            SiteInbox.Session session,
            SortedSet<JobId> goOn);

    /** The site was connected to another process before this one began. */
    void present(SiteId site, SiteBody.Greeting greeting);

    /** What runs here. */
    List<Led> led();

    /**
     * A job that this process leads.
     *
     * @param processes the newest process of each site that the job has met
     */
    record Led(JobId job, FencingToken token, SortedMap<SiteId, Bytes> processes) {
        public Led {
            processes = Collections.unmodifiableSortedMap(new TreeMap<>(processes));
        }
    }

    /** How long sites took in the jobs that ran here: the classes that people see, and nothing finer. */
    SortedMap<SiteId, DelaysView> delays();

    /** Calls {@code listener} for every event of every job that runs here until the returned handle is closed. */
    Subscription listen(BiConsumer<JobId, EventView> listener);
}
