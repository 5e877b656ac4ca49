package io.confide.coordinator.http;

import io.confide.common.model.SiteId;

import java.util.HashMap;
import java.util.Map;

/**
 * The chunks that are in memory at once, counted for all sites together and for each alone, so that one site cannot keep
 * the others from uploading. Used on one event loop.
 */
final class UploadSlots {
    /** Above what an honest site has under way, and far below what the coordinator has room for. */
    static final int OF_ONE_SITE_MAX = 8;

    private final int allMax;
    private final Map<SiteId, Integer> taken = new HashMap<>();
    private int all;

    UploadSlots(int allMax) {
        this.allMax = allMax;
    }

    /** Takes a slot for {@code site} and returns whether there was one; it must be given back. */
    boolean take(SiteId site) {
        if (all >= allMax || taken.getOrDefault(site, 0) >= OF_ONE_SITE_MAX) {
            return false;
        }
        all++;
        taken.merge(site, 1, Integer::sum);
        return true;
    }

    /** Gives back one slot that {@code site} has taken. */
    void giveBack(SiteId site) {
        all--;
        taken.computeIfPresent(site, (_, count) -> count > 1 ? count - 1 : null);
    }
}
