package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.aggregate.HeapStaging;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.OpenRounds.Expected;
import io.confide.coordinator.round.Summing;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Where the chunks of a site go that uploads to this member; another one may lead the job. */
class ClusterStagingTest {
    private static final JobId JOB = new JobId(new UUID(1, 1));
    private static final SiteId LYON = new SiteId("lyon");
    private static final String LEADER = "leader";
    private static final String THIRD = "third";
    private static final Bytes CHUNK = Bytes.ofHex("0102");

    private final Net net = new Net();
    private final Whereabouts whereabouts = new Whereabouts();
    private final HeapStaging here = new HeapStaging();
    private final HeapStaging atLeader = new HeapStaging();
    private final HeapStaging atThird = new HeapStaging();
    private final List<Long> staged = new ArrayList<>();
    private Optional<Expected> expected = Optional.of(new Expected(2, Summing.AT_MEMBERS));
    private Optional<Expected> expectedHere = Optional.empty();
    private long nanos;
    private final ClusterRounds rounds =
            new ClusterRounds(net, whereabouts, (_, _, _) -> expectedHere, () -> nanos);
    private final ClusterStaging staging =
            new ClusterStaging(net, whereabouts, rounds, (_, round) -> staged.add(round), here);

    @BeforeEach
    void join() {
        net.join(LEADER, LEADER, mail -> said(atLeader, mail));
        net.join(THIRD, THIRD, mail -> said(atThird, mail));
        leads(LEADER, 1);
    }

    private void leads(String member, long token) {
        whereabouts.leads(member, List.of(new Led(JOB, new FencingToken(token), new TreeMap<>())));
    }

    private byte[] said(HeapStaging staging, PeerMail mail) {
        return switch (mail) {
            case PeerMail.VectorBytes _ -> ClusterRounds.answer(expected);
            case PeerMail.StoreChunk(var job, var round, var site, var chunk, var content) -> {
                staging.store(job, round, site, chunk, content);
                yield new byte[0];
            }
            case PeerMail.HaveChunks(var job, var round, var site) ->
                    staging.have(job, round, site).toByteArray();
            default -> throw new AssertionError(mail);
        };
    }

    private void connects(String member) {
        whereabouts.arrived(
                member,
                LYON,
                new SiteBody.Greeting(
                        CHUNK,
                        Instant.EPOCH,
                        "confide 1",
                        List.of(),
                        new Capacity(1, 1, Optional.empty())));
    }

    private Optional<Expected> upload() {
        var taken = rounds.vectorBytes(JOB, 1, LYON);
        staging.store(JOB, 1, LYON, 0, CHUNK);
        return taken;
    }

    @Test
    void whatMembersAddUpIsStagedWhereTheSiteIsConnected() {
        connects(Net.SELF);
        assertEquals(expected, upload());
        assertTrue(here.holds(JOB, 1, LYON));
        assertTrue(staging.have(JOB, 1, LYON).get(0));
        assertEquals(List.of(1L), staged);
        assertFalse(atLeader.holds(JOB, 1, LYON));
    }

    @Test
    void aRequestThatCameToAnotherMemberIsPassedOn() {
        connects(THIRD);
        upload();
        assertTrue(atThird.holds(JOB, 1, LYON));
        assertTrue(staging.have(JOB, 1, LYON).get(0));
        assertFalse(here.holds(JOB, 1, LYON));
        assertEquals(List.of(), staged);
    }

    @Test
    void whatTheLeaderAddsUpIsStagedThere() {
        connects(Net.SELF);
        expected = Optional.of(new Expected(2, Summing.AT_LEADER));
        assertEquals(expected, upload());
        assertTrue(atLeader.holds(JOB, 1, LYON));
        assertTrue(staging.have(JOB, 1, LYON).get(0));
        assertFalse(here.holds(JOB, 1, LYON));
    }

    @Test
    void theLeaderPutsItWhereItBelongsToo() {
        leads(Net.SELF, 2);
        connects(THIRD);
        expectedHere = Optional.of(new Expected(2, Summing.AT_MEMBERS));
        assertEquals(expectedHere, upload());
        assertTrue(atThird.holds(JOB, 1, LYON));
        expectedHere = Optional.of(new Expected(2, Summing.AT_LEADER));
        upload();
        assertTrue(here.holds(JOB, 1, LYON));
        assertEquals(1, net.asked(THIRD));
        assertEquals(0, net.asked(LEADER));
    }

    @Test
    void theLeaderIsBelievedForAMomentAndItsSuccessorIsAskedAtOnce() {
        connects(Net.SELF);
        for (int chunk = 0; chunk < 5; chunk++) {
            upload();
        }
        assertEquals(1, net.asked(LEADER));
        nanos += ClusterRounds.BELIEVED.toNanos();
        upload();
        assertEquals(2, net.asked(LEADER));
        leads(THIRD, 2);
        upload();
        assertEquals(1, net.asked(THIRD));
    }

    @Test
    void aRefusalIsNotRemembered() {
        var before = expected;
        expected = Optional.empty();
        assertEquals(Optional.empty(), rounds.vectorBytes(JOB, 1, LYON));
        expected = before;
        assertEquals(expected, rounds.vectorBytes(JOB, 1, LYON));
    }

    /** Until the leader says something else: a chunk may take longer to come than its answer is believed. */
    @Test
    void aSlowChunkGoesWhereTheLeaderSaidLast() {
        connects(Net.SELF);
        rounds.vectorBytes(JOB, 1, LYON);
        nanos += 100 * ClusterRounds.BELIEVED.toNanos();
        staging.store(JOB, 1, LYON, 0, CHUNK);
        assertTrue(here.holds(JOB, 1, LYON));
    }

    @Test
    void onlySoMuchIsRemembered() {
        connects(Net.SELF);
        rounds.vectorBytes(JOB, 1, LYON);
        for (int round = 2; round <= ClusterRounds.REMEMBERED_MAX + 1; round++) {
            rounds.vectorBytes(JOB, round, LYON);
        }
        assertEquals(Summing.AT_LEADER, rounds.summing(JOB, 1, LYON));
        assertEquals(Summing.AT_MEMBERS, rounds.summing(JOB, 2, LYON));
    }
}
