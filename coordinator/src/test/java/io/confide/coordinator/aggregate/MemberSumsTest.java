package io.confide.coordinator.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;
import io.confide.coordinator.aggregate.UncertainClaims.Answers;
import io.confide.coordinator.port.Boot;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.PartialSums.Folding;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class MemberSumsTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final JobId OTHER = new JobId(new UUID(1, 3));
    private static final FencingToken LEADER = new FencingToken(3);
    private static final FencingToken NEXT = new FencingToken(4);
    private static final SiteId LYON = new SiteId("lyon");
    private static final SiteId OSLO = new SiteId("oslo");
    private static final long[] OF_LYON = {1, -2, 3};
    private static final long[] OF_OSLO = {10, 20, Long.MIN_VALUE};
    private static final int WORDS = 3;

    private final Rows rows = new Rows();
    private final HeapStaging staging = new HeapStaging();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger boots = new AtomicInteger();
    private final MemberSums sums = member("here", rows);
    private final MemberSums elsewhere = member("there", rows);

    private MemberSums member(String name, Claims claims) {
        return new MemberSums(
                new MemberSums.Member(
                        name,
                        Duration.ofSeconds(10),
                        () -> new UUID(7, boots.incrementAndGet()),
                        nanos::get),
                rows,
                claims,
                staging);
    }

    @BeforeEach
    void begin() {
        sums.keep();
        elsewhere.keep();
        staging.put(JOB, 1, LYON, OF_LYON);
        staging.put(JOB, 1, OSLO, OF_OSLO);
    }

    private static Claims.Input input(JobId job, long round, SiteId site, long... words) {
        return new Claims.Input(
                job,
                round,
                site,
                new UploadProof(VectorHash.of(words).value(), Bytes.ofHex("0102")));
    }

    private static Claims.Input lyon() {
        return input(JOB, 1, LYON, OF_LYON);
    }

    private static Claims.Input oslo() {
        return input(JOB, 1, OSLO, OF_OSLO);
    }

    private Folding fold(Claims.Input input) {
        return sums.fold(LEADER, input, WORDS);
    }

    private MemberSums.Sealed sealed() {
        return sums.seal(LEADER, JOB, 1).orElseThrow();
    }

    private Optional<byte[]> read(MemberSums.Sealed sealed) {
        var boot = sealed.partial().orElseThrow().boot();
        return sums.read(new MemberSums.Place(JOB, 1, boot, sealed.generation()), 0, WORDS);
    }

    private Boot boot() {
        return sums.boot().orElseThrow();
    }

    @Test
    void theSumOfWhatWasFoldedIsSealedWithItsInputsAndItsHash() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Folding.FOLDED, fold(oslo()));
        var sealed = sealed();
        byte[] sum = Words.toBytes(new long[] {11, 18, Long.MIN_VALUE + 3});
        var partial = sealed.partial().orElseThrow();
        assertEquals("here", partial.member());
        assertEquals(boot(), partial.boot());
        var proofs = new TreeMap<SiteId, UploadProof>();
        proofs.put(LYON, lyon().proof());
        proofs.put(OSLO, oslo().proof());
        assertEquals(proofs, partial.inputs());
        assertEquals(Digest.of(sum), partial.hash());
        assertArrayEquals(sum, read(sealed).orElseThrow());
        assertEquals(sealed, sealed(), "sealing it again changes nothing");
        assertTrue(rows.counts(JOB, 1, partial));
    }

    @Test
    void anInputIsAddedOnceHoweverOftenItIsAskedFor() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertArrayEquals(Words.toBytes(OF_LYON), read(sealed()).orElseThrow());
    }

    @Test
    void whatIsNotWholeIsMissingAndIsNotClaimed() {
        assertEquals(Folding.MISSING, fold(input(JOB, 1, new SiteId("bern"), 1, 2, 3)));
        assertEquals(Folding.MISSING, sums.fold(LEADER, lyon(), WORDS + 1));
        assertEquals(Folding.FOLDED, elsewhere.fold(LEADER, lyon(), WORDS));
    }

    @Test
    void bytesOfAnotherHashAreNotAdded() {
        assertEquals(Folding.WRONG_HASH, fold(input(JOB, 1, LYON, 1, -2, 4)));
        assertEquals(Optional.empty(), sealed().partial());
    }

    @Test
    void aSecondVectorOfASiteIsEvidenceAgainstIt() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Folding.ANOTHER_INPUT, fold(input(JOB, 1, LYON, 9, 9, 9)));
    }

    @Test
    void whatIsInTheSumOfALiveMemberIsFolded() {
        assertEquals(Folding.FOLDED, elsewhere.fold(LEADER, lyon(), WORDS));
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Optional.empty(), sealed().partial());
    }

    @Test
    void whatIsInTheSumOfADeadMemberIsAddedHere() {
        assertEquals(Folding.FOLDED, elsewhere.fold(LEADER, lyon(), WORDS));
        rows.pass("there");
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Set.of(LYON), sealed().partial().orElseThrow().inputs().keySet());
        assertEquals(
                Optional.empty(),
                elsewhere.seal(LEADER, JOB, 1).orElseThrow().partial(),
                "it hears that it was fenced at the latest when it is sealed");
    }

    @Test
    void aFencedMemberForgetsItsSumsAndBeginsAnew() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var before = boot();
        rows.fence("here");
        assertEquals(Folding.MISSING, fold(oslo()));
        assertNotEquals(before, boot());
        assertEquals(Folding.FOLDED, fold(oslo()));
        assertEquals(Set.of(OSLO), sealed().partial().orElseThrow().inputs().keySet());
    }

    @Test
    void aMemberThatMayNotBeKeptBeginsAnew() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var before = boot();
        sums.keep();
        assertEquals(before, boot());
        rows.fence("here");
        sums.keep();
        assertNotEquals(before, boot());
        assertEquals(Optional.empty(), sealed().partial());
    }

    @Test
    void withoutABootNothingIsFolded() {
        var unborn = member("unborn", rows);
        assertEquals(Optional.empty(), unborn.boot());
        assertEquals(Folding.MISSING, unborn.fold(LEADER, lyon(), WORDS));
        assertEquals(MemberSums.Sealed.NOTHING, unborn.seal(LEADER, JOB, 1).orElseThrow());
    }

    /** R3: nobody knows what is in a sum to which a vector was added in part. */
    @Test
    void anErrorInTheAddEndsTheBootAndWhateverItHadAdded() {
        staging.put(OTHER, 1, LYON, OF_LYON);
        assertEquals(Folding.FOLDED, fold(lyon()));
        assertEquals(Folding.FOLDED, fold(input(OTHER, 1, LYON, OF_LYON)));
        var before = boot();
        staging.failAfter(1);
        assertEquals(Folding.MISSING, fold(oslo()));
        assertNotEquals(before, boot());
        assertTrue(rows.isFenced(before));
        assertEquals(Claims.Claim.FENCED, rows.claim(lyon(), before));
        assertEquals(Optional.empty(), sealed().partial());
        assertEquals(Optional.empty(), sums.seal(LEADER, OTHER, 1).orElseThrow().partial());
        sums.unseal(LEADER, JOB, 1);
        assertEquals(Folding.FOLDED, fold(oslo()), "its row may be taken from the fenced boot");
    }

    @Test
    void whatCannotBeReadForItsHashIsMissingAndNothingElseIsLost() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var before = boot();
        staging.failAfter(0);
        assertEquals(Folding.MISSING, fold(oslo()));
        assertEquals(before, boot());
        assertEquals(Folding.FOLDED, fold(oslo()));
    }

    /** Where the database does not answer, it is asked again before anything is added. */
    @Test
    void aRowThatWasWrittenWithoutAnAnswerIsAddedNextTime() {
        var uncertain = new UncertainClaims(rows);
        var unsure = member("unsure", uncertain);
        unsure.keep();
        uncertain.are(Answers.LOST);
        assertEquals(Folding.MISSING, unsure.fold(LEADER, lyon(), WORDS));
        uncertain.are(Answers.NOT_EVEN_WRITTEN);
        assertEquals(Folding.MISSING, unsure.fold(LEADER, oslo(), WORDS));
        uncertain.are(Answers.GIVEN);
        assertEquals(Folding.FOLDED, unsure.fold(LEADER, lyon(), WORDS));
        assertEquals(Folding.FOLDED, unsure.fold(LEADER, oslo(), WORDS));
        var partial = unsure.seal(LEADER, JOB, 1).orElseThrow().partial().orElseThrow();
        assertEquals(Set.of(LYON, OSLO), partial.inputs().keySet());
        assertEquals(
                Digest.of(Words.toBytes(new long[] {11, 18, Long.MIN_VALUE + 3})), partial.hash());
        assertTrue(rows.counts(JOB, 1, partial));
    }

    @Test
    void aSealedSumTakesNothingUntilItIsUnsealedAndIsAnotherOneThen() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var first = sealed();
        assertEquals(Folding.MISSING, fold(oslo()));
        sums.unseal(LEADER, JOB, 1);
        assertEquals(Optional.empty(), read(first));
        assertEquals(Folding.FOLDED, fold(oslo()));
        var second = sealed();
        assertEquals(first.generation() + 1, second.generation());
        assertEquals(2, second.partial().orElseThrow().inputs().size());
        assertEquals(Optional.empty(), read(first));
        assertTrue(read(second).isPresent());
    }

    @Test
    void aRoundWithoutInputsCanBeSealed() {
        assertEquals(Optional.empty(), sealed().partial());
        assertEquals(Folding.MISSING, fold(lyon()));
        sums.unseal(LEADER, JOB, 1);
        assertEquals(Folding.FOLDED, fold(lyon()));
    }

    @Test
    void onlyWordsOfTheSumAreRead() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var sealed = sealed();
        var place = new MemberSums.Place(JOB, 1, boot(), sealed.generation());
        assertArrayEquals(Words.toBytes(new long[] {-2, 3}), sums.read(place, 1, 2).orElseThrow());
        assertEquals(Optional.empty(), sums.read(place, 1, 3));
        assertEquals(Optional.empty(), sums.read(place, -1, 1));
        assertEquals(Optional.empty(), sums.read(place, 4, 0));
        var anotherBoot = new MemberSums.Place(JOB, 1, new Boot(new UUID(0, 0)), 1);
        assertEquals(Optional.empty(), sums.read(anotherBoot, 0, 1));
        var anotherRound = new MemberSums.Place(JOB, 2, boot(), sealed.generation());
        assertEquals(Optional.empty(), sums.read(anotherRound, 0, 1));
    }

    @Test
    void aLeaderThatWasReplacedIsNotObeyed() {
        assertEquals(Folding.FOLDED, sums.fold(NEXT, lyon(), WORDS));
        assertEquals(Folding.MISSING, fold(oslo()));
        assertEquals(Optional.empty(), sums.seal(LEADER, JOB, 1));
        var sealed = sums.seal(NEXT, JOB, 1).orElseThrow();
        sums.unseal(LEADER, JOB, 1);
        sums.discard(LEADER, JOB, 1);
        assertTrue(read(sealed).isPresent());
        assertTrue(staging.holds(JOB, 1, LYON));
        assertTrue(sums.seal(LEADER, OTHER, 1).isPresent(), "of another job it may be the newest");
    }

    @Test
    void whatIsDiscardedIsOverForTheLeaderThatSaidSo() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        sums.discard(LEADER, JOB, 1);
        assertFalse(staging.holds(JOB, 1, LYON));
        staging.put(JOB, 1, LYON, OF_LYON);
        assertEquals(Folding.MISSING, fold(lyon()));
        assertEquals(Optional.empty(), sealed().partial());
        // Its successor may see it otherwise. The row still says that it is in this boot's sum.
        assertEquals(Folding.FOLDED, sums.fold(NEXT, lyon(), WORDS));
        var partial = sums.seal(NEXT, JOB, 1).orElseThrow().partial().orElseThrow();
        assertEquals(Digest.of(Words.toBytes(OF_LYON)), partial.hash());
        assertTrue(rows.counts(JOB, 1, partial));
    }

    @Test
    void roundsThatNobodyDiscardsAreForgottenWhenTheyAreOld() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        sums.staged(JOB, 2);
        staging.put(JOB, 2, LYON, OF_LYON);
        for (long round = 3; round <= 4; round++) {
            staging.put(JOB, round, LYON, OF_LYON);
            assertEquals(Folding.FOLDED, fold(input(JOB, round, LYON, OF_LYON)));
        }
        assertFalse(staging.holds(JOB, 1, LYON));
        assertTrue(staging.holds(JOB, 2, LYON));
        staging.put(JOB, 1, LYON, OF_LYON);
        assertEquals(Folding.MISSING, fold(lyon()));
        staging.put(JOB, 5, LYON, OF_LYON);
        assertEquals(Folding.FOLDED, fold(input(JOB, 5, LYON, OF_LYON)));
        assertFalse(staging.holds(JOB, 2, LYON), "something was staged for it, and no more");
    }

    @Test
    void jobsThatNobodyLeadsAreForgotten() {
        assertEquals(Folding.FOLDED, fold(lyon()));
        var sealed = sealed();
        nanos.addAndGet(MemberSums.KEPT.toNanos());
        sums.led(Set.of());
        assertTrue(read(sealed).isPresent());
        nanos.addAndGet(MemberSums.KEPT.toNanos());
        sums.led(Set.of(JOB));
        nanos.addAndGet(MemberSums.KEPT.toNanos());
        sums.led(Set.of());
        assertTrue(read(sealed).isPresent());
        nanos.addAndGet(MemberSums.KEPT.toNanos() + 1);
        sums.led(Set.of());
        assertEquals(Optional.empty(), read(sealed));
        assertFalse(staging.holds(JOB, 1, LYON));
    }

    @Test
    void sealingWaitsForTheAddInProgressAndOneInputIsNotAddedByTwo() throws Exception {
        try (var threads = Executors.newCachedThreadPool()) {
            var reading = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            staging.stopAfter(1, reading, goOn);
            var first = threads.submit(() -> fold(lyon()));
            assertTrue(reading.await(10, TimeUnit.SECONDS));
            var second = threads.submit(() -> fold(lyon()));
            var seal = threads.submit(this::sealed);
            // Another input is verified meanwhile, and its adding waits.
            var other = threads.submit(() -> fold(oslo()));
            Thread.sleep(50);
            assertFalse(seal.isDone());
            assertFalse(first.isDone());
            assertFalse(second.isDone());
            assertFalse(other.isDone());
            goOn.countDown();
            assertEquals(Folding.FOLDED, first.get(10, TimeUnit.SECONDS));
            assertEquals(Folding.FOLDED, second.get(10, TimeUnit.SECONDS));
            var sealed = seal.get(10, TimeUnit.SECONDS);
            boolean both = other.get(10, TimeUnit.SECONDS) == Folding.FOLDED;
            assertArrayEquals(
                    Words.toBytes(both ? new long[] {11, 18, Long.MIN_VALUE + 3} : OF_LYON),
                    read(sealed).orElseThrow());
        }
    }
}
