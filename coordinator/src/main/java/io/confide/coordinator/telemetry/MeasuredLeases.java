package io.confide.coordinator.telemetry;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Leases;

import java.time.Duration;
import java.util.Optional;

/** Leases whose changes are counted. */
public final class MeasuredLeases implements Leases {
    private final Leases leases;
    private final Metrics metrics;

    public MeasuredLeases(Leases leases, Metrics metrics) {
        this.leases = leases;
        this.metrics = metrics;
    }

    @Override
    public Optional<FencingToken> take(JobId job, String holder, Duration length) {
        var token = leases.take(job, holder, length);
        token.ifPresent(_ -> metrics.led(job));
        metrics.lease(token.isPresent() ? Metrics.Lease.TAKEN : Metrics.Lease.HELD_BY_ANOTHER);
        return token;
    }

    @Override
    public Optional<FencingToken> takeFree(JobId job, String holder, Duration length) {
        var token = leases.takeFree(job, holder, length);
        token.ifPresent(
                _ -> {
                    metrics.led(job);
                    metrics.lease(Metrics.Lease.TAKEN);
                });
        return token;
    }

    @Override
    public boolean keep(JobId job, FencingToken token, Duration length) {
        return leases.keep(job, token, length);
    }

    @Override
    public void vacate(String holder) {
        leases.vacate(holder);
    }

    @Override
    public void release(JobId job, FencingToken token) {
        leases.release(job, token);
        metrics.lease(Metrics.Lease.RELEASED);
    }
}
