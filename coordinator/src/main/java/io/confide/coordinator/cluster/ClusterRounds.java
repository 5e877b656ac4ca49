package io.confide.coordinator.cluster;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.OpenRounds;
import io.confide.coordinator.round.Summing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Asks who leads the job what its round takes. The chunks of a vector come one after the other: what the leader takes is
 * believed for a moment, and where it goes until the leader says something else.
 */
final class ClusterRounds implements OpenRounds {
    /** Sites that upload to this member at about the same time. */
    static final int REMEMBERED_MAX = 4096;

    static final Duration BELIEVED = Duration.ofSeconds(1);
    private static final Duration BOUND = Duration.ofSeconds(3);

    private final Peers peers;
    private final Whereabouts whereabouts;
    private final OpenRounds here;
    private final LongSupplier nanos;
    private final SequencedMap<Upload, Answer> answers = new LinkedHashMap<>();

    ClusterRounds(Peers peers, Whereabouts whereabouts, OpenRounds here, LongSupplier nanos) {
        this.peers = peers;
        this.whereabouts = whereabouts;
        this.here = here;
        this.nanos = nanos;
    }

    private record Upload(JobId job, long round, SiteId site) {}

    private record Answer(String leader, Expected expected, long nanos) {}

    @Override
    public Optional<Expected> vectorBytes(JobId job, long round, SiteId site) {
        var leader = leader(job);
        if (leader.isEmpty()) {
            return here.vectorBytes(job, round, site);
        }
        var upload = new Upload(job, round, site);
        var known = known(upload, leader.get());
        return known.isPresent() ? known : asked(upload, leader.get());
    }

    /** Where the chunks of a vector go that {@link #vectorBytes} gave. */
    Summing summing(JobId job, long round, SiteId site) {
        var expected =
                leader(job).isEmpty()
                        ? here.vectorBytes(job, round, site)
                        : newest(new Upload(job, round, site)).map(Answer::expected);
        return expected.map(Expected::summing).orElse(Summing.AT_LEADER);
    }

    /** Empty if it is this member, or nobody. */
    private Optional<String> leader(JobId job) {
        return whereabouts.leaderOf(job).filter(leader -> !leader.equals(peers.self()));
    }

    private synchronized Optional<Answer> newest(Upload upload) {
        return Optional.ofNullable(answers.get(upload));
    }

    private Optional<Expected> known(Upload upload, String leader) {
        return newest(upload)
                .filter(answer -> answer.leader().equals(leader))
                .filter(answer -> nanos.getAsLong() - answer.nanos() < BELIEVED.toNanos())
                .map(Answer::expected);
    }

    private Optional<Expected> asked(Upload upload, String leader) {
        long now = nanos.getAsLong();
        var question = new PeerMail.VectorBytes(upload.job(), upload.round(), upload.site());
        var expected = expected(peers.ask(leader, question, BOUND));
        expected.ifPresent(known -> remember(upload, new Answer(leader, known, now)));
        return expected;
    }

    private synchronized void remember(Upload upload, Answer answer) {
        answers.remove(upload);
        answers.put(upload, answer);
        if (answers.size() > REMEMBERED_MAX) {
            answers.pollFirstEntry();
        }
    }

    static byte[] answer(Optional<Expected> expected) {
        return expected.map(
                        known -> {
                            byte[] summing =
                                    known.summing().name().getBytes(StandardCharsets.US_ASCII);
                            return ByteBuffer.allocate(Long.BYTES + summing.length)
                                    .putLong(known.vectorBytes())
                                    .put(summing)
                                    .array();
                        })
                .orElseGet(() -> new byte[0]);
    }

    private static Optional<Expected> expected(byte[] answer) {
        if (answer.length < Long.BYTES) {
            return Optional.empty();
        }
        var summing =
                new String(
                        answer, Long.BYTES, answer.length - Long.BYTES, StandardCharsets.US_ASCII);
        return Optional.of(
                new Expected(ByteBuffer.wrap(answer).getLong(), Summing.valueOf(summing)));
    }
}
