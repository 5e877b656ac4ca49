package io.confide.common.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.robust.GroupVectors;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

class PartitionTest {
    static Stream<JsonNode> partitions() {
        return GroupVectors.of("partitions");
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void drawsTheGroupsOfTheScript(JsonNode answer) {
        var roster =
                roster(
                        answer.required("sites").asInt(),
                        answer.required("colluders").asInt(),
                        answer.required("version").asLong());
        var expected =
                StreamSupport.stream(answer.required("members").spliterator(), false)
                        .map(
                                group ->
                                        StreamSupport.stream(group.spliterator(), false)
                                                .map(index -> "site-" + index.asInt())
                                                .toList())
                        .toList();
        assertEquals(expected, names(Partition.of(roster, answer.required("groups").asInt())));
    }

    /** Everybody is in one group; each group is a roster that bears all C and the loss of one more site at any step. */
    @Property(tries = 300)
    void everyGroupHidesItsMembersEvenFromAllWhoCollude(
            @ForAll @IntRange(min = 4, max = 300) int n,
            @ForAll @IntRange(max = 66) int wanted,
            @ForAll @IntRange(min = 1, max = 64) int count) {
        int colluders = Math.min(wanted, n - 2);
        if (count > Partition.countMax(n, colluders)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Partition.of(roster(n, colluders, 1), count));
            return;
        }
        var roster = roster(n, colluders, 1);
        var partition = Partition.of(roster, count);
        var members = new TreeSet<SiteId>();
        int all = 0;
        for (int group = 0; group < count; group++) {
            var own = partition.groups().get(group);
            assertEquals(colluders, own.colluders());
            assertEquals(roster.coordinatorKey(), own.coordinatorKey());
            assertTrue(own.mMin() >= Math.max(Math.max(3, own.q()), colluders + 2));
            assertTrue(own.size() > own.mMin() || own.size() > own.q(), own::toString);
            for (var member : own.members()) {
                members.add(member.site());
                assertEquals(group, partition.groupOf(member.site()));
                assertEquals(
                        member.key(),
                        roster.member(roster.indexOf(member.site()).orElseThrow()).key());
            }
            all += own.size();
        }
        assertEquals(n, all);
        assertEquals(n, members.size());
        assertEquals(
                partition.groups().stream().map(Roster::size).toList(),
                Partition.sizes(n, colluders, count));
    }

    /**
     * A6 over several jobs: with the sums of all groups for every G in hand, each site is only ever seen together with the rest
     * of its block.
     */
    @Test
    void noNumberOfGroupsEverSplitsABlock() {
        for (int colluders : new int[] {0, 1, 3}) {
            int n = 41;
            var roster = roster(n, colluders, 1);
            var seen = new ArrayList<List<Integer>>();
            for (int site = 0; site < n; site++) {
                seen.add(new ArrayList<>());
            }
            for (int count = 1; count <= Partition.countMax(n, colluders); count++) {
                var partition = Partition.of(roster, count);
                for (int site = 0; site < n; site++) {
                    seen.get(site).add(partition.groupOf(roster.member(site).site()));
                }
            }
            for (var one : seen) {
                int alike = Collections.frequency(seen, one);
                assertTrue(alike >= Partition.blockMin(colluders), () -> alike + " sites");
            }
        }
    }

    @Test
    void theGroupsFollowFromTheRosterAlone() {
        assertEquals(
                names(Partition.of(roster(20, 1, 1), 5)), names(Partition.of(roster(20, 1, 1), 5)));
        assertNotEquals(
                names(Partition.of(roster(20, 1, 1), 5)), names(Partition.of(roster(20, 1, 2), 5)));
    }

    /** Over many rosters every pair of sites is in one group about as often as chance has it. */
    @Test
    void anyTwoSitesMeetAsOftenAsByChance() {
        int rosters = 2000;
        int met = 0;
        for (int version = 0; version < rosters; version++) {
            var partition = Partition.of(roster(12, 1, version), 3);
            if (partition.groupOf(new SiteId("site-2"))
                    == partition.groupOf(new SiteId("site-9"))) {
                met++;
            }
        }
        // Binomial with p = 3/11: five standard deviations.
        assertEquals(rosters * 3 / 11.0, met, 5 * Math.sqrt(rosters * 24 / 121.0));
    }

    private static List<List<String>> names(Partition partition) {
        return partition.groups().stream()
                .map(group -> group.members().stream().map(m -> m.site().value()).toList())
                .toList();
    }

    private static Roster roster(int n, int colluders, long version) {
        var members =
                IntStream.range(0, n)
                        .mapToObj(
                                i ->
                                        new Roster.Member(
                                                new SiteId("site-" + i), key(i % 256, 1 + i / 256)))
                        .toList();
        return new Roster(version, colluders, key(0xEE, 0xEE), members);
    }

    private static Bytes key(int even, int odd) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) odd);
        for (int i = 0; i < bytes.length; i += 2) {
            bytes[i] = (byte) even;
        }
        return Bytes.wrap(bytes);
    }
}
