package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.coordinator.port.Enrolments.Redeemed;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** What every implementation of {@link Enrolments} must do. */
public abstract class EnrolmentsContract {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(24));
    private static final SiteId BASEL = new SiteId("basel");
    private static final SiteId OSLO = new SiteId("oslo");

    private Enrolments enrolments;

    /** Returns an empty one. */
    protected abstract Enrolments create() throws Exception;

    @BeforeEach
    void createOne() throws Exception {
        enrolments = create();
    }

    @Test
    void aTokenIsAcceptedOnceAndThenSaysWhenItWasUsed() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertEquals(new Redeemed.Accepted(BASEL), enrolments.redeem(hash("a"), NOW));
        assertEquals(
                new Redeemed.AlreadyUsed(BASEL, NOW),
                enrolments.redeem(hash("a"), NOW.plusSeconds(5)));
    }

    @Test
    void aTokenNobodyIssuedIsUnknown() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertEquals(new Redeemed.Unknown(), enrolments.redeem(hash("b"), NOW));
    }

    @Test
    void aTokenExpiresAtItsInstantAndIsNotUsedUpByTrying() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertEquals(new Redeemed.Expired(BASEL, LATER), enrolments.redeem(hash("a"), LATER));
        assertEquals(
                new Redeemed.Accepted(BASEL), enrolments.redeem(hash("a"), LATER.minusMillis(1)));
    }

    @Test
    void aUsedTokenStaysUsedAfterItExpired() {
        enrolments.issue(BASEL, hash("a"), LATER);
        enrolments.redeem(hash("a"), NOW);
        assertInstanceOf(
                Redeemed.AlreadyUsed.class, enrolments.redeem(hash("a"), LATER.plusSeconds(1)));
    }

    @Test
    void aSiteMayHoldSeveralOpenTokens() {
        enrolments.issue(BASEL, hash("a"), LATER);
        enrolments.issue(BASEL, hash("b"), LATER);
        assertEquals(new Redeemed.Accepted(BASEL), enrolments.redeem(hash("b"), NOW));
        assertEquals(new Redeemed.Accepted(BASEL), enrolments.redeem(hash("a"), NOW));
    }

    @Test
    void exactlyOneOfManyAtOnceIsAccepted() throws Exception {
        enrolments.issue(BASEL, hash("a"), LATER);
        var start = new CountDownLatch(1);
        Callable<Redeemed> redeem =
                () -> {
                    start.await();
                    return enrolments.redeem(hash("a"), NOW);
                };
        try (var threads = Executors.newFixedThreadPool(8)) {
            var attempts = IntStream.range(0, 8).mapToObj(_ -> threads.submit(redeem)).toList();
            start.countDown();
            int accepted = 0;
            for (var attempt : attempts) {
                accepted += attempt.get() instanceof Redeemed.Accepted ? 1 : 0;
            }
            assertEquals(1, accepted);
        }
    }

    @Test
    void theLastEnrolmentOfASiteIsTheOneThatIsFound() {
        enrolments.enrolled(enrolment(BASEL, hash("old"), key("k1"), NOW));
        enrolments.enrolled(enrolment(BASEL, hash("new"), key("k2"), LATER));
        var found = enrolments.find(BASEL).orElseThrow();
        assertEquals(enrolment(BASEL, hash("new"), key("k2"), LATER), found);
        assertEquals(List.of(found), enrolments.all());
    }

    @Test
    void aSiteThatNeverEnrolledIsNotFoundEvenIfInvited() {
        enrolments.issue(OSLO, hash("a"), LATER);
        assertTrue(enrolments.find(OSLO).isEmpty());
        assertTrue(enrolments.all().isEmpty());
    }

    @Test
    void allSitesAreListedByName() {
        enrolments.enrolled(enrolment(OSLO, hash("o"), key("k1"), NOW));
        enrolments.enrolled(enrolment(BASEL, hash("b"), key("k2"), NOW));
        assertEquals(
                List.of(BASEL, OSLO),
                enrolments.all().stream().map(Enrolments.Enrolment::site).toList());
    }

    private static Enrolments.Enrolment enrolment(
            SiteId site, Bytes certificate, Bytes key, Instant since) {
        return new Enrolments.Enrolment(
                site, certificate, key, since, Optional.of(since.plus(Duration.ofDays(90))));
    }

    private static Bytes hash(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).value();
    }

    private static Bytes key(String text) {
        return hash("key " + text);
    }
}
