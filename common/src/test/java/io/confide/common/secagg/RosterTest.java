package io.confide.common.secagg;

import static io.confide.common.secagg.ReferenceVectors.filled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

class RosterTest {
    private static final Bytes COORDINATOR = filled("c0").value();

    /** PROTOCOL.md §3.6: the table of the complete graph. */
    @ParameterizedTest
    @CsvSource({
        "3, 0, 2, 3",
        "3, 1, 3, 3",
        "5, 0, 3, 3",
        "5, 1, 4, 4",
        "7, 2, 5, 5",
        "10, 1, 6, 6",
        "10, 3, 7, 7",
        "20, 2, 12, 12",
        "20, 4, 13, 13",
        "20, 6, 14, 14",
        "50, 16, 34, 34",
        "100, 33, 67, 67",
        "200, 0, 101, 101",
        "200, 40, 121, 121",
        "200, 66, 134, 134"
    })
    void derivesThresholdQuorumAndFloor(int n, int colluders, int q, int mMin) {
        Roster roster = new Roster(1, colluders, COORDINATOR, members(n));
        assertEquals(q, roster.q());
        assertEquals(q, roster.t());
        assertEquals(mMin, roster.mMin());
        SecAggPolicy policy =
                SecAggPolicy.completeGraph(
                        roster, 4, SecAggPolicy.FastPath.ALLOWED, filled("01"), filled("02"));
        assertEquals(Math.max(mMin, 4), policy.floor());
        assertEquals(0, policy.k());
        assertEquals(0, policy.deltaPpm());
        assertEquals(1, policy.mDiff());
        assertEquals(1_000_000 * colluders / n, policy.gammaPpm());
        assertEquals(policy, SecAggPolicy.parse(policy.bytes()).orElseThrow());
        assertEquals(roster, Roster.parse(roster.bytes()).orElseThrow());
    }

    @Test
    void refusesRostersThatCannotProtectAnybody() {
        List<Roster.Member> three = members(3);
        List<Roster.Member> two = members(2);
        List<Roster.Member> many = members(10_001);
        assertThrows(IllegalArgumentException.class, () -> new Roster(1, 0, COORDINATOR, two));
        assertThrows(IllegalArgumentException.class, () -> new Roster(1, 0, COORDINATOR, many));
        assertThrows(IllegalArgumentException.class, () -> new Roster(1, 2, COORDINATOR, three));
        assertThrows(IllegalArgumentException.class, () -> new Roster(1, -1, COORDINATOR, three));
        assertThrows(IllegalArgumentException.class, () -> new Roster(-1, 0, COORDINATOR, three));
    }

    @Test
    void refusesNamesAndKeysThatStandTwice() {
        List<Roster.Member> members = members(3);
        var sameName =
                List.of(
                        members.get(0),
                        members.get(1),
                        new Roster.Member(new SiteId("site0"), filled("77").value()));
        var sameKey =
                List.of(
                        members.get(0),
                        members.get(1),
                        new Roster.Member(new SiteId("other"), members.get(0).key()));
        var coordinatorsKey =
                List.of(
                        members.get(0),
                        members.get(1),
                        new Roster.Member(new SiteId("other"), COORDINATOR));
        for (var wrong : List.of(sameName, sameKey, coordinatorsKey)) {
            assertThrows(
                    IllegalArgumentException.class, () -> new Roster(1, 0, COORDINATOR, wrong));
        }
    }

    @Test
    void refusesKeysOfAnotherLength() {
        var site = new SiteId("site0");
        Bytes shortKey = Bytes.wrap(new byte[31]);
        assertThrows(IllegalArgumentException.class, () -> new Roster.Member(site, shortKey));
        assertThrows(IllegalArgumentException.class, () -> new Roster(1, 0, shortKey, members(3)));
    }

    private static List<Roster.Member> members(int n) {
        return IntStream.range(0, n)
                .mapToObj(
                        i ->
                                new Roster.Member(
                                        new SiteId("site" + i),
                                        Bytes.wrap(ByteBuffer.allocate(32).putInt(i).array())))
                .toList();
    }
}
