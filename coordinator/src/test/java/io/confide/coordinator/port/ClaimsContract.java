package io.confide.coordinator.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Claims.Claim;
import io.confide.coordinator.port.Claims.Input;
import io.confide.coordinator.round.Summing;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/** What every implementation of {@link Boots} and {@link Claims} must do, with the {@link RoundLog} of the same store (R1, R2, R5). */
public abstract class ClaimsContract {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final long ROUND = 3;
    private static final Duration LENGTH = Duration.ofHours(1);
    private static final Boot ONE = new Boot(new UUID(5, 1));
    private static final Boot OTHER = new Boot(new UUID(5, 2));
    private static final Input BASEL = input("basel", 1);
    private static final Input LYON = input("lyon", 2);

    private Boots boots;
    private Claims claims;
    private RoundLog log;
    private Leases leases;

    /** Makes all over one empty store. */
    protected abstract All create() throws Exception;

    public record All(Boots boots, Claims claims, RoundLog log, Leases leases) {}

    @BeforeEach
    void createAll() throws Exception {
        var all = create();
        boots = all.boots();
        claims = all.claims();
        log = all.log();
        leases = all.leases();
        boots.begin(ONE, "one", LENGTH);
        boots.begin(OTHER, "other", LENGTH);
    }

    private static Input input(String site, int vector) {
        var proof =
                new UploadProof(
                        Digest.of(new byte[] {(byte) vector}).value(),
                        Bytes.copyOf(new byte[] {(byte) vector, 7}));
        return new Input(JOB, ROUND, new SiteId(site), proof);
    }

    private void folds(Input input, Boot boot) {
        assertEquals(Claim.CLAIMED, claims.claim(input, boot));
        assertTrue(claims.fold(input, boot));
    }

    @Test
    void anInputIsFoldedOnceByWhoeverClaimedItLast() {
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, ONE));
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, ONE), "its own claim");
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, OTHER), "what is not folded is taken");
        assertFalse(claims.fold(BASEL, ONE), "it is the other's now");
        assertTrue(claims.fold(BASEL, OTHER));
        assertFalse(claims.fold(BASEL, OTHER), "once");
        assertEquals(Claim.FOLDED, claims.claim(BASEL, OTHER));
        assertEquals(Claim.FOLDED_ELSEWHERE, claims.claim(BASEL, ONE));
        assertFalse(claims.fold(LYON, ONE), "nobody has claimed it");
    }

    @Test
    void anotherVectorOfTheSameSiteIsRefusedWhateverTheStateOfTheFirst() {
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, ONE));
        assertEquals(Claim.ANOTHER_INPUT, claims.claim(input("basel", 9), ONE));
        assertEquals(Claim.ANOTHER_INPUT, claims.claim(input("basel", 9), OTHER));
        assertFalse(claims.fold(input("basel", 9), ONE));
        assertTrue(claims.fold(BASEL, ONE));
        boots.fence("one");
        assertEquals(Claim.ANOTHER_INPUT, claims.claim(input("basel", 9), OTHER));
    }

    @Test
    void aFencedBootCanDoNothingAndWhatItFoldedIsFree() {
        folds(BASEL, ONE);
        assertEquals(Claim.CLAIMED, claims.claim(LYON, ONE));
        boots.fence("one");
        assertFalse(boots.keep(ONE, LENGTH));
        assertEquals(Claim.FENCED, claims.claim(LYON, ONE));
        assertFalse(claims.fold(LYON, ONE));
        folds(BASEL, OTHER);
    }

    @Test
    void aBootThatIsOverGoesOnUnlessSomebodyHadToDoWithoutIt() {
        var late = new Boot(new UUID(5, 3));
        boots.begin(late, "late", Duration.ZERO);
        folds(BASEL, late);
        assertTrue(boots.keep(late, Duration.ZERO), "nobody minded");
        folds(LYON, late);
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, ONE));
        assertFalse(boots.keep(late, LENGTH), "that fenced it");
        assertEquals(Claim.CLAIMED, claims.claim(LYON, OTHER));
    }

    @Test
    void aNewBootOfANameFencesTheOneBefore() {
        folds(BASEL, ONE);
        boots.begin(new Boot(new UUID(5, 4)), "one", LENGTH);
        assertFalse(boots.keep(ONE, LENGTH));
        assertEquals(Claim.CLAIMED, claims.claim(BASEL, OTHER));
        assertTrue(boots.keep(OTHER, LENGTH));
    }

    @Test
    void ofManyWhoTryAtOnceExactlyOneFolds() throws Exception {
        var many = new ArrayList<Callable<Boolean>>();
        for (int at = 0; at < 8; at++) {
            var boot = at % 2 == 0 ? ONE : OTHER;
            many.add(() -> claims.claim(BASEL, boot) == Claim.CLAIMED && claims.fold(BASEL, boot));
        }
        try (var threads = Executors.newFixedThreadPool(many.size())) {
            int folded = 0;
            for (var done : threads.invokeAll(many)) {
                folded += done.get() ? 1 : 0;
            }
            // All may have lost to a claim that came between theirs and their fold.
            assertTrue(folded <= 1, folded + " folded");
        }
    }

    private FencingToken opened() throws Exception {
        var token = leases.take(JOB, "one", LENGTH).orElseThrow();
        log.append(
                JOB,
                token,
                List.of(
                        new LogEntry.RoundOpened(
                                ROUND,
                                1,
                                "train final",
                                Instant.EPOCH,
                                new SignedBody(Bytes.ofHex("01"), Bytes.ofHex("02")),
                                Summing.AT_MEMBERS)));
        return token;
    }

    private static LogEntry.SumDivided sum(Partial... partials) {
        return new LogEntry.SumDivided(ROUND, Arrays.asList(partials), Digest.of(new byte[] {3}));
    }

    private static Partial partial(String member, Boot boot, Input... inputs) {
        var all = new TreeMap<SiteId, UploadProof>();
        for (var input : inputs) {
            all.put(input.site(), input.proof());
        }
        return new Partial(member, boot, all, Digest.of(new byte[] {4}));
    }

    @Test
    void aDividedSumIsKeptWithItsInputs() throws Exception {
        var token = opened();
        folds(BASEL, ONE);
        folds(LYON, OTHER);
        var sum = sum(partial("one", ONE, BASEL), partial("other", OTHER, LYON));
        log.append(JOB, token, List.of(sum));
        var kept = log.recall(JOB).newest().orElseThrow();
        assertEquals(Summing.AT_MEMBERS, kept.opened().summing());
        assertEquals(sum, kept.divided().orElseThrow());
    }

    @Test
    void aSumThatCountsNoMoreLetsNothingOfItsAppendBeDurable() throws Exception {
        folds(BASEL, ONE);
        assertEquals(Claim.CLAIMED, claims.claim(LYON, ONE));
        var wrong =
                Map.of(
                        "only claimed", sum(partial("one", ONE, BASEL, LYON)),
                        "another's", sum(partial("other", OTHER, BASEL)),
                        "another vector", sum(partial("one", ONE, input("basel", 9))),
                        "no boot", sum(partial("x", new Boot(new UUID(9, 9)), BASEL)));
        for (var each : wrong.entrySet()) {
            var token = opened(each.getKey());
            refused(token, each.getValue());
        }
        var token = opened("fenced");
        boots.fence("one");
        refused(token, sum(partial("one", ONE, BASEL)));
    }

    private FencingToken opened(String what) throws Exception {
        return leases.take(JOB, what, LENGTH).orElseThrow();
    }

    /** The lease is over with it, so that the job is taken up at once. */
    private void refused(FencingToken token, LogEntry.SumDivided sum) {
        var shown = new LogEntry.EpochBegun(5);
        assertThrows(
                FencedException.class, () -> log.append(JOB, token, List.of(shown, sum, shown)));
        assertEquals(0, log.recall(JOB).lastEpoch());
    }
}
