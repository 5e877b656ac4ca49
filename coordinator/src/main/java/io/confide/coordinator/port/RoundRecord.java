package io.confide.coordinator.port;

import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.util.List;
import java.util.Optional;

/**
 * Everything durable about one round that has ended.
 *
 * @param events in order; inputs and signatures of S_r were verified before they were kept
 * @param result the signed Result; empty for a round of a version that did not keep it
 */
public record RoundRecord(
        RoundView view,
        LogEntry.RoundOpened opened,
        List<RoundEvent> events,
        Optional<SignedBody> result) {
    public RoundRecord {
        events = List.copyOf(events);
    }
}
