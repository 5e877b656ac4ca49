package io.confide.participant.link;

import static io.confide.participant.link.RecordingInbox.next;
import static io.confide.participant.link.RecordingInbox.poll;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.secagg.Subject;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.participant.TestAuthority;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

class VertxLinkTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");

    @TempDir Path directory;
    private final TestAuthority authority = new TestAuthority();
    private final RecordingInbox heard = new RecordingInbox();
    private TestServer server;
    private VertxLink link;

    @BeforeEach
    void start() {
        server = new TestServer(authority, directory.resolve("server"));
        authority.writeIdentity(directory.resolve("site"), "tls");
        link = link(directory.resolve("site"));
    }

    @AfterEach
    void stop() {
        link.close();
        server.close();
    }

    private VertxLink link(Path identity) {
        return new VertxLink(
                new Endpoint(
                        List.of(URI.create("https://localhost:" + server.port())),
                        identity.resolve("tls.key"),
                        identity.resolve("tls.crt"),
                        identity.resolve("authority.crt")),
                () ->
                        new SiteBody.Greeting(
                                Bytes.wrap(new byte[16]),
                                InstantSource.system().instant(),
                                "test",
                                List.of(),
                                new Capacity(2, 4096, Optional.empty())),
                InstantSource.system(),
                new SplittableRandom(7));
    }

    @Test
    void greetsOverMutualTlsAndCarriesBodiesBothWays() {
        link.open(heard);
        assertEquals(CoordinatorBody.Session.NEW, next(heard.welcomes).session());
        link.send(declined(1));
        assertEquals(declined(1), next(server.heard));
        server.say(ended("one"));
        assertEquals(ended("one"), next(heard.bodies));
    }

    @Test
    void everyBodyArrivesOnceAndInOrderHoweverOftenTheConnectionBreaks() {
        link.open(heard);
        next(heard.welcomes);
        for (int number = 1; number <= 40; number++) {
            link.send(declined(number));
            server.say(ended("body " + number));
            if (number % 10 == 0) {
                // Arrived at the server's socket, but lost with the connection.
                server.dropFrames = 3;
                link.send(declined(1000 + number));
                server.cut();
                assertEquals(CoordinatorBody.Session.RESUMED, next(heard.welcomes).session());
                server.dropFrames = 0;
            }
        }
        server.cut();
        next(heard.welcomes);
        for (int number = 1; number <= 40; number++) {
            assertEquals(declined(number), next(server.heard));
            assertEquals(ended("body " + number), next(heard.bodies));
            if (number % 10 == 0) {
                assertEquals(declined(1000 + number), next(server.heard));
            }
        }
        assertTrue(heard.losses.size() >= 5);
    }

    @Test
    void whoHangsUpItselfConnectsAgain() {
        link.open(heard);
        next(heard.welcomes);
        server.leaveOneOut(ended("twice"));
        assertEquals(CoordinatorBody.Session.RESUMED, next(heard.welcomes).session());
        assertEquals(ended("twice"), next(heard.bodies));
        assertEquals(ended("twice"), next(heard.bodies));
        assertEquals(1, heard.losses.size());
    }

    @Test
    void aCoordinatorThatForgotTheSessionStartsANewOne() {
        link.open(heard);
        next(heard.welcomes);
        link.send(declined(1));
        next(server.heard);
        server.forget();
        server.cut();
        assertEquals(CoordinatorBody.Session.NEW, next(heard.welcomes).session());
        link.send(declined(2));
        assertEquals(declined(2), next(server.heard));
        server.say(ended("after"));
        assertEquals(ended("after"), next(heard.bodies));
    }

    @Test
    void waitsForACoordinatorThatIsNotThereYet() {
        server.refuseWith = 503;
        link.open(heard);
        assertEquals(null, poll(heard.welcomes, 1));
        server.refuseWith = 0;
        assertEquals(CoordinatorBody.Session.NEW, next(heard.welcomes).session());
    }

    @Test
    void anotherAuthorityIsAnEndAndNotARetry() {
        var other = new TestAuthority();
        other.writeIdentity(directory.resolve("other"), "tls");
        link.close();
        link = link(directory.resolve("other"));
        link.open(heard);
        var failure = next(heard.failures);
        assertEquals(ErrorCode.AUTHORITY_MISMATCH, failure.code());
        assertTrue(failure.getMessage().contains("a proxy is opening TLS"));
    }

    @Test
    void onceConnectedAStrangerOnTheNetworkCannotEndTheProcess() {
        link.open(heard);
        next(heard.welcomes);
        int port = server.port();
        server.close();
        var stranger =
                new TestServer(
                        new TestAuthority(), directory.resolve("stranger"), port, Instant.now());
        next(stranger.handshakesFailed);
        next(stranger.handshakesFailed);
        stranger.close();
        server = new TestServer(authority, directory.resolve("again"), port, Instant.now());
        next(heard.welcomes);
        assertTrue(heard.failures.isEmpty());
    }

    @Test
    void anExpiredCertificateOfTheCoordinatorIsNamedWithItsDate() {
        var longAgo = Instant.now().minus(Duration.ofDays(60)).truncatedTo(ChronoUnit.SECONDS);
        restartServer(longAgo);
        link.open(heard);
        var failure = next(heard.failures);
        assertEquals(ErrorCode.CERTIFICATE_EXPIRED, failure.code());
        String expected =
                "the certificate of localhost:"
                        + server.port()
                        + " expired at "
                        + longAgo.plus(Duration.ofDays(30));
        assertTrue(failure.getMessage().startsWith(expected), failure.getMessage());
    }

    @Test
    void aCertificateOfTheFutureIsAClockProblem() {
        var later = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        restartServer(later);
        link.open(heard);
        var failure = next(heard.failures);
        assertEquals(ErrorCode.CLOCK_SKEW, failure.code());
        String from = "valid from " + later.minusSeconds(30);
        assertTrue(failure.getMessage().contains(from), failure.getMessage());
    }

    @Test
    void anExpiredCertificateOfTheSiteIsNamedWithItsDate() {
        var longAgo = Instant.now().minus(Duration.ofDays(60)).truncatedTo(ChronoUnit.SECONDS);
        authority.writeIdentity(directory.resolve("old"), "tls", longAgo);
        link.close();
        link = link(directory.resolve("old"));
        link.open(heard);
        var failure = next(heard.failures);
        assertEquals(ErrorCode.CERTIFICATE_EXPIRED, failure.code());
        String expected = "this site's certificate expired at " + longAgo.plus(Duration.ofDays(30));
        assertTrue(failure.getMessage().startsWith(expected), failure.getMessage());
    }

    @Test
    void aConnectionOfAnotherProcessOfTheSiteIsAnEndThatSaysSo() {
        link.open(heard);
        next(heard.welcomes);
        server.replace();
        var failure = next(heard.failures);
        assertEquals(ErrorCode.CONFLICT, failure.code());
        assertTrue(
                failure.getMessage()
                        .startsWith("another process with this site's certificate connected"),
                failure.getMessage());
    }

    private void restartServer(Instant from) {
        int port = server.port();
        server.close();
        server = new TestServer(authority, directory.resolve("restarted"), port, from);
    }

    @Test
    void aRefusedCertificateIsAnEndAndNotARetry() {
        server.refuseWith = 403;
        link.open(heard);
        assertEquals(ErrorCode.UNAUTHORISED, next(heard.failures).code());
    }

    @Test
    void aLargeInputArrivesInChunksAndOnlyTheMissingOnesAreSentAgain() {
        byte[] vector = new byte[2 * DataPlane.CHUNK_BYTES + 1000];
        new Random(1).nextBytes(vector);
        server.chunks.put(1, java.util.Arrays.copyOfRange(vector, 4 << 20, 8 << 20));
        server.failRequests = 2;
        link.uploadInput(JOB, 3, StoredVector.of(Bytes.wrap(vector)), 20_000);
        var all = new ByteArrayOutputStream();
        server.chunks.values().forEach(all::writeBytes);
        assertArrayEquals(vector, all.toByteArray());
    }

    @Test
    void aModelIsFetchedInRangesAndCheckedAgainstItsHash() {
        byte[] model = new byte[DataPlane.CHUNK_BYTES + 17];
        new Random(2).nextBytes(model);
        server.model = model;
        server.failRequests = 1;
        var fetched = link.fetchModel(Digest.of(model), model.length, 20_000);
        assertArrayEquals(model, fetched.toArray());
        assertEquals(
                ErrorCode.UNREACHABLE,
                assertThrows(
                                ConfideException.class,
                                () -> link.fetchModel(Digest.ZERO, model.length, 300))
                        .code());
    }

    @Test
    void pausesDoubleUpToTenSecondsWithJitterAndAreShortAgainAfterSuccess() {
        var backoff = new Backoff(new SplittableRandom(3));
        long longest = Backoff.FIRST_MILLIS;
        for (int attempt = 0; attempt < 12; attempt++) {
            long pause = backoff.nextMillis();
            assertTrue(pause >= longest / 2 && pause <= longest, "pause " + pause);
            longest = Math.min(2 * longest, Backoff.LONGEST_MILLIS);
        }
        assertEquals(Backoff.LONGEST_MILLIS, longest);
        backoff.reset();
        assertTrue(backoff.nextMillis() <= Backoff.FIRST_MILLIS);
    }

    private static SiteBody declined(long round) {
        return new SiteBody.Declined(JOB, new Subject.Round(round), "K1");
    }

    private static CoordinatorBody ended(String outcome) {
        return new CoordinatorBody.JobEnded(JOB, outcome);
    }
}
