package io.confide.coordinator.http;

import static io.confide.coordinator.http.SitesFixture.BASEL;
import static io.confide.coordinator.http.SitesFixture.OSLO;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.JobId;
import io.confide.common.secagg.Subject;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireLimits;
import io.confide.coordinator.http.FakeInbox.Said;
import io.confide.coordinator.pki.TestPki;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.port.SiteInbox.Session;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

class ControlPlaneTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));

    @TempDir Path directory;
    private SitesFixture fixture;
    private SSLContext basel;

    @BeforeEach
    void start() throws Exception {
        fixture = new SitesFixture(directory.resolve("authority"));
        basel = fixture.pki.enrolled(BASEL);
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    void aConnectionWithoutACertificateIsRefused() throws Exception {
        var anonymous = fixture.pki.anonymous();
        assertThrows(Exception.class, () -> connect(anonymous));
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() throws Exception {
        var others = new InMemoryEnrolments();
        var stranger = new TestPki(directory.resolve("other"), others, InstantSource.system());
        var keys = stranger.keys();
        var enrolled =
                stranger.desk.redeem(
                        stranger.invite(BASEL).secret(),
                        TestPki.request("basel", keys),
                        TestPki.IDENTITY,
                        _ -> {});
        var tls = fixture.pki.context(keys, enrolled);
        assertThrows(Exception.class, () -> connect(tls));
    }

    @Test
    void tls12IsRefused() throws Exception {
        try (var socket =
                (SSLSocket)
                        basel.getSocketFactory().createSocket("localhost", fixture.server.port())) {
            var parameters = new SSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.2"});
            socket.setSSLParameters(parameters);
            assertThrows(javax.net.ssl.SSLException.class, socket::startHandshake);
        }
    }

    @Test
    void anEarlierCertificateOfASiteThatEnrolledAgainIsRefused() throws Exception {
        fixture.pki.enrolled(BASEL);
        assertThrows(Exception.class, () -> connect(basel));
    }

    @Test
    void aGreetingIsWelcomedAndTheInboxLearnsTheSiteFromTheCertificate() throws Exception {
        var site = connect(basel);
        site.send(0, 0, SiteDouble.greeting(1));
        var welcome = assertInstanceOf(CoordinatorBody.Welcome.class, site.next().body());
        assertEquals(CoordinatorBody.Session.NEW, welcome.session());
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
        assertEquals(Set.of(BASEL), fixture.server.connected());
        site.send(1, 0, declined(1));
        assertEquals(new Said.Received(BASEL, declined(1)), fixture.inbox.next());
    }

    @ParameterizedTest
    @ValueSource(ints = {-70, 70})
    void aSiteWhoseClockIsMoreThanAMinuteOffIsToldTheTimeAndTurnedAway(int seconds)
            throws Exception {
        var site = connect(basel);
        site.send(0, 0, SiteDouble.greeting(1, Instant.now().plusSeconds(seconds)));
        var welcome = assertInstanceOf(CoordinatorBody.Welcome.class, site.next().body());
        assertTrue(Duration.between(welcome.clock(), Instant.now()).abs().toSeconds() < 30);
        assertEquals(CloseReason.CLOCK_SKEW.code(), site.closeCode());
        assertEquals(Set.of(), fixture.server.connected());
        var away = assertInstanceOf(Said.TurnedAway.class, fixture.inbox.next());
        assertTrue(Math.abs(away.aheadSeconds() - seconds) < 30, away.toString());
    }

    @Test
    void aClockThatGoesWrongBetweenTwoConnectionsCostsTheSession() throws Exception {
        greeted(1);
        var second = connect(basel);
        second.send(0, 0, SiteDouble.greeting(1, Instant.now().plusSeconds(70)));
        assertEquals(CloseReason.CLOCK_SKEW.code(), second.closeCode());
        assertEquals(new Said.Lost(BASEL), fixture.inbox.next());
        assertInstanceOf(Said.TurnedAway.class, fixture.inbox.next());
        greeted(1);
    }

    @Test
    void aSiteWhoseClockIsHalfAMinuteOffIsWelcome() throws Exception {
        var site = connect(basel);
        site.send(0, 0, SiteDouble.greeting(1, Instant.now().minusSeconds(30)));
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
    }

    @Test
    void aResumedSessionDeliversEverythingOnceAndInOrder() throws Exception {
        var first = greeted(1);
        first.send(1, 0, declined(1));
        assertEquals(new Said.Received(BASEL, declined(1)), fixture.inbox.next());
        fixture.server.send(BASEL, ended(1));
        assertEquals(1, first.next().sequence());
        first.cut();
        assertEquals(new Said.Lost(BASEL), fixture.inbox.next());
        assertEquals(Set.of(), fixture.server.connected());
        fixture.server.send(BASEL, ended(2));
        fixture.server.send(BASEL, ended(3));

        var second = connect(basel);
        second.send(0, 1, SiteDouble.greeting(1));
        var welcome = second.next();
        assertEquals(1, welcome.acknowledged());
        assertEquals(
                CoordinatorBody.Session.RESUMED,
                assertInstanceOf(CoordinatorBody.Welcome.class, welcome.body()).session());
        assertEquals(ended(2), second.next().body());
        assertEquals(ended(3), second.next().body());
        assertEquals(new Said.Connected(BASEL, Session.RESUMED), fixture.inbox.next());
        second.send(1, 3, declined(1));
        second.send(2, 3, declined(2));
        assertEquals(new Said.Received(BASEL, declined(2)), fixture.inbox.next());
    }

    @Test
    void aNewProcessOfASiteStartsANewSession() throws Exception {
        greeted(1).cut();
        assertEquals(new Said.Lost(BASEL), fixture.inbox.next());
        fixture.server.send(BASEL, ended(1));
        var second = connect(basel);
        second.send(0, 0, SiteDouble.greeting(2));
        second.next();
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
        fixture.server.send(BASEL, ended(9));
        assertEquals(ended(9), second.next().body());
    }

    @Test
    void aSecondConnectionOfASiteReplacesTheFirst() throws Exception {
        var first = greeted(1);
        var second = connect(basel);
        second.send(0, 0, SiteDouble.greeting(1));
        assertEquals(CloseReason.REPLACED.code(), first.closeCode());
        assertEquals(new Said.Connected(BASEL, Session.RESUMED), fixture.inbox.next());
        second.next();
        fixture.server.send(BASEL, ended(1));
        assertEquals(ended(1), second.next().body());
        assertEquals(Set.of(BASEL), fixture.server.connected());
    }

    @Test
    void aSiteThatOutlivedTheCoordinatorStartsANewSession() throws Exception {
        var site = connect(basel);
        site.send(0, 17, SiteDouble.greeting(1));
        var welcome = assertInstanceOf(CoordinatorBody.Welcome.class, site.next().body());
        assertEquals(CoordinatorBody.Session.NEW, welcome.session());
        fixture.server.send(BASEL, ended(1));
        assertEquals(1, site.next().sequence());
    }

    @Test
    void onlyTheProcessThatOutlivedTheCoordinatorIsToldThatItsJobsGoOn() throws Exception {
        var jobs = new TreeSet<>(Set.of(JOB, new JobId(new UUID(1, 3))));
        fixture.inbox.goesOn(SiteDouble.greeting(1).bootId(), jobs);
        var back = connect(basel);
        back.send(0, 17, SiteDouble.greeting(1));
        assertEquals(jobs, welcome(back).goesOn());
        back.cut();
        var resumed = connect(basel);
        resumed.send(0, 0, SiteDouble.greeting(1));
        assertEquals(Set.of(), welcome(resumed).goesOn(), "it has its session");
        resumed.cut();
        var fresh = connect(basel);
        fresh.send(0, 0, SiteDouble.greeting(2));
        assertEquals(Set.of(), welcome(fresh).goesOn());
    }

    private static CoordinatorBody.Welcome welcome(SiteDouble site) throws Exception {
        return assertInstanceOf(CoordinatorBody.Welcome.class, site.next().body());
    }

    @Test
    void aSessionInWhichTooMuchWaitsIsOverAndTheSiteStartsANewOne() throws Exception {
        greeted(1).cut();
        assertEquals(new Said.Lost(BASEL), fixture.inbox.next());
        for (int i = 0; i <= WireLimits.UNACKNOWLEDGED_MAX; i++) {
            fixture.server.send(BASEL, ended(i));
        }
        var second = connect(basel);
        second.send(0, 0, SiteDouble.greeting(1));
        second.next();
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
    }

    @Test
    void aPeerThatAnswersNoPingIsLostAndItsSessionKept() throws Exception {
        try (var hasty =
                new SitesFixture(directory.resolve("hasty"), new SitesServer.Liveness(1, 2, 10))) {
            var tls = hasty.pki.enrolled(BASEL);
            var site = SiteDouble.connect(tls, hasty.server.port());
            site.turnDeaf();
            site.send(0, 0, SiteDouble.greeting(1));
            assertEquals(new Said.Connected(BASEL, Session.NEW), hasty.inbox.next());
            assertEquals(new Said.Lost(BASEL), hasty.inbox.next());
            assertEquals(Set.of(), hasty.server.connected());
            var second = SiteDouble.connect(tls, hasty.server.port());
            second.send(0, 0, SiteDouble.greeting(1));
            assertEquals(new Said.Connected(BASEL, Session.RESUMED), hasty.inbox.next());
        }
    }

    @Test
    void aPeerThatNeverGreetsIsTurnedAway() throws Exception {
        try (var hasty =
                new SitesFixture(directory.resolve("hasty"), new SitesServer.Liveness(1, 10, 1))) {
            var site = SiteDouble.connect(hasty.pki.enrolled(BASEL), hasty.server.port());
            assertEquals(CloseReason.NO_GREETING.code(), site.closeCode());
        }
    }

    @Test
    void sitesDoNotMix() throws Exception {
        var one = greeted(1);
        var other = connect(fixture.pki.enrolled(OSLO));
        other.send(0, 0, SiteDouble.greeting(2));
        other.next();
        assertEquals(new Said.Connected(OSLO, Session.NEW), fixture.inbox.next());
        fixture.server.send(OSLO, ended(2));
        fixture.server.send(BASEL, ended(1));
        assertEquals(ended(2), other.next().body());
        assertEquals(ended(1), one.next().body());
        assertEquals(Set.of(BASEL, OSLO), fixture.server.connected());
    }

    @Test
    void aMessageThatIsNoneClosesTheConnectionAndEndsTheSession() throws Exception {
        var site = greeted(1);
        site.sendBytes(new byte[] {1, 2, 3});
        assertEquals(CloseReason.BAD_MESSAGE.code(), site.closeCode());
        assertEquals(new Said.Lost(BASEL), fixture.inbox.next());
        var second = connect(basel);
        second.send(0, 0, SiteDouble.greeting(1));
        second.next();
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
    }

    @Test
    void whoeverDoesNotGreetFirstIsTurnedAway() throws Exception {
        var site = connect(basel);
        site.send(1, 0, declined(1));
        assertEquals(CloseReason.NO_GREETING.code(), site.closeCode());
    }

    @Test
    void anUnansweredMessageIsAcknowledgedWithinASecondOrSo() throws Exception {
        var site = greeted(1);
        site.send(1, 0, declined(1));
        var frame = site.next();
        assertEquals(new CoordinatorBody.Acknowledge(), frame.body());
        assertEquals(1, frame.acknowledged());
    }

    @Test
    void aMessageOfSeveralMegabytesArrivesWhole() throws Exception {
        var site = greeted(1);
        var plan =
                new CoordinatorBody.PlanOffer(
                        JOB, io.confide.common.model.Bytes.wrap(new byte[1 << 20]));
        fixture.server.send(BASEL, plan);
        assertEquals(plan, site.next().body());
    }

    @Test
    void afterTheCloseNothingListensAndNobodyCountsAsLost() throws Exception {
        greeted(1);
        int port = fixture.server.port();
        fixture.server.close();
        assertTrue(fixture.inbox.isEmpty());
        assertThrows(Exception.class, () -> SiteDouble.connect(basel, port));
        fixture.server.send(BASEL, ended(1));
        assertTrue(fixture.server.connected().isEmpty());
    }

    private SiteDouble connect(SSLContext tls) {
        return SiteDouble.connect(tls, fixture.server.port());
    }

    private SiteDouble greeted(int boot) throws Exception {
        var site = connect(basel);
        site.send(0, 0, SiteDouble.greeting(boot));
        site.next();
        assertEquals(new Said.Connected(BASEL, Session.NEW), fixture.inbox.next());
        return site;
    }

    private static SiteBody declined(long round) {
        return new SiteBody.Declined(JOB, new Subject.Round(round), "K8");
    }

    private static CoordinatorBody ended(long number) {
        return new CoordinatorBody.JobEnded(JOB, Long.toString(number));
    }
}
