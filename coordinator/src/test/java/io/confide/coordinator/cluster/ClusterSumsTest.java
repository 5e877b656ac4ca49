package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;
import io.confide.coordinator.aggregate.HeapStaging;
import io.confide.coordinator.aggregate.MemberSums;
import io.confide.coordinator.aggregate.Rows;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Partial;
import io.confide.coordinator.port.PartialSums.Folding;
import io.confide.coordinator.port.PartialSums.Gathered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A leader and two other members. */
class ClusterSumsTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final SiteId LYON = new SiteId("lyon");
    private static final SiteId OSLO = new SiteId("oslo");
    private static final SiteId BERN = new SiteId("bern");

    /** Several pieces, the last one not whole. */
    private static final int WORDS = 5 * PartialFetch.PIECE_WORDS + 7;

    private final Rows rows = new Rows();
    private final AtomicInteger boots = new AtomicInteger();
    private final Map<String, Member> members = new HashMap<>();
    private final Map<SiteId, String> connected = new ConcurrentHashMap<>();
    private final Net net = new Net();
    private final Member here = new Member("a");
    private Optional<FencingToken> token = Optional.of(new FencingToken(2));
    private final ClusterSums sums =
            new ClusterSums(
                    net,
                    site -> Optional.ofNullable(connected.get(site)),
                    here.answers,
                    rows,
                    _ -> token);

    ClusterSumsTest() {
        for (var name : List.of("b", "c")) {
            var member = new Member(name);
            members.put(name, member);
            net.join("id-" + name, name, member::said);
        }
        members.put("a", here);
    }

    private final class Member {
        private final HeapStaging staging = new HeapStaging();
        private final MemberSums sums;
        private final SumAnswers answers = new SumAnswers();

        Member(String name) {
            var who =
                    new MemberSums.Member(
                            name,
                            Duration.ofSeconds(10),
                            () -> new UUID(7, boots.incrementAndGet()),
                            () -> 0);
            sums = new MemberSums(who, rows, rows, staging);
            sums.keep();
            answers.areOf(sums);
        }

        byte[] said(PeerMail mail) {
            return switch (mail) {
                case PeerMail.SumQuestion question -> answers.answer(question);
                case PeerMail.SumOrder order -> {
                    answers.told(order);
                    yield new byte[0];
                }
                default -> throw new AssertionError(mail);
            };
        }
    }

    @AfterEach
    void end() {
        sums.close();
    }

    private static long[] words(SiteId site) {
        return new SplittableRandom(site.hashCode()).longs(WORDS).toArray();
    }

    private static Claims.Input input(SiteId site) {
        var hash = VectorHash.of(words(site)).value();
        return new Claims.Input(JOB, 1, site, new UploadProof(hash, Bytes.ofHex("01")));
    }

    /** The site has uploaded to the member that it is connected to. */
    private void uploads(SiteId site, String member) {
        connected.put(site, "id-" + member);
        members.get(member).staging.put(JOB, 1, site, words(site));
    }

    private static <T> T answer(Consumer<Consumer<T>> asked) throws Exception {
        var answer = new CompletableFuture<T>();
        asked.accept(answer::complete);
        return answer.get(60, TimeUnit.SECONDS);
    }

    private Folding fold(SiteId site) throws Exception {
        return answer(answer -> sums.fold(input(site), WORDS, answer));
    }

    private Gathered gather() throws Exception {
        return answer(answer -> sums.gather(JOB, 1, WORDS, answer));
    }

    private void everybodyUploads() throws Exception {
        uploads(LYON, "a");
        uploads(OSLO, "b");
        uploads(BERN, "c");
        for (var site : List.of(LYON, OSLO, BERN)) {
            assertEquals(Folding.FOLDED, fold(site));
        }
    }

    private static void isTheSumOf(Set<SiteId> sites, Gathered gathered) {
        var inputs = new TreeSet<SiteId>();
        gathered.partials().forEach(partial -> inputs.addAll(partial.inputs().keySet()));
        assertEquals(new TreeSet<>(sites), inputs);
        long[] expected = new long[WORDS];
        sites.forEach(site -> Words.addInto(expected, words(site)));
        assertArrayEquals(expected, gathered.sum().toArray());
        assertEquals(Digest.of(Words.toBytes(expected)), gathered.hash());
    }

    private static Set<String> names(Gathered gathered) {
        return gathered.partials().stream().map(Partial::member).collect(Collectors.toSet());
    }

    private boolean isFenced(String name, Gathered before) {
        return before.partials().stream()
                .filter(partial -> partial.member().equals(name))
                .allMatch(partial -> rows.isFenced(partial.boot()));
    }

    @Test
    void theSumsOfAllMembersAreAddedUp() throws Exception {
        everybodyUploads();
        var gathered = gather();
        isTheSumOf(Set.of(LYON, OSLO, BERN), gathered);
        assertEquals(Set.of("a", "b", "c"), names(gathered));
        for (var partial : gathered.partials()) {
            assertTrue(rows.counts(JOB, 1, partial));
        }
    }

    @Test
    void membersWithoutInputsAddNothing() throws Exception {
        uploads(OSLO, "b");
        assertEquals(Folding.FOLDED, fold(OSLO));
        var gathered = gather();
        isTheSumOf(Set.of(OSLO), gathered);
        assertEquals(Set.of("b"), names(gathered));
        assertEquals(Folding.MISSING, fold(LYON), "the others are sealed as well");
    }

    @Test
    void whatASiteLeftAtTheMemberBeforeIsFoundThere() throws Exception {
        uploads(OSLO, "b");
        connected.put(OSLO, "id-c");
        assertEquals(Folding.FOLDED, fold(OSLO));
        connected.remove(OSLO);
        assertEquals(Folding.FOLDED, fold(OSLO));
        assertEquals(Set.of("b"), names(gather()));
    }

    @Test
    void whatIsNowhereOrDoesNotFitIsNotFolded() throws Exception {
        assertEquals(Folding.MISSING, fold(OSLO));
        uploads(OSLO, "b");
        members.get("b").staging.put(JOB, 1, OSLO, words(LYON));
        assertEquals(Folding.WRONG_HASH, fold(OSLO));
        uploads(LYON, "b");
        assertEquals(Folding.FOLDED, fold(LYON));
        var another =
                new Claims.Input(
                        JOB, 1, LYON, new UploadProof(Digest.ZERO.value(), Bytes.ofHex("01")));
        Folding folding = answer(answer -> sums.fold(another, WORDS, answer));
        assertEquals(Folding.ANOTHER_INPUT, folding);
    }

    @Test
    void aMemberThatDoesNotAnswerHasFoldedNothingAsFarAsAnybodyKnows() throws Exception {
        uploads(OSLO, "b");
        net.faulty("id-b", (_, _) -> Optional.empty());
        assertEquals(Folding.MISSING, fold(OSLO));
        assertEquals(0, net.asked("id-c"));
    }

    @Test
    void aMemberThatCannotBeSealedIsFencedAndLeftOut() throws Exception {
        everybodyUploads();
        var before = gather();
        net.faulty("id-b", (_, _) -> Optional.empty());
        isTheSumOf(Set.of(LYON, BERN), gather());
        assertTrue(isFenced("b", before));
        assertFalse(isFenced("c", before));
        // Its site uploads again, to another member.
        sums.unseal(JOB, 1);
        uploads(OSLO, "c");
        assertEquals(Folding.FOLDED, fold(OSLO));
        isTheSumOf(Set.of(LYON, OSLO, BERN), gather());
    }

    @Test
    void aMemberThatDiesWhileItsSumIsFetchedIsFencedAndLeftOut() throws Exception {
        everybodyUploads();
        var before = gather();
        net.faulty(
                "id-b",
                (question, answer) ->
                        question instanceof PeerMail.ReadSum(_, var from, _) && from > 0
                                ? Optional.empty()
                                : Optional.of(answer));
        isTheSumOf(Set.of(LYON, BERN), gather());
        assertTrue(isFenced("b", before));
    }

    @Test
    void aMemberThatLiesIsFencedAndLeftOut() throws Exception {
        everybodyUploads();
        var before = gather();
        net.faulty(
                "id-c",
                (question, answer) -> {
                    if (question instanceof PeerMail.ReadSum(_, var from, _) && from > 0) {
                        answer[3] ^= 1;
                    }
                    return Optional.of(answer);
                });
        isTheSumOf(Set.of(LYON, OSLO), gather());
        assertTrue(isFenced("c", before));
        assertFalse(isFenced("b", before));
    }

    @Test
    void aMemberThatSpeaksForAnotherOrMakesNoSenseIsFencedAndLeftOut() throws Exception {
        everybodyUploads();
        var before = gather();
        net.faulty("id-b", (question, _) -> Optional.of(members.get("c").said(question)));
        net.faulty("id-c", (_, _) -> Optional.of(new byte[] {1, 2, 3}));
        isTheSumOf(Set.of(LYON), gather());
        assertTrue(isFenced("b", before));
        assertTrue(isFenced("c", before));
    }

    /** A member is sealed and then fenced, and its site uploads to one that is not sealed yet. */
    @Test
    void anInputThatMovedWhileMembersWereSealedIsInOneSum() throws Exception {
        everybodyUploads();
        var seal = new PeerMail.Seal(token.orElseThrow(), JOB, 1);
        byte[] before = members.get("b").said(seal);
        rows.pass("b");
        members.get("c").staging.put(JOB, 1, OSLO, words(OSLO));
        assertEquals(Folding.FOLDED, members.get("c").sums.fold(seal.leader(), input(OSLO), WORDS));
        var seals = new AtomicInteger();
        net.faulty(
                "id-b",
                (question, answer) ->
                        Optional.of(
                                question.equals(seal) && seals.getAndIncrement() == 0
                                        ? before
                                        : answer));
        var gathered = gather();
        isTheSumOf(Set.of(LYON, OSLO, BERN), gathered);
        assertEquals(Set.of("a", "c"), names(gathered));
        assertEquals(2, seals.get());
        // One that insists is left out, and so is whoever has the same input.
        net.faulty(
                "id-b", (question, answer) -> Optional.of(question.equals(seal) ? before : answer));
        isTheSumOf(Set.of(LYON), gather());
        assertTrue(isFenced("c", gathered));
    }

    @Test
    void whoDoesNotLeadAnyMoreGetsNothingAndFencesNobody() throws Exception {
        everybodyUploads();
        var before = gather();
        members.get("b").sums.seal(new FencingToken(3), JOB, 1);
        net.faulty("id-c", (_, _) -> Optional.empty());
        assertEquals(List.of(), gather().partials());
        assertFalse(isFenced("c", before));
        token = Optional.empty();
        assertEquals(List.of(), gather().partials());
        assertEquals(Folding.MISSING, fold(LYON));
        sums.unseal(JOB, 1);
        sums.discard(JOB, 1);
        assertEquals(
                Optional.empty(),
                answer(
                        (Consumer<Optional<VectorSum>> answer) ->
                                sums.again(JOB, 1, WORDS, before.partials().getFirst(), answer)));
    }

    @Test
    void aRecordedSumIsFetchedAgainAsLongAsItIsTheSame() throws Exception {
        everybodyUploads();
        var partial =
                gather().partials().stream()
                        .filter(each -> each.member().equals("b"))
                        .findFirst()
                        .orElseThrow();
        token = Optional.of(new FencingToken(3));
        assertArrayEquals(words(OSLO), again(partial).orElseThrow().toArray());
        net.faulty("id-b", (_, _) -> Optional.empty());
        assertEquals(Optional.empty(), again(partial));
        net.faulty("id-b", (_, answer) -> Optional.of(answer));
        assertTrue(again(partial).isPresent());
        sums.unseal(JOB, 1);
        members.get("b").staging.put(JOB, 1, LYON, words(LYON));
        uploads(new SiteId("rome"), "b");
        assertEquals(Folding.FOLDED, fold(new SiteId("rome")));
        assertEquals(Optional.empty(), again(partial), "it is another sum now");
        members.get("b").sums.reboot();
        assertEquals(Optional.empty(), again(partial));
    }

    private Optional<VectorSum> again(Partial partial) throws Exception {
        return answer(answer -> sums.again(JOB, 1, WORDS, partial, answer));
    }

    @Test
    void whatIsDiscardedIsForgottenByEverybody() throws Exception {
        everybodyUploads();
        sums.discard(JOB, 1);
        for (int i = 0; i < 1000 && isAnythingHeld(); i++) {
            Thread.sleep(10);
        }
        assertFalse(isAnythingHeld());
        assertEquals(List.of(), gather().partials());
    }

    private boolean isAnythingHeld() {
        return here.staging.holds(JOB, 1, LYON)
                || members.get("b").staging.holds(JOB, 1, OSLO)
                || members.get("c").staging.holds(JOB, 1, BERN);
    }
}
