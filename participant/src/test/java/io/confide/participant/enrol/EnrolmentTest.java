package io.confide.participant.enrol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import io.confide.common.enrolment.EnrolmentToken;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.participant.TestAuthority;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;

import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

class EnrolmentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir Path directory;
    private final TestAuthority authority = new TestAuthority();
    private Path home;
    private HttpsServer server;
    private JsonNode request;
    private Answer answer = new Answer(200, Instant.now(), authority);

    /** How the coordinator behaves. */
    private record Answer(int status, Instant validFrom, TestAuthority issuer) {}

    @BeforeEach
    void startCoordinator() throws IOException {
        home = directory.resolve("london");
        start(Instant.now());
    }

    private void start(Instant validFrom) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls(validFrom)));
        server.createContext("/api/v1/enrolments/redeem", this::redeem);
        server.start();
    }

    @AfterEach
    void stopCoordinator() {
        server.stop(0);
    }

    @Test
    void makesAnIdentityWhoseCertificateIsOfItsOwnKeyAndLeavesAStarterConfiguration()
            throws Exception {
        var enrolled = redeem(token());
        assertEquals("london", enrolled.site().value());
        var identity = Identity.open(new Home(home));
        assertEquals(URI.create("https://localhost:8443"), identity.card().coordinator());
        assertEquals(enrolled.identityKey(), identity.signingKey().publicKey().hex());
        assertEquals(request.path("identityKey").asText(), enrolled.identityKey());
        assertEquals(32, request.path("secret").asText().length());
        assertArrayEquals(
                requestedKey().getEncoded(),
                identity.parsedCertificate().getPublicKey().getEncoded());
        assertTrue(Files.readString(home.resolve("participant.yaml")).contains("site: london"));
        assertFalse(Files.exists(home.resolve("identity.new")));
        for (String secret : new String[] {"ed25519.key", "tls.key"}) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(
                                    home.resolve("identity").resolve(secret))));
        }
    }

    @Test
    void aSecondEnrolmentOfTheSameHomeIsRefused() {
        redeem(token());
        assertEquals(ErrorCode.CONFLICT, refusal(token()).code());
    }

    @Test
    void anExpiredTokenIsNotEvenSent() {
        var refusal =
                refusal(token(authority.fingerprint(), Instant.now().minus(Duration.ofHours(1))));
        assertEquals(ErrorCode.TOKEN_EXPIRED, refusal.code());
        assertTrue(refusal.getMessage().contains("ask the administrator for a new one"));
        assertEquals(null, request);
        nothingIsLeft();
    }

    @Test
    void aServerOfAnotherAuthorityIsRefusedAndNamed() {
        var refusal = refusal(token(new TestAuthority().fingerprint(), later()));
        assertEquals(ErrorCode.AUTHORITY_MISMATCH, refusal.code());
        assertTrue(refusal.getMessage().contains("Test Authority"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("a proxy is opening TLS"));
        assertEquals(null, request);
        nothingIsLeft();
    }

    @Test
    void aServerCertificateFromAnotherTimeIsAClockProblem() throws IOException {
        server.stop(0);
        start(Instant.now().plus(Duration.ofDays(3)));
        assertEquals(ErrorCode.CLOCK_SKEW, refusal(token()).code());
        nothingIsLeft();
    }

    @Test
    void aCoordinatorWhoseClockIsAheadIsAClockProblem() {
        answer = new Answer(200, Instant.now().plus(Duration.ofMinutes(10)), authority);
        assertEquals(ErrorCode.CLOCK_SKEW, refusal(token()).code());
        nothingIsLeft();
    }

    @Test
    void aUsedTokenGivesTheCoordinatorsSentenceAndLeavesNothing() {
        answer = new Answer(409, Instant.now(), authority);
        var refusal = refusal(token());
        assertEquals(ErrorCode.TOKEN_USED, refusal.code());
        assertEquals("the token was already used", refusal.getMessage());
        nothingIsLeft();
    }

    @Test
    void aCertificateOfAnotherAuthorityInTheAnswerIsRefused() {
        answer = new Answer(200, Instant.now(), new TestAuthority());
        assertEquals(ErrorCode.AUTHORITY_MISMATCH, refusal(token()).code());
        nothingIsLeft();
    }

    @Test
    void aCoordinatorThatIsNotThereIsOneSentence() {
        server.stop(0);
        var refusal = refusal(token());
        assertEquals(ErrorCode.UNREACHABLE, refusal.code());
        assertTrue(refusal.getMessage().contains("check that it runs"));
        nothingIsLeft();
    }

    @Test
    void theProbeTellsTheRightAuthorityFromAnother() {
        var coordinator = URI.create("https://localhost:" + server.getAddress().getPort());
        AuthorityProbe.connect(coordinator, authority.fingerprint());
        assertEquals(
                ErrorCode.AUTHORITY_MISMATCH,
                assertThrows(
                                ConfideException.class,
                                () -> AuthorityProbe.connect(coordinator, Digest.ZERO))
                        .code());
    }

    private void nothingIsLeft() {
        assertFalse(Identity.exists(new Home(home)));
        assertFalse(Files.exists(home.resolve("identity.new")));
        assertFalse(Files.exists(home.resolve("participant.yaml")));
    }

    private Enrolment.Enrolled redeem(String token) {
        return Enrolment.redeem(token, home, CLOCK, new SecureRandom());
    }

    private ConfideException refusal(String token) {
        return assertThrows(ConfideException.class, () -> redeem(token));
    }

    private String token() {
        return token(authority.fingerprint(), later());
    }

    private String token(Digest fingerprint, Instant expires) {
        return new EnrolmentToken(
                        URI.create("https://localhost:" + server.getAddress().getPort()),
                        fingerprint,
                        new SiteId("london"),
                        Bytes.wrap(new byte[EnrolmentToken.SECRET_BYTES]),
                        expires)
                .encode();
    }

    private static Instant later() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    private PublicKey requestedKey() throws Exception {
        try (var parser = new PEMParser(new StringReader(request.path("csr").asText()))) {
            return new JcaPKCS10CertificationRequest(
                            (PKCS10CertificationRequest) parser.readObject())
                    .getPublicKey();
        }
    }

    private void redeem(HttpExchange exchange) throws IOException {
        request = JSON.readTree(exchange.getRequestBody());
        var json = JSON.createObjectNode();
        if (answer.status() == 200) {
            try {
                json.put(
                        "certificate",
                        TestAuthority.pem(
                                answer.issuer()
                                        .issue("london", requestedKey(), answer.validFrom())));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            json.put("authority", TestAuthority.pem(answer.issuer().certificate));
            json.put("coordinator", "https://localhost:8443");
        } else {
            json.put("code", "TOKEN_USED").put("detail", "the token was already used");
        }
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
