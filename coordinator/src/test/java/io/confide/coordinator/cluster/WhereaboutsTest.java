package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LocalJobs.Led;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

class WhereaboutsTest {
    private static final JobId JOB = new JobId(new UUID(1, 1));
    private static final SiteId LYON = new SiteId("lyon");
    private static final SiteId OSLO = new SiteId("oslo");
    private static final Bytes BOOT = Bytes.ofHex("00112233445566778899aabbccddeeff");
    private static final SiteBody.Greeting GREETING =
            new SiteBody.Greeting(
                    BOOT,
                    Instant.EPOCH,
                    "confide 1",
                    List.of(),
                    new Capacity(1, 1, Optional.empty()));

    private final Whereabouts whereabouts = new Whereabouts();

    private static Led led(long token) {
        return new Led(JOB, new FencingToken(token), new TreeMap<>(Map.of(LYON, BOOT)));
    }

    @Test
    void aSiteIsWhereItCameLastAndItsOldMemberCannotTakeItAway() {
        whereabouts.arrived("a", LYON, GREETING);
        whereabouts.arrived("b", LYON, GREETING);
        assertFalse(whereabouts.left("a", LYON));
        assertEquals(Optional.of("b"), whereabouts.memberOf(LYON));
        assertTrue(whereabouts.left("b", LYON));
        assertEquals(Set.of(), whereabouts.sites());
        // Its session stays there, and what is sent waits in it.
        assertEquals(Optional.of("b"), whereabouts.memberOf(LYON));
        whereabouts.gone("b");
        assertEquals(Optional.empty(), whereabouts.memberOf(LYON));
    }

    @Test
    void whatNobodyHasToldGoesOnIfItIsKept() {
        assertEquals(Set.of(), whereabouts.goesOn(LYON, BOOT));
        whereabouts.areKept(new TreeMap<>(Map.of(JOB, new TreeMap<>(Map.of(LYON, BOOT)))));
        assertEquals(Set.of(JOB), whereabouts.goesOn(LYON, BOOT));
        assertEquals(Set.of(), whereabouts.goesOn(LYON, Bytes.ofHex("ff")));
        assertEquals(Set.of(), whereabouts.goesOn(OSLO, BOOT));
        whereabouts.areKept(new TreeMap<>());
        assertEquals(Set.of(), whereabouts.goesOn(LYON, BOOT));
    }

    @Test
    void whoBeginsToReadIsToldFromThenOnAndStaysOneUntilTheNextList() {
        var other = new JobId(new UUID(1, 2));
        whereabouts.reads("a", Set.of(other));
        whereabouts.readsAsWell("a", JOB);
        assertEquals(List.of("a"), whereabouts.readersOf(JOB));
        assertEquals(List.of("a"), whereabouts.readersOf(other));
        whereabouts.reads("a", Set.of(other));
        assertEquals(List.of(), whereabouts.readersOf(JOB));
    }

    @Test
    void theSitesOfAMemberThatIsGoneAreGoneAndNoOthers() {
        whereabouts.arrived("a", LYON, GREETING);
        whereabouts.arrived("b", OSLO, GREETING);
        assertEquals(List.of(LYON), whereabouts.gone("a"));
        assertEquals(Set.of(OSLO), whereabouts.sites());
    }

    @Test
    void whoLeadsUnderTheHighestTokenLeads() {
        whereabouts.leads("a", List.of(led(1)));
        whereabouts.leads("b", List.of(led(2)));
        whereabouts.leads("a", List.of(led(1)));
        assertEquals(Optional.of("b"), whereabouts.leaderOf(JOB));
        // What it does not name was taken from it: the other one still leads.
        whereabouts.leads("a", List.of());
        assertEquals(Optional.of("b"), whereabouts.leaderOf(JOB));
        whereabouts.leads("b", List.of());
        assertEquals(Optional.empty(), whereabouts.leaderOf(JOB));
    }

    @Test
    void aProcessThatComesBackKeepsItsKeysAlsoWhileNobodyLeads() {
        whereabouts.leads("a", List.of(led(1)));
        whereabouts.gone("a");
        assertEquals(Optional.empty(), whereabouts.leaderOf(JOB));
        assertEquals(new TreeSet<>(Set.of(JOB)), whereabouts.goesOn(LYON, BOOT));
        assertEquals(
                Set.of(),
                whereabouts.goesOn(LYON, Bytes.ofHex("ff112233445566778899aabbccddeeff")));
        assertEquals(Set.of(), whereabouts.goesOn(OSLO, BOOT));
    }

    @Test
    void readersAreTheMembersThatSaidSoLast() {
        whereabouts.reads("a", Set.of(JOB));
        whereabouts.reads("b", Set.of());
        assertEquals(List.of("a"), whereabouts.readersOf(JOB));
        whereabouts.reads("a", Set.of());
        assertEquals(List.of(), whereabouts.readersOf(JOB));
    }

    @Test
    void aListOfAllSitesMendsWhatWasMissed() {
        whereabouts.arrived("b", OSLO, GREETING);
        var first = whereabouts.areAt("a", Map.of(LYON, GREETING, OSLO, GREETING));
        assertEquals(Set.of(LYON), first.come().keySet(), "oslo has gone to b since");
        assertEquals(List.of(), first.gone());
        var second = whereabouts.areAt("a", Map.of());
        assertEquals(List.of(LYON), second.gone());
        assertEquals(Set.of(OSLO), whereabouts.sites());
    }
}
