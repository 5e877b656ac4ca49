package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.files.CoordinatorConfig.Listener;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;
import io.confide.coordinator.aggregate.HeapStaging;
import io.confide.coordinator.aggregate.MemberSums;
import io.confide.coordinator.aggregate.Rows;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.MemberIdentity;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums.Folding;
import io.confide.coordinator.port.PartialSums.Gathered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Three members of a real cluster, whose sums have several pieces. */
class SumsOverTheBusTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final FencingToken LEADER = new FencingToken(2);
    private static final int WORDS = 5 * PartialFetch.PIECE_WORDS + 7;
    private static final String HOST = "127.0.0.1";

    @TempDir Path directory;

    private final Rows rows = new Rows();
    private final List<Member> members = new ArrayList<>();
    private ClusterSums sums;

    /** The one of the three that leads. */
    private Member leader() {
        return members.getFirst();
    }

    private final class Member implements Peers, AutoCloseable {
        private final String name;
        private final Membership membership;
        private final Bus bus;
        private final HeapStaging staging = new HeapStaging();
        private final SumAnswers answers = new SumAnswers();
        private final AtomicBoolean dies = new AtomicBoolean();
        private final AtomicBoolean lies = new AtomicBoolean();

        Member(Cluster settings, MemberIdentity identity, int number) {
            name = settings.member();
            membership = Membership.join(settings, "seal", new UUID(8, number));
            bus = Bus.open(membership, settings.bus(), identity);
            var who =
                    new MemberSums.Member(
                            name, Duration.ofSeconds(10), () -> new UUID(7, number), () -> 0);
            var mine = new MemberSums(who, rows, rows, staging);
            mine.keep();
            answers.areOf(mine);
            bus.listen(
                    (_, mail) -> answers.told((PeerMail.SumOrder) mail),
                    (_, question) -> answer((PeerMail.SumQuestion) question));
        }

        private byte[] answer(PeerMail.SumQuestion question) {
            byte[] answer = answers.answer(question);
            if (question instanceof PeerMail.ReadSum && dies.get()) {
                membership.close();
                throw Net.unreachable();
            }
            if (question instanceof PeerMail.ReadSum && lies.get()) {
                answer[7] ^= 1;
            }
            return answer;
        }

        @Override
        public String self() {
            return membership.self();
        }

        @Override
        public Map<String, String> names() {
            return membership.names();
        }

        @Override
        public byte[] ask(String member, PeerMail.Asked question, Duration bound) {
            return bus.ask(member, question, bound);
        }

        @Override
        public void tell(String member, PeerMail.Told mail) {
            bus.tell(member, mail);
        }

        @Override
        public void close() {
            bus.close();
            membership.close();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @BeforeEach
    void begin() throws Exception {
        var identity =
                Authority.open(directory, InstantSource.system(), new SecureRandom())
                        .memberIdentity();
        var ports = List.of(freePort(), freePort(), freePort());
        var seeds = ports.stream().map(port -> HOST + ":" + port).toList();
        for (int i = 0; i < ports.size(); i++) {
            var settings =
                    new Cluster(
                            "m" + i,
                            new Listener(HOST, ports.get(i)),
                            new Listener(HOST, freePort()),
                            seeds,
                            1);
            members.add(new Member(settings, identity, i));
        }
        sums =
                new ClusterSums(
                        leader(),
                        site -> Optional.of(at(site).self()),
                        leader().answers,
                        rows,
                        _ -> Optional.of(LEADER));
        for (int i = 0; i < members.size(); i++) {
            assertEquals(3, members.get(i).names().size());
            members.get(i).staging.put(JOB, 1, site(i), words(i));
            assertEquals(Folding.FOLDED, fold(i));
        }
    }

    @AfterEach
    void end() {
        sums.close();
        members.forEach(Member::close);
    }

    private static SiteId site(int i) {
        return new SiteId("s" + i);
    }

    private Member at(SiteId site) {
        return members.get(Integer.parseInt(site.value().substring(1)));
    }

    private static long[] words(int i) {
        return new SplittableRandom(i).longs(WORDS).toArray();
    }

    private Folding fold(int i) throws Exception {
        var proof = new UploadProof(VectorHash.of(words(i)).value(), Bytes.ofHex("01"));
        return answer(answer -> sums.fold(new Claims.Input(JOB, 1, site(i), proof), WORDS, answer));
    }

    private Gathered gather() throws Exception {
        return answer(answer -> sums.gather(JOB, 1, WORDS, answer));
    }

    private static <T> T answer(Consumer<Consumer<T>> asked) throws Exception {
        var answer = new CompletableFuture<T>();
        asked.accept(answer::complete);
        return answer.get(90, TimeUnit.SECONDS);
    }

    private static void isTheSumOf(List<Integer> included, Gathered gathered) {
        assertEquals(
                included.stream().map(i -> "m" + i).toList(),
                gathered.partials().stream().map(Partial::member).sorted().toList());
        long[] expected = new long[WORDS];
        included.forEach(i -> Words.addInto(expected, words(i)));
        assertArrayEquals(expected, gathered.sum().toArray());
        assertEquals(Digest.of(Words.toBytes(expected)), gathered.hash());
    }

    @Test
    void sumsAreGatheredFromMembersThatAnswerAndFromThoseThatDoNotLie() throws Exception {
        var all = gather();
        isTheSumOf(List.of(0, 1, 2), all);
        sums.unseal(JOB, 1);
        assertEquals(Folding.FOLDED, fold(1), "as it was");
        members.get(2).lies.set(true);
        isTheSumOf(List.of(0, 1), gather());
        assertTrue(isFenced("m2", all));
        members.get(1).dies.set(true);
        isTheSumOf(List.of(0), gather());
        assertTrue(isFenced("m1", all));
    }

    private boolean isFenced(String name, Gathered before) {
        return before.partials().stream()
                .filter(partial -> partial.member().equals(name))
                .allMatch(partial -> rows.isFenced(partial.boot()));
    }
}
