package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.http.RateLimit.Verdict;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final RateLimit limit = new RateLimit(3, 1000);

    @Test
    void aBurstPassesAndThenOneInEveryInterval() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Verdict.PASS, limit.take("a", 0));
        }
        assertEquals(Verdict.WAIT, limit.take("a", 999));
        assertEquals(Verdict.PASS, limit.take("a", 1000));
        assertEquals(Verdict.WAIT, limit.take("a", 1001));
        assertEquals(Verdict.PASS, limit.take("a", 2000));
    }

    @Test
    void addressesDoNotShareABucket() {
        for (int i = 0; i < 3; i++) {
            limit.take("a", 0);
        }
        assertEquals(Verdict.WAIT, limit.take("a", 0));
        assertEquals(Verdict.PASS, limit.take("b", 0));
    }

    @Test
    void aQuietAddressGetsItsBurstBackAndNotMore() {
        for (int i = 0; i < 3; i++) {
            limit.take("a", 0);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals(Verdict.PASS, limit.take("a", 1_000_000));
        }
        assertEquals(Verdict.WAIT, limit.take("a", 1_000_000));
    }
}
