package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundEvent.Phase;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** What every implementation of {@link RoundLog} must do, together with the {@link Leases} of the same store. */
public abstract class RoundLogContract {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final SiteId SITE = new SiteId("basel");
    private static final List<RoundEvent> EVERY_KIND =
            List.of(
                    new RoundEvent.InputFolded(
                            SITE, new UploadProof(Digest.ZERO.value(), Bytes.ofHex("0102"))),
                    new RoundEvent.SiteLost(SITE),
                    new RoundEvent.SiteReturned(SITE),
                    new RoundEvent.GracePassed(SITE),
                    new RoundEvent.SiteDeclined(SITE, "K10"),
                    new RoundEvent.MessageUnusable(SITE, "WRONG_HASH"),
                    new RoundEvent.DeadlinePassed(Phase.RETURN),
                    new RoundEvent.SignVerified(SITE, Bytes.ofHex("0a0b")),
                    new RoundEvent.RevealVerified(SITE),
                    new RoundEvent.Unmasked(Digest.of(new byte[] {1})),
                    new RoundEvent.IntegrityBroken(),
                    new RoundEvent.LeaderLost(),
                    new RoundEvent.TakenOver());

    private RoundLog log;
    private Leases leases;

    /** Makes both over one empty store. */
    protected abstract Both create() throws Exception;

    public record Both(RoundLog log, Leases leases) {}

    @BeforeEach
    void createBoth() throws Exception {
        var both = create();
        log = both.log();
        leases = both.leases();
    }

    private FencingToken lease(String holder) {
        return leases.take(JOB, holder, Duration.ZERO).orElseThrow();
    }

    private static LogEntry happened(long sequence, RoundEvent event) {
        return new LogEntry.RoundHappened(3, sequence, event);
    }

    @Test
    void everyKindOfEventIsReadAsItWasWrittenAndInOrder() throws Exception {
        var token = lease("one");
        var entries = new ArrayList<LogEntry>();
        for (var event : EVERY_KIND) {
            entries.add(happened(entries.size(), event));
        }
        log.append(JOB, token, entries.subList(0, 5));
        log.append(JOB, token, entries.subList(5, entries.size()));
        assertEquals(EVERY_KIND, log.read(JOB, 3));
        assertEquals(List.of(), log.read(JOB, 4));
        assertEquals(List.of(), log.read(new JobId(new UUID(9, 9)), 3));
    }

    @Test
    void anOldDriverWritesNothing() throws Exception {
        var old = lease("one");
        log.append(JOB, old, List.of(happened(0, new RoundEvent.LeaderLost())));
        var fresh = lease("other");
        assertThrows(
                FencedException.class,
                () -> log.append(JOB, old, List.of(happened(1, new RoundEvent.LeaderLost()))));
        assertEquals(1, log.read(JOB, 3).size());
        log.append(JOB, fresh, List.of(happened(1, new RoundEvent.LeaderLost())));
        assertEquals(2, log.read(JOB, 3).size());
    }

    @Test
    void withoutALeaseNothingIsWritten() {
        assertThrows(
                FencedException.class,
                () ->
                        log.append(
                                JOB,
                                new FencingToken(1),
                                List.of(happened(0, new RoundEvent.LeaderLost()))));
    }

    @Test
    void aNumberIsTakenOnceAndThenNothingOfTheAppendIsWritten() throws Exception {
        var token = lease("one");
        log.append(JOB, token, List.of(happened(0, new RoundEvent.SiteLost(SITE))));
        assertThrows(
                RuntimeException.class,
                () ->
                        log.append(
                                JOB,
                                token,
                                List.of(
                                        happened(1, new RoundEvent.SiteReturned(SITE)),
                                        happened(0, new RoundEvent.LeaderLost()))));
        assertEquals(List.of(new RoundEvent.SiteLost(SITE)), log.read(JOB, 3));
    }

    @Test
    void aSiteHasOneInputPerRound() throws Exception {
        var token = lease("one");
        log.append(JOB, token, List.of(upload(3)));
        log.append(JOB, token, List.of(upload(4)));
        assertThrows(RuntimeException.class, () -> log.append(JOB, token, List.of(upload(3))));
    }

    @Test
    void theSumsThatSitesWereAskedToOpenAreRecalledByRound() throws Exception {
        var token = lease("one");
        var included = new TreeSet<>(Set.of(SITE, new SiteId("oslo")));
        log.append(JOB, token, List.of(new LogEntry.SumFixed(4, included)));
        assertEquals(Map.of(4L, included), log.recall(JOB).sums());
        assertThrows(
                RuntimeException.class,
                () -> log.append(JOB, token, List.of(new LogEntry.SumFixed(4, included))));
    }

    @Test
    void aNumberOfAKeySetUpIsUsedOnceWhateverBecomesOfIt() throws Exception {
        assertEquals(0, log.recall(JOB).lastEpoch());
        var token = lease("one");
        log.append(JOB, token, List.of(new LogEntry.EpochBegun(1)));
        log.append(JOB, token, List.of(new LogEntry.EpochBegun(2)));
        assertEquals(2, log.recall(JOB).lastEpoch());
        assertThrows(
                RuntimeException.class,
                () -> log.append(JOB, token, List.of(new LogEntry.EpochBegun(2))));
    }

    private static LogEntry upload(long round) {
        return new LogEntry.UploadFolded(round, SITE, Digest.ZERO, Bytes.ofHex("01"));
    }
}
