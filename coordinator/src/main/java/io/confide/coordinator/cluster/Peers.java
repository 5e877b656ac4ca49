package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;

import java.time.Duration;
import java.util.Map;

/** The members of the cluster, and what can be said to them. */
interface Peers {
    /** What this member is called. */
    String self();

    /** By member the name of its leases, this one too. */
    Map<String, String> names();

    /**
     * Asks another member and waits for the answer; never called on an event loop.
     *
     * @throws ConfideException what it refused with, or UNREACHABLE if it has not answered in time
     */
    byte[] ask(String member, PeerMail.Asked question, Duration bound);

    /** Tells another member. */
    void tell(String member, PeerMail.Told mail);
}
