package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.LogEntry.SiteMet;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The newest process of each site that this job has met. Keys live in the memory of a process, so it is processes, not
 * sites, that hold them.
 */
final class Processes {
    private final ConcurrentSkipListMap<SiteId, SiteMet> met;

    /** @param met by an earlier run of the same job */
    Processes(SortedMap<SiteId, SiteMet> met) {
        this.met = new ConcurrentSkipListMap<>(met);
    }

    /** A process that has no keys of this job has come. */
    SiteMet came(SiteId site, Bytes bootId) {
        var before = met.get(site);
        var now = new SiteMet(site, bootId, before == null ? 1 : before.life() + 1);
        met.put(site, now);
        return now;
    }

    /** Whether {@code bootId} is the newest process of {@code site} that has come. */
    boolean isNewest(SiteId site, Bytes bootId) {
        var now = met.get(site);
        return now != null && now.bootId().equals(bootId);
    }

    /** What the newest process of each site calls itself; from any thread. */
    SortedMap<SiteId, Bytes> bootIds() {
        var ids = new TreeMap<SiteId, Bytes>();
        met.forEach((site, now) -> ids.put(site, now.bootId()));
        return ids;
    }

    /** Which life each of {@code sites} is in. */
    SortedMap<SiteId, Long> lives(SortedSet<SiteId> sites) {
        var lives = new TreeMap<SiteId, Long>();
        for (var site : sites) {
            var now = met.get(site);
            if (now != null) {
                lives.put(site, now.life());
            }
        }
        return lives;
    }
}
