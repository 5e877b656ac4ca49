package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.coordinator.port.InputStaging;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/** Passes the chunks of sites that are connected here on to who leads the job and folds them. */
final class ClusterStaging implements InputStaging {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final String self;
    private final Bus bus;
    private final Whereabouts whereabouts;
    private final InputStaging here;

    ClusterStaging(String self, Bus bus, Whereabouts whereabouts, InputStaging here) {
        this.self = self;
        this.bus = bus;
        this.whereabouts = whereabouts;
        this.here = here;
    }

    private Optional<String> elsewhere(JobId job) {
        return whereabouts.leaderOf(job).filter(leader -> !leader.equals(self));
    }

    @Override
    public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        elsewhere(job)
                .ifPresentOrElse(
                        leader ->
                                bus.ask(
                                        leader,
                                        new PeerMail.StoreChunk(job, round, site, chunk, content),
                                        BOUND),
                        () -> here.store(job, round, site, chunk, content));
    }

    @Override
    public BitSet have(JobId job, long round, SiteId site) {
        return elsewhere(job)
                .map(
                        leader ->
                                BitSet.valueOf(
                                        bus.ask(
                                                leader,
                                                new PeerMail.HaveChunks(job, round, site),
                                                BOUND)))
                .orElseGet(() -> here.have(job, round, site));
    }

    /** What is folded lies here. */
    @Override
    public StoredVector open(JobId job, long round, SiteId site, long size) {
        return here.open(job, round, site, size);
    }

    @Override
    public void discard(JobId job, long round) {
        here.discard(job, round);
    }
}
