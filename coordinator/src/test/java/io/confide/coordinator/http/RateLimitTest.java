package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.http.RateLimit.Verdict;
import io.vertx.core.net.SocketAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "2001:db8:1:2:3:4:5:6, 20010db800010002/64",
        "2001:db8:1:2:ffff::1, 20010db800010002/64",
        "2001:db8:1:3::1, 20010db800010003/64",
        "::1, 0000000000000000/64"
    })
    void whoHasAWholeNetworkOfAddressesHasOneBucket(String address, String network) {
        assertEquals(network, RateLimit.network(SocketAddress.inetSocketAddress(1, address)));
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
