package io.confide.coordinator.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether enough members are here. Where they are not, nothing is written: of two halves of a cluster that lost each other at
 * most one has enough. That is for order, not for safety, which the fencing tokens of the database give.
 */
final class Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(Quorum.class);

    private final int least;
    private int members;

    Quorum(int least, int members) {
        this.least = least;
        this.members = members;
    }

    synchronized void are(int now) {
        if (members < least && now >= least) {
            LOG.info("event=quorumBack members={} least={}", now, least);
        } else if (members >= least && now < least) {
            LOG.warn("event=quorumLost members={} least={}", now, least);
        }
        members = now;
        notifyAll();
    }

    synchronized boolean isThere() {
        return members >= least;
    }

    synchronized String words() {
        return "%d of the coordinator's processes %s here, and %d are needed"
                .formatted(members, members == 1 ? "is" : "are", least);
    }

    synchronized void await() throws InterruptedException {
        while (members < least) {
            wait();
        }
    }
}
