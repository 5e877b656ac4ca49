package io.confide.coordinator.driver;

import io.confide.common.crypto.SigningKey;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.PartialSums;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.Timers;

import java.time.InstantSource;
import java.util.Optional;

/**
 * What every job needs from outside.
 *
 * @param members those of a cluster, which add up what is uploaded to them; empty if there is only this process
 * @param key the coordinator's identity key, which the roster names
 */
public record Shell(
        SiteGateway sites,
        Timers timers,
        InstantSource clock,
        InputStaging staging,
        Optional<PartialSums> members,
        RoundLog log,
        SigningKey key,
        DriverTimes times) {
    /** Of a coordinator that is one process. */
    public Shell(
            SiteGateway sites,
            Timers timers,
            InstantSource clock,
            InputStaging staging,
            RoundLog log,
            SigningKey key,
            DriverTimes times) {
        this(sites, timers, clock, staging, Optional.empty(), log, key, times);
    }
}
