package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.ParticipantConfig;
import io.confide.common.model.SiteId;
import io.confide.participant.TestAuthority;
import io.confide.participant.app.Doctor.Check;
import io.confide.participant.app.Doctor.Mark;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

class ConnectionChecksTest {
    private static final SiteId LONDON = new SiteId("london");

    @TempDir Path directory;
    private final TestAuthority authority = new TestAuthority();
    private SSLServerSocket answering;
    private Home home;

    @BeforeEach
    void enrol() throws IOException {
        home = new Home(directory);
        var key = SigningKey.generate(new SecureRandom());
        var tls = TestAuthority.keyPair();
        Identity.draft(home, key.reveal(), TestAuthority.pem(tls.getPrivate()))
                .complete(
                        new Identity.Card(
                                LONDON,
                                URI.create("https://localhost:1"),
                                key.publicKey(),
                                authority.fingerprint()),
                        TestAuthority.pem(
                                authority.issue(LONDON.value(), tls.getPublic(), Instant.now())),
                        TestAuthority.pem(authority.certificate));
        answering =
                (SSLServerSocket)
                        authority
                                .serverTls(Instant.now())
                                .getServerSocketFactory()
                                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::answer);
    }

    @AfterEach
    void stop() throws IOException {
        answering.close();
    }

    @Test
    void eachAddressHasItsLineAndIsNoProblemWhereAnotherAnswers() throws IOException {
        int gone = unusedPort();
        var checks = checks(gone, answering.getLocalPort());
        assertEquals(
                List.of("coordinator", "coordinator", "certificate"),
                checks.stream().map(Check::name).toList());
        assertEquals(
                List.of(Mark.WARNING, Mark.OK, Mark.OK), checks.stream().map(Check::mark).toList());
        assertTrue(checks.getFirst().finding().contains("localhost:" + gone));
        assertTrue(checks.getFirst().fix().orElseThrow().contains("firewall"));
        assertEquals(
                "localhost:"
                        + answering.getLocalPort()
                        + " answers with the authority of the enrolment",
                checks.get(1).finding());
    }

    @Test
    void addressesOfWhichNoneAnswersAreProblems() throws IOException {
        var checks = checks(unusedPort(), unusedPort());
        assertEquals(
                List.of(Mark.PROBLEM, Mark.PROBLEM, Mark.OK),
                checks.stream().map(Check::mark).toList());
    }

    private List<Check> checks(int... ports) {
        var addresses =
                java.util.Arrays.stream(ports)
                        .mapToObj(port -> URI.create("https://localhost:" + port))
                        .toList();
        return new ConnectionChecks(home, InstantSource.system())
                .run(
                        Optional.of(
                                new ParticipantConfig(
                                        addresses,
                                        LONDON,
                                        new ParticipantConfig.Training(
                                                ParticipantConfig.Device.CPU, 1),
                                        List.of())));
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void answer() {
        while (!answering.isClosed()) {
            try (var asked = (SSLSocket) answering.accept()) {
                asked.startHandshake();
            } catch (IOException _) {
                // Whoever asked is gone, or the test is over.
            }
        }
    }
}
