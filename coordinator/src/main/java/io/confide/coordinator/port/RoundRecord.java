package io.confide.coordinator.port;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Everything durable about one round that has ended.
 *
 * @param events in order; inputs and signatures of S_r were verified before they were kept
 * @param past the sums over which sites were asked to open one in the rounds before
 * @param result the signed Result; empty for a round of a version that did not keep it
 */
public record RoundRecord(
        RoundView view,
        LogEntry.RoundOpened opened,
        List<RoundEvent> events,
        List<SortedSet<SiteId>> past,
        Optional<SignedBody> result) {
    public RoundRecord {
        events = List.copyOf(events);
        past = List.copyOf(past);
    }
}
