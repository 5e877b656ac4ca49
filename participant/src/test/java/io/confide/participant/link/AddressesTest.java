package io.confide.participant.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;

import org.junit.jupiter.api.Test;

import java.net.ConnectException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

class AddressesTest {
    private static final List<URI> FOUR =
            List.of(
                    URI.create("https://a:8443"),
                    URI.create("https://b:8443"),
                    URI.create("https://c:8443"),
                    URI.create("https://d:8443"));
    private static final ConfideException FOREIGN =
            new ConfideException(ErrorCode.AUTHORITY_MISMATCH, "foreign");

    private static Addresses four(long seed) {
        return new Addresses(FOUR, new SplittableRandom(seed));
    }

    private static Addresses.Next away(Addresses addresses) {
        return addresses.failed(new ConnectException(), Optional.empty());
    }

    private static Addresses.Next foreign(Addresses addresses) {
        return addresses.failed(FOREIGN, Optional.of(FOREIGN));
    }

    @Test
    void triesEachOnceBetweenTwoPausesAndBeginsWhereItBegan() {
        for (long seed = 0; seed < 50; seed++) {
            var addresses = four(seed);
            var first = addresses.present();
            for (int pass = 0; pass < 3; pass++) {
                var tried = new HashSet<URI>();
                for (int i = 0; i < 3; i++) {
                    tried.add(addresses.present());
                    assertInstanceOf(Addresses.Next.Another.class, away(addresses));
                }
                tried.add(addresses.present());
                var pause = assertInstanceOf(Addresses.Next.Pause.class, away(addresses));
                assertEquals(
                        FOUR, pause.failures().stream().map(Addresses.Failure::address).toList());
                assertEquals(4, tried.size());
                assertEquals(first, addresses.present());
            }
        }
    }

    @Test
    void theOneThatWorkedLastIsFirstAndAllOthersAreTriedBeforeAPause() {
        var addresses = four(1);
        away(addresses);
        away(addresses);
        var third = addresses.present();
        addresses.worked();
        assertEquals(third, addresses.present());
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Addresses.Next.Another.class, away(addresses));
            assertNotEquals(third, addresses.present());
        }
        assertInstanceOf(Addresses.Next.Pause.class, away(addresses));
        assertEquals(third, addresses.present());
    }

    @Test
    void sitesSpreadOverTheMembersAndThoseOfADeadMemberOverTheOthers() {
        var ways = new HashMap<List<URI>, Integer>();
        for (long seed = 0; seed < 1200; seed++) {
            var addresses = four(seed);
            var first = addresses.present();
            away(addresses);
            ways.merge(List.of(first, addresses.present()), 1, Integer::sum);
        }
        assertEquals(12, ways.size());
        // 100 each is expected; ten standard deviations are 96.
        assertTrue(ways.values().stream().allMatch(count -> count > 4 && count < 196), ways + "");
    }

    @Test
    void endsOnlyIfNoneHasWorkedAndAllFailedForGoodInOnePass() {
        var addresses = four(3);
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Addresses.Next.Another.class, foreign(addresses));
        }
        assertInstanceOf(Addresses.Next.Pause.class, away(addresses));
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Addresses.Next.Another.class, foreign(addresses));
        }
        assertEquals(new Addresses.Next.End(FOREIGN), foreign(addresses));
    }

    @Test
    void onceOneHasWorkedNothingIsForGood() {
        var addresses = four(4);
        addresses.worked();
        for (int i = 0; i < 3; i++) {
            assertInstanceOf(Addresses.Next.Another.class, foreign(addresses));
        }
        assertInstanceOf(Addresses.Next.Pause.class, foreign(addresses));
    }

    @Test
    void aSingleAddressEndsAtOnceOrPauses() {
        var single = new Addresses(FOUR.subList(0, 1), new SplittableRandom(5));
        var pause = assertInstanceOf(Addresses.Next.Pause.class, away(single));
        assertEquals(
                "cannot reach https://a:8443 (no connection); trying again, with pauses of at most"
                        + " 10 s",
                Outage.sentence(pause.failures()));
        assertEquals(new Addresses.Next.End(FOREIGN), foreign(single));
    }
}
