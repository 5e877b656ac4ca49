package io.confide.coordinator.cluster;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.OpenRounds;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;

/** Asks who leads the job what its round takes. */
final class ClusterRounds implements OpenRounds {
    private static final Duration BOUND = Duration.ofSeconds(3);

    private final String self;
    private final Bus bus;
    private final Whereabouts whereabouts;
    private final OpenRounds here;

    ClusterRounds(String self, Bus bus, Whereabouts whereabouts, OpenRounds here) {
        this.self = self;
        this.bus = bus;
        this.whereabouts = whereabouts;
        this.here = here;
    }

    @Override
    public OptionalLong vectorBytes(JobId job, long round, SiteId site) {
        var leader = whereabouts.leaderOf(job);
        if (leader.isEmpty() || leader.get().equals(self)) {
            return here.vectorBytes(job, round, site);
        }
        return size(bus.ask(leader.get(), new PeerMail.VectorBytes(job, round, site), BOUND));
    }

    static byte[] answer(OptionalLong size) {
        return size.isEmpty()
                ? new byte[0]
                : ByteBuffer.allocate(Long.BYTES).putLong(size.getAsLong()).array();
    }

    private static OptionalLong size(byte[] answer) {
        return answer.length == Long.BYTES
                ? OptionalLong.of(ByteBuffer.wrap(answer).getLong())
                : OptionalLong.empty();
    }
}
