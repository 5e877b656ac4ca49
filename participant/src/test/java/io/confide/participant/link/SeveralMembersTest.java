package io.confide.participant.link;

import static io.confide.participant.link.RecordingInbox.next;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.secagg.Subject;
import io.confide.common.vector.StoredVector;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.CoordinatorBody.Session;
import io.confide.common.wire.SiteBody;
import io.confide.participant.TestAuthority;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One site and a coordinator of several members, over real mutual TLS. */
class SeveralMembersTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final int UNAVAILABLE = 503;

    @TempDir Path directory;
    private final TestAuthority authority = new TestAuthority();
    private final RecordingInbox heard = new RecordingInbox();
    private final List<TestServer> members = new ArrayList<>();
    private final List<VertxLink> links = new ArrayList<>();

    @BeforeEach
    void enrol() {
        authority.writeIdentity(directory.resolve("site"), "tls");
    }

    @AfterEach
    void stop() {
        links.forEach(VertxLink::close);
        members.forEach(TestServer::close);
    }

    @Test
    void movesToAnotherMemberWhenItsOwnDies() {
        var link = open(member(), member(), member());
        assertEquals(Session.NEW, next(heard.welcomes).session());
        var own = at(link);
        link.send(declined(1));
        assertEquals(declined(1), next(own.heard));

        own.close();
        assertEquals(Session.NEW, next(heard.welcomes).session());
        var other = at(link);
        assertTrue(other != own);
        link.send(declined(2));
        assertEquals(declined(2), next(other.heard));
        other.say(ended("there"));
        assertEquals(ended("there"), next(heard.bodies));
        assertEquals(1, heard.losses.size());
        assertTrue(heard.outages.isEmpty(), "one member that is away is no outage");

        other.close();
        assertEquals(Session.NEW, next(heard.welcomes).session());
        var last = at(link);
        link.send(declined(3));
        assertEquals(declined(3), next(last.heard));
    }

    @Test
    void aBlinkComesBackToTheSameMemberAndLosesNothing() {
        var link = open(member(), member());
        next(heard.welcomes);
        var own = at(link);
        for (int blink = 1; blink <= 3; blink++) {
            own.dropFrames = 1;
            link.send(declined(blink));
            own.say(ended("body " + blink));
            own.cut();
            assertEquals(Session.RESUMED, next(heard.welcomes).session());
            assertEquals(own, at(link));
            own.dropFrames = 0;
            assertEquals(declined(blink), next(own.heard));
            assertEquals(ended("body " + blink), next(heard.bodies));
        }
    }

    @Test
    void goesOnToAnotherMemberIfItsOwnTakesNoSitesNow() {
        var link = open(member(), member());
        next(heard.welcomes);
        var own = at(link);
        own.refuseWith = UNAVAILABLE;
        own.cut();
        assertEquals(Session.NEW, next(heard.welcomes).session());
        assertTrue(at(link) != own);
        assertEquals(1, own.refused.get());
    }

    @Test
    void aMemberThatKnowsTheSiteFromBeforeBeginsANewSession() {
        var link = open(member(), member());
        next(heard.welcomes);
        var own = at(link);
        for (int number = 1; number <= 5; number++) {
            link.send(declined(number));
            own.say(ended("first stay " + number));
            assertEquals(declined(number), next(own.heard));
            assertEquals(ended("first stay " + number), next(heard.bodies));
        }
        move(link, own);
        var other = at(link);
        link.send(declined(6));
        assertEquals(declined(6), next(other.heard));
        move(link, other);

        assertEquals(own, at(link));
        link.send(declined(7));
        assertEquals(declined(7), next(own.heard));
        own.say(ended("second stay"));
        assertEquals(ended("second stay"), next(heard.bodies));
    }

    @Test
    void withAllAwayThePausesGrowAndWhicheverAnswersIsTaken() {
        var one = member();
        var two = member();
        one.refuseWith = UNAVAILABLE;
        two.refuseWith = UNAVAILABLE;
        var link = open(one, two);
        var before = next(heard.outages);
        assertEquals(
                "cannot reach "
                        + address(one)
                        + " (it takes no sites now) or "
                        + address(two)
                        + " (it takes no sites now); trying again, with pauses of at most 10 s",
                before.why());
        long shortest = TimeUnit.MILLISECONDS.toNanos(Backoff.FIRST_MILLIS / 2);
        for (int pass = 1; pass <= 3; pass++) {
            var outage = next(heard.outages);
            assertEquals(before.why(), outage.why());
            long pause = outage.nanos() - before.nanos();
            assertTrue(pause >= shortest, "pause of " + pause + " ns in pass " + pass);
            assertTrue(one.refused.get() > pass && two.refused.get() > pass);
            before = outage;
            shortest *= 2;
        }
        two.refuseWith = 0;
        assertEquals(Session.NEW, next(heard.welcomes).session());
        assertEquals(two, at(link));
    }

    @Test
    void aRunningUploadGoesOnAtTheMemberThatTheSiteMovesTo() throws Exception {
        byte[] vector = bytes(2 * DataPlane.CHUNK_BYTES + 1000, 1);
        var one = member();
        var two = member();
        var link = open(one, two);
        next(heard.welcomes);
        var own = at(link);
        var other = own == one ? two : one;
        other.chunks.put(1, java.util.Arrays.copyOfRange(vector, 4 << 20, 8 << 20));
        own.holdRequests = true;
        var upload =
                CompletableFuture.runAsync(
                        () -> link.uploadInput(JOB, 3, StoredVector.of(Bytes.wrap(vector)), 30_000),
                        Thread::startVirtualThread);
        next(own.held);
        move(link, own);

        upload.get(30, TimeUnit.SECONDS);
        var all = new ByteArrayOutputStream();
        other.chunks.values().forEach(all::writeBytes);
        assertArrayEquals(vector, all.toByteArray());
        assertTrue(own.chunks.isEmpty());
    }

    @Test
    void aRunningFetchGoesOnAfterItsMemberDied() throws Exception {
        byte[] model = bytes(DataPlane.CHUNK_BYTES + 17, 2);
        var one = member();
        var two = member();
        one.model = model;
        two.model = model;
        var link = open(one, two);
        next(heard.welcomes);
        var own = at(link);
        own.holdRequests = true;
        var fetch =
                CompletableFuture.supplyAsync(
                        () -> link.fetchModel(Digest.of(model), model.length, 30_000),
                        Thread::startVirtualThread);
        next(own.held);
        own.close();
        assertArrayEquals(model, fetch.get(30, TimeUnit.SECONDS).toArray());
        next(heard.welcomes);
        assertTrue(at(link) != own);
    }

    @Test
    void aForeignCertificateAtOneOfTwoEndsNothing() {
        var foreign = foreign();
        var good = member();
        // The same order of the jitter, so in one of the two the foreign one is first.
        var one = open(foreign, good);
        assertEquals(Session.NEW, next(heard.welcomes).session());
        assertEquals(good, at(one));
        var two = open(good, foreign);
        assertEquals(Session.NEW, next(heard.welcomes).session());
        assertEquals(good, at(two));
        next(foreign.handshakesFailed);
        assertTrue(heard.failures.isEmpty());
    }

    @Test
    void foreignCertificatesAtAllAddressesAreAnEndThatNamesAnAddress() {
        open(foreign(), foreign());
        var failure = next(heard.failures);
        assertEquals(ErrorCode.AUTHORITY_MISMATCH, failure.code());
        String named = failure.getMessage();
        assertTrue(
                members.stream().anyMatch(it -> named.contains("localhost:" + it.port() + " is")),
                named);
        assertTrue(heard.welcomes.isEmpty());
    }

    @Test
    void aForeignCertificateAtOneAndNobodyAtTheOtherIsWaitedFor() {
        var gone = member();
        int port = gone.port();
        gone.close();
        var foreign = foreign();
        var link = open(gone, foreign);
        String expected =
                "cannot reach https://localhost:%d (no connection) or https://localhost:%d"
                        .formatted(port, foreign.port());
        var outage = next(heard.outages).why();
        assertTrue(outage.startsWith(expected + " (another authority answers)"), outage);
        members.add(new TestServer(authority, directory.resolve("again"), port, Instant.now()));
        next(heard.welcomes);
        assertEquals("https://localhost:" + port, link.member().toString());
        assertTrue(heard.failures.isEmpty());
    }

    private TestServer member() {
        return started(authority);
    }

    private TestServer foreign() {
        return started(new TestAuthority());
    }

    private TestServer started(TestAuthority of) {
        var server = new TestServer(of, directory.resolve("member" + members.size()));
        members.add(server);
        return server;
    }

    /** Makes the site leave {@code from} and waits until it is welcome elsewhere; {@code from} then takes it again. */
    private void move(VertxLink link, TestServer from) {
        from.refuseWith = UNAVAILABLE;
        from.cut();
        assertEquals(Session.NEW, next(heard.welcomes).session());
        from.refuseWith = 0;
        assertTrue(at(link) != from);
    }

    private TestServer at(VertxLink link) {
        int port = link.member().getPort();
        return members.stream().filter(it -> it.port() == port).findFirst().orElseThrow();
    }

    private static URI address(TestServer member) {
        return URI.create("https://localhost:" + member.port());
    }

    private VertxLink open(TestServer... of) {
        var identity = directory.resolve("site");
        var link =
                new VertxLink(
                        new Endpoint(
                                List.of(of).stream().map(SeveralMembersTest::address).toList(),
                                identity.resolve("tls.key"),
                                identity.resolve("tls.crt"),
                                identity.resolve("authority.crt")),
                        () ->
                                new SiteBody.Greeting(
                                        Bytes.wrap(new byte[16]),
                                        Instant.now(),
                                        "test",
                                        List.of(),
                                        new Capacity(2, 4096, Optional.empty())),
                        InstantSource.system(),
                        new SplittableRandom(7));
        links.add(link);
        link.open(heard);
        return link;
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static SiteBody declined(long round) {
        return new SiteBody.Declined(JOB, new Subject.Round(round), "K1");
    }

    private static CoordinatorBody ended(String outcome) {
        return new CoordinatorBody.JobEnded(JOB, outcome);
    }
}
