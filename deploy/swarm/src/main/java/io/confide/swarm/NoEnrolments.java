package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Enrolments;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Nobody enrols in a world: its connections are authenticated by construction. */
final class NoEnrolments implements Enrolments {
    @Override
    public void issue(SiteId site, Bytes secretHash, Instant expires) {}

    @Override
    public Redeemed redeem(Bytes secretHash, Instant now, Function<SiteId, Enrolment> enrol) {
        return new Redeemed.Unknown();
    }

    @Override
    public Optional<Enrolment> find(SiteId site) {
        return Optional.empty();
    }

    @Override
    public List<Enrolment> all() {
        return List.of();
    }
}
