package io.confide.swarm;

import io.confide.common.model.SiteId;
import io.confide.swarm.Op.Way;

import java.util.HashSet;
import java.util.Set;

/**
 * What lies between the driver and the session of a site where that is at another member of a cluster: with {@link Op.Bus}
 * every message is lost the first time, and neither end hears of it.
 */
final class LossyBus {
    private final Scenario scenario;
    private final Tally tally;
    private final Set<Passing> lost = new HashSet<>();

    private record Passing(Way way, SiteId site, Object body) {}

    LossyBus(Scenario scenario, Tally tally) {
        this.scenario = scenario;
        this.tally = tally;
    }

    /** Whether {@code body}, which passes {@code way} now, does not arrive. */
    boolean loses(Way way, SiteId site, Object body) {
        for (var op : scenario.ops()) {
            if (op instanceof Op.Bus(var closed)
                    && (closed == Way.BOTH || closed == way)
                    && lost.add(new Passing(way, site, body))) {
                tally.count("message lost between members");
                return true;
            }
        }
        return false;
    }
}
