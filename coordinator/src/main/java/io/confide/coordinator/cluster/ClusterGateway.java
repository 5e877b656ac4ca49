package io.confide.coordinator.cluster;

import io.confide.common.model.SiteId;
import io.confide.common.wire.CoordinatorBody;
import io.confide.coordinator.port.SiteGateway;

import java.util.Set;

/** The way to every site, whichever member it is connected to. */
final class ClusterGateway implements SiteGateway {
    private final String self;
    private final Bus bus;
    private final Whereabouts whereabouts;
    private final SiteGateway here;

    ClusterGateway(String self, Bus bus, Whereabouts whereabouts, SiteGateway here) {
        this.self = self;
        this.bus = bus;
        this.whereabouts = whereabouts;
        this.here = here;
    }

    @Override
    public void send(SiteId site, CoordinatorBody body) {
        var at = whereabouts.memberOf(site);
        if (at.isEmpty() || at.get().equals(self)) {
            // A site that is away for a moment has its session, which keeps the body, where it was
            // last.
            here.send(site, body);
        } else {
            bus.tell(at.get(), new PeerMail.TellSite(site, body));
        }
    }

    @Override
    public Set<SiteId> connected() {
        return whereabouts.sites();
    }
}
