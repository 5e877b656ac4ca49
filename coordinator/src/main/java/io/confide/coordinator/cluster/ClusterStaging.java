package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.vector.StoredVector;
import io.confide.coordinator.port.InputStaging;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * Puts the chunks of sites that upload here where they are added up: at whoever leads the job, or at the member that has the
 * site's connection. That is this one as a rule; it may be another where something stands before the members that shares
 * requests among them.
 */
final class ClusterStaging implements InputStaging {
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final Peers peers;
    private final Whereabouts whereabouts;
    private final ClusterRounds rounds;
    private final Staged staged;
    private final InputStaging here;

    /** Hears that something is staged here for a round. */
    interface Staged {
        void staged(JobId job, long round);
    }

    ClusterStaging(
            Peers peers,
            Whereabouts whereabouts,
            ClusterRounds rounds,
            Staged staged,
            InputStaging here) {
        this.peers = peers;
        this.whereabouts = whereabouts;
        this.rounds = rounds;
        this.staged = staged;
        this.here = here;
    }

    private Optional<String> elsewhere(JobId job, long round, SiteId site) {
        var place =
                switch (rounds.summing(job, round, site)) {
                    case AT_LEADER -> whereabouts.leaderOf(job);
                    case AT_MEMBERS -> whereabouts.memberOf(site);
                };
        return place.filter(member -> !member.equals(peers.self()));
    }

    @Override
    public void store(JobId job, long round, SiteId site, int chunk, Bytes content) {
        elsewhere(job, round, site)
                .ifPresentOrElse(
                        member ->
                                peers.ask(
                                        member,
                                        new PeerMail.StoreChunk(job, round, site, chunk, content),
                                        BOUND),
                        () -> {
                            here.store(job, round, site, chunk, content);
                            staged.staged(job, round);
                        });
    }

    @Override
    public BitSet have(JobId job, long round, SiteId site) {
        return elsewhere(job, round, site)
                .map(
                        member ->
                                BitSet.valueOf(
                                        peers.ask(
                                                member,
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
