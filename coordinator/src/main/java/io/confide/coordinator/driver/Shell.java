package io.confide.coordinator.driver;

import io.confide.common.crypto.SigningKey;
import io.confide.coordinator.port.InputStaging;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.SiteGateway;
import io.confide.coordinator.port.Timers;

import java.time.InstantSource;

/**
 * What every job needs from outside.
 *
 * @param key the coordinator's identity key, which the roster names
 */
public record Shell(
        SiteGateway sites,
        Timers timers,
        InstantSource clock,
        InputStaging staging,
        RoundLog log,
        SigningKey key,
        DriverTimes times) {}
