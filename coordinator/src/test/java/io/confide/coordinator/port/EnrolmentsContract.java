package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
        assertEquals(new Redeemed.Accepted(BASEL), redeem("a", NOW));
        assertEquals(new Redeemed.AlreadyUsed(BASEL, NOW), redeem("a", NOW.plusSeconds(5)));
    }

    @Test
    void aTokenNobodyIssuedIsUnknown() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertEquals(new Redeemed.Unknown(), redeem("b", NOW));
    }

    @Test
    void aTokenExpiresAtItsInstantAndIsNotUsedUpByTrying() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertEquals(new Redeemed.Expired(BASEL, LATER), redeem("a", LATER));
        assertEquals(new Redeemed.Accepted(BASEL), redeem("a", LATER.minusMillis(1)));
    }

    @Test
    void aUsedTokenStaysUsedAfterItExpired() {
        enrolments.issue(BASEL, hash("a"), LATER);
        redeem("a", NOW);
        assertInstanceOf(Redeemed.AlreadyUsed.class, redeem("a", LATER.plusSeconds(1)));
    }

    @Test
    void aSiteMayHoldSeveralOpenTokens() {
        enrolments.issue(BASEL, hash("a"), LATER);
        enrolments.issue(BASEL, hash("b"), LATER);
        assertEquals(new Redeemed.Accepted(BASEL), redeem("b", NOW));
        assertEquals(new Redeemed.Accepted(BASEL), redeem("a", NOW));
    }

    @Test
    void exactlyOneOfManyAtOnceIsAccepted() throws Exception {
        enrolments.issue(BASEL, hash("a"), LATER);
        var start = new CountDownLatch(1);
        Callable<Redeemed> redeem =
                () -> {
                    start.await();
                    return redeem("a", NOW);
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
        enrolments.issue(BASEL, hash("a"), LATER);
        enrolments.issue(BASEL, hash("b"), LATER);
        redeem("a", NOW);
        redeem("b", NOW.plusSeconds(5));
        var found = enrolments.find(BASEL).orElseThrow();
        assertEquals(enrolment(BASEL, "b", NOW.plusSeconds(5)), found);
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
        enrolments.issue(OSLO, hash("a"), LATER);
        enrolments.issue(BASEL, hash("b"), LATER);
        redeem("a", NOW);
        redeem("b", NOW);
        assertEquals(
                List.of(BASEL, OSLO),
                enrolments.all().stream().map(Enrolments.Enrolment::site).toList());
    }

    @Test
    void whatFailsInTheMiddleHasChangedNothing() {
        enrolments.issue(BASEL, hash("a"), LATER);
        assertThrows(
                IllegalStateException.class,
                () ->
                        enrolments.redeem(
                                hash("a"),
                                NOW,
                                _ -> {
                                    throw new IllegalStateException("no room for the record");
                                }));
        assertTrue(enrolments.find(BASEL).isEmpty());
        assertEquals(new Redeemed.Accepted(BASEL), redeem("a", NOW));
    }

    @Test
    void onlyTheOneWhoIsAcceptedIsAskedForAnEnrolment() {
        enrolments.issue(BASEL, hash("a"), LATER);
        redeem("a", NOW);
        var before = enrolments.all();
        for (var token : List.of("a", "b")) {
            enrolments.redeem(
                    hash(token),
                    NOW,
                    site -> {
                        throw new AssertionError(site + " enrols again");
                    });
        }
        assertEquals(before, enrolments.all());
    }

    private Redeemed redeem(String token, Instant now) {
        return enrolments.redeem(hash(token), now, site -> enrolment(site, token, now));
    }

    private static Enrolments.Enrolment enrolment(SiteId site, String token, Instant since) {
        return new Enrolments.Enrolment(
                site,
                hash("certificate " + token),
                hash("key " + token),
                since,
                Optional.of(since.plus(Duration.ofDays(90))));
    }

    private static Bytes hash(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).value();
    }
}
