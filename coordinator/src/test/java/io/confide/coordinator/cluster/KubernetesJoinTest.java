package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import io.confide.common.files.CoordinatorConfig.Cluster;
import io.confide.common.files.CoordinatorConfig.Finding;
import io.confide.common.files.CoordinatorConfig.Listener;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.pki.Authority;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Members that find each other by the API of Kubernetes; each has an address of its own, which only Linux has on loopback. */
@EnabledOnOs(OS.LINUX)
class KubernetesJoinTest {
    private static final String SEAL = "5ea1";
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir Path account;
    @TempDir Path authority;
    private FakeKubernetes kubernetes;
    private int find;
    private int talk;

    @BeforeEach
    void begin() throws Exception {
        find = freePort();
        talk = freePort();
        kubernetes = FakeKubernetes.away(account, freePort());
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void end() throws Exception {
        root().detachAppender(log);
        for (var each : opened.reversed()) {
            each.close();
        }
        kubernetes.close();
        assertFalse(said("token-of-the-pod"), "the token is in the log");
    }

    @Test
    void threeMembersFindEachOtherAndOneThatIsNoLongerListedComesBack() throws Exception {
        kubernetes.come().lists("127.0.0.1");
        kubernetes.listsNotReady("127.0.0.2", "127.0.0.3");
        var one = member(1, SEAL, 3);
        var two = member(2, SEAL, 3);
        var three = member(3, SEAL, 3);
        awaitNames(one, "member-1", "member-2", "member-3");
        awaitNames(three, "member-1", "member-2", "member-3");
        assertTrue(two.isQuorate());

        three.close();
        awaitNames(one, "member-1", "member-2");
        kubernetes.listsNotReady("127.0.0.2");
        var again = member(3, SEAL, 3);
        awaitNames(again, "member-1", "member-2", "member-3");

        kubernetes.go();
        assertEquals(3, one.names().size());
        assertEquals(
                List.of(),
                kubernetes.questions().stream().filter(each -> !isOfSlices(each)).toList());
    }

    private static boolean isOfSlices(String question) {
        return question.startsWith("/apis/discovery.k8s.io/v1/namespaces/trial/endpointslices");
    }

    @Test
    void membersThatStartAtTheSameTimeAreOneCluster() throws Exception {
        kubernetes.come().listsNotReady("127.0.0.1", "127.0.0.2", "127.0.0.3");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> member(1, SEAL, 3));
            var two = threads.submit(() -> member(2, SEAL, 3));
            var three = threads.submit(() -> member(3, SEAL, 3));
            for (var each : List.of(one, two, three)) {
                awaitNames(
                        each.get(BOUND.toSeconds(), TimeUnit.SECONDS),
                        "member-1",
                        "member-2",
                        "member-3");
            }
        }
    }

    @Test
    void anApiThatIsAwayAtTheStartIsWaitedForWithASentence() throws Exception {
        kubernetes.lists("127.0.0.1", "127.0.0.2");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> member(1, SEAL, 3));
            await(
                    () ->
                            said(
                                    "event=membersSought waitsFor=\"the Kubernetes API at"
                                            + " https://127.0.0.1:"));
            assertFalse(waiting.isDone());
            kubernetes.come();
            var one = waiting.get(BOUND.toSeconds(), TimeUnit.SECONDS);
            var two = member(2, SEAL, 3);
            awaitNames(one, "member-1", "member-2");
            awaitNames(two, "member-1", "member-2");
        }
    }

    @Test
    void whoWaitedTooLongSaysForWhat() {
        var refused =
                assertThrows(
                        ConfideException.class,
                        () -> search(kubernetes.finding(3)).await(Duration.ZERO));
        assertEquals(ErrorCode.UNREACHABLE, refused.code());
        assertTrue(
                refused.sentence()
                        .startsWith(
                                "No member of the cluster was found in 0 s of waiting for the"
                                        + " Kubernetes API at https://127.0.0.1:"),
                refused.sentence());
    }

    @Test
    void aServiceWithoutPodsIsWaitedForAndThePermissionIsNamed() throws Exception {
        kubernetes.come();
        var refused =
                assertThrows(
                        ConfideException.class,
                        () -> search(kubernetes.finding(3)).await(Duration.ZERO));
        assertTrue(
                refused.sentence().contains("may this pod's service account list endpointslices?"),
                refused.sentence());
    }

    @Test
    void anApiOfAnotherAuthorityIsNotBelievedAndSeesNoToken() throws Exception {
        kubernetes.come().lists("127.0.0.1");
        var other = Authority.open(authority, InstantSource.system(), new SecureRandom());
        Path file = Files.writeString(account.resolve("other.crt"), other.certificatePem());
        var search = search(kubernetes.finding(file, 3));
        var refused = assertThrows(ConfideException.class, () -> search.await(Duration.ZERO));
        assertTrue(refused.sentence().contains("SSL"), refused.sentence());
        assertEquals(List.of(), kubernetes.questions());
    }

    @Test
    void aTokenThatWasRenewedIsUsedAndAnApiThatIsAwayLeavesTheAddressesOfBefore() throws Exception {
        kubernetes.come().lists("127.0.0.1");
        var search = search(kubernetes.finding(3));
        assertEquals(Set.of("127.0.0.1:" + find), found(search));
        kubernetes.renewToken("another-token");
        kubernetes.lists("127.0.0.1", "127.0.0.2");
        assertEquals(Set.of("127.0.0.1:" + find, "127.0.0.2:" + find), found(search));
        kubernetes.go();
        assertEquals(Set.of("127.0.0.1:" + find, "127.0.0.2:" + find), found(search));
        assertTrue(said("event=membersNotListed"));
        kubernetes.come().lists("127.0.0.3");
        assertEquals(Set.of("127.0.0.3:" + find), found(search));
        assertEquals(0, kubernetes.questions().stream().filter(each -> each.equals("401")).count());
        assertTrue(kubernetes.questions().stream().allMatch(KubernetesJoinTest::isOfSlices));
    }

    @Test
    void aTokenThatIsNotThereIsNamedByItsFile() throws Exception {
        kubernetes.come().lists("127.0.0.1");
        Files.delete(account.resolve("token"));
        var refused =
                assertThrows(
                        ConfideException.class,
                        () -> search(kubernetes.finding(3)).await(Duration.ZERO));
        assertTrue(
                refused.sentence()
                        .contains("the file " + account.resolve("token") + " cannot be read"),
                refused.sentence());
    }

    @Test
    void whatIsFoundAndIsOfAnotherCoordinatorIsRefused() throws Exception {
        kubernetes.come().lists("127.0.0.1", "127.0.0.2");
        var one = member(1, SEAL, 3);
        var refused = assertThrows(ConfideException.class, () -> member(2, "07e4", 3));
        assertEquals(ErrorCode.CONFLICT, refused.code());
        assertTrue(refused.sentence().contains("another identity key"), refused.sentence());
        awaitNames(one, "member-1");
    }

    @Test
    void oneMemberMoreThanThereAreIsRefused() throws Exception {
        kubernetes.come().lists("127.0.0.1", "127.0.0.2");
        var one = member(1, SEAL, 1);
        var refused = assertThrows(ConfideException.class, () -> member(2, SEAL, 1));
        assertEquals(ErrorCode.CONFLICT, refused.code());
        assertEquals(
                "The cluster has 1 members already, as many as cluster.kubernetes.replicas says;"
                        + " write the new number in all members and start them again.",
                refused.sentence());
        awaitNames(one, "member-1");
    }

    private ClusterNode member(int number, String seal, int replicas) {
        String address = "127.0.0." + number;
        var settings =
                new Cluster(
                        "member-" + number,
                        new Listener(address, find),
                        new Listener(address, talk),
                        kubernetes.finding(replicas),
                        replicas / 2 + 1);
        var members = Authority.open(authority, InstantSource.system(), new SecureRandom());
        var node = ClusterNode.join(settings, seal, UUID.randomUUID(), members.memberIdentity());
        synchronized (opened) {
            opened.add(node);
        }
        return node;
    }

    private KubernetesSearch search(Finding finding) {
        return KubernetesSearch.of(finding, find).orElseThrow();
    }

    private static Set<String> found(KubernetesSearch search) {
        var found = new HashSet<String>();
        for (var node : search.discoverNodes()) {
            found.add(
                    node.getPrivateAddress().getHost() + ":" + node.getPrivateAddress().getPort());
        }
        return found;
    }

    private static void awaitNames(ClusterNode node, String... names) throws Exception {
        await(() -> Set.copyOf(node.names().values()).equals(Set.of(names)));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in " + BOUND);
            }
            Thread.sleep(20);
        }
    }

    private boolean said(String words) {
        return List.copyOf(log.list).stream()
                .anyMatch(event -> event.getFormattedMessage().contains(words));
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
