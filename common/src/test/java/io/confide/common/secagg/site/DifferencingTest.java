package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** A6 and K17: sums that differ in few sites, whatever they are asked for with, over restarts and epochs. */
class DifferencingTest {
    private static final long R = 1;
    private static final int N = 7;

    private static final Consortium CONSORTIUM = Consortium.of(N, 2);

    private static Consortium ready(int apart, Check... off) {
        var consortium = Consortium.apart(N, 2, apart, off);
        consortium.setUp(1, R, 8);
        return consortium;
    }

    /** Opens {@code number} at everybody and leaves {@code missing} out, as if they had dropped out at the upload. */
    private static RoundProtocol collected(
            Consortium consortium, long number, List<long[]> x, List<Integer> missing) {
        var round = consortium.round(number, consortium.all());
        for (int site = 0; site < N; site++) {
            if (missing.contains(site)) {
                consortium.deliver(site, round.open());
            } else {
                var upload = consortium.upload(site, round.open(), x.get(site));
                round.fold(site, upload.message().header(), upload.vector());
            }
        }
        return round;
    }

    private static List<long[]> inputs(Consortium consortium) {
        var inputs = new ArrayList<long[]>();
        for (int site = 0; site < N; site++) {
            inputs.add(consortium.randomInput());
        }
        return inputs;
    }

    /** Votes and opens as far as the sites let it; returns which checks they refused with. */
    private static Set<Check> opened(Consortium consortium, RoundProtocol round) {
        var refused = new HashSet<Check>();
        var propose = round.propose().orElseThrow();
        for (int site = 0; site < N; site++) {
            switch (consortium.deliver(site, propose)) {
                case Reaction.Send send -> round.sign(site, (SiteMessage.Sign) send.message());
                case Reaction.Refused no -> refused.add(no.refusal().check());
                case Reaction other -> throw new AssertionError(other.toString());
            }
        }
        round.cert()
                .ifPresent(
                        cert -> {
                            for (int site = 0; site < N; site++) {
                                round.reveal(
                                        site,
                                        consortium.answer(SiteMessage.Reveal.class, site, cert));
                            }
                        });
        return refused;
    }

    private static void finish(Consortium consortium, RoundProtocol round) {
        var result = round.result(ResultBody.Status.DONE, Digest.ZERO);
        consortium.all().stream().forEach(site -> consortium.deliver(site, result));
    }

    private static Set<Check> round(Consortium consortium, long number, Integer... missing) {
        var round = collected(consortium, number, inputs(consortium), List.of(missing));
        Set<Check> refused = opened(consortium, round);
        if (refused.isEmpty()) {
            finish(consortium, round);
        }
        return refused;
    }

    private static long[] sum(RoundProtocol round) {
        return assertInstanceOf(Unmasked.Sum.class, round.unmask()).words();
    }

    /** The sites send almost the same twice, as when the model hardly moved; here exactly the same. */
    @Test
    void a6WhoLeavesOneSiteOutOfTheNextSumReadsItsInputOnlyWithoutK17() {
        for (boolean off : List.of(true, false)) {
            var consortium = off ? ready(2, Check.K17) : ready(2);
            List<long[]> x = inputs(consortium);
            var first = collected(consortium, R, x, List.of());
            assertEquals(Set.of(), opened(consortium, first));
            long[] difference = sum(first);
            finish(consortium, first);
            var second = collected(consortium, R + 1, x, List.of(3));
            assertEquals(off ? Set.of() : Set.of(Check.K17), opened(consortium, second));
            assertEquals(off, second.canUnmask());
            if (off) {
                long[] rest = sum(second);
                for (int k = 0; k < rest.length; k++) {
                    difference[k] -= rest[k];
                }
                assertArrayEquals(x.get(3), difference);
            }
        }
    }

    @Test
    void k17TheSameSitesOrManyOthersAreSummedAndFewOthersNeverOverRestartsAndEpochs() {
        var consortium = ready(2);
        assertEquals(Set.of(), round(consortium, 1));
        assertEquals(Set.of(), round(consortium, 2));
        assertEquals(Set.of(Check.K17), round(consortium, 3, 6));
        assertEquals(Set.of(), round(consortium, 4, 5, 6));
        for (int site = 0; site < N; site++) {
            consortium.restart(site);
        }
        consortium.setUp(2, 9, 8);
        assertEquals(Set.of(Check.K17), round(consortium, 9, 5));
        assertEquals(Set.of(), round(consortium, 10, 5, 6));
        assertEquals(Set.of(), round(consortium, 11));
        assertEquals(2, consortium.records.getFirst().sums(Consortium.JOB).size());
        var evidence = consortium.records.getFirst().evidence.getFirst();
        assertEquals(Check.K17, evidence.check());
        assertEquals(3, evidence.round());
    }

    /** A sum that was signed for and never opened is one that q others may have opened. */
    @Test
    void k17CountsWhatWasSignedForAndNotOpened() {
        var consortium = ready(2);
        var twin = Twin.of(consortium, 0);
        consortium.setUp(2, 9, 8);
        var first = collected(consortium, 9, inputs(consortium), List.of());
        consortium.answer(SiteMessage.Sign.class, 0, first.propose().orElseThrow());
        var second = collected(consortium, 10, inputs(consortium), List.of(6));
        var propose = second.propose().orElseThrow();
        assertEquals(Check.K17, consortium.refusedBy(0, propose));
        twin.requireBites(Check.K17, List.of(propose));
        assertInstanceOf(Reaction.Send.class, consortium.deliver(1, propose));
    }

    @Test
    void k17HoldsWithoutAVoteAndForWhoStandsIn() {
        var consortium = ready(2);
        assertEquals(Set.of(), round(consortium, R));
        var six = consortium.round(R + 1, consortium.set(0, 1, 2, 3, 4, 5));
        for (int site = 0; site < 6; site++) {
            var upload = consortium.upload(site, six.open(), consortium.randomInput());
            six.fold(site, upload.message().header(), upload.vector());
        }
        var fast = six.fastCert().orElseThrow();
        for (int site = 0; site < N; site++) {
            assertEquals(Check.K17, consortium.refusedBy(site, fast), "site " + site);
        }
    }

    @Test
    void k1WantsSumsAtLeastAsFarApartAsTheSiteAsksFor() {
        for (int asked : List.of(1, 2, 3)) {
            var consortium = Consortium.apart(N, 2, asked);
            consortium.minimumDifference = 2;
            consortium.restart(0);
            var proposal =
                    new EpochSetup(
                                    consortium.terms(1, 1, 8),
                                    consortium.all(),
                                    consortium.coordinator)
                            .begin().stream()
                                    .filter(each -> each.site() == 0)
                                    .findFirst()
                                    .orElseThrow();
            var reaction = consortium.deliver(0, proposal.message());
            assertEquals(asked >= 2, reaction instanceof Reaction.Send);
            assertEquals(
                    asked >= 2 ? Optional.empty() : Optional.of(Check.K1),
                    reaction instanceof Reaction.Refused no
                            ? Optional.of(no.refusal().check())
                            : Optional.empty());
        }
    }

    @Test
    void k17IsOffByDefaultAndThenKeepsNothing() {
        var consortium = ready(1);
        assertEquals(Set.of(), round(consortium, 1));
        assertEquals(Set.of(), round(consortium, 2, 6));
        assertEquals(Set.of(), consortium.records.getFirst().sums(Consortium.JOB));
    }

    /** Six of the seven are the same, the seventh is another site at the same index: it differs in two. */
    @Test
    void k17ComparesSitesAndNotIndices() {
        for (int least : List.of(2, 3)) {
            var consortium = ready(least);
            var gone = names(consortium, 0, 1, 2, 3, 4, 5);
            gone.add(new SiteId("gone"));
            record(consortium, 0, gone);
            assertEquals(
                    least == 2,
                    new EarlierSums(consortium.setting(0), least).permits(consortium.all()));
        }
    }

    @Test
    void k17HelpsWithABoundedNumberOfDifferentSums() {
        var consortium = ready(2);
        var sums = new EarlierSums(consortium.setting(0), 2);
        sums.record(1, consortium.all());
        for (int other = 1; other < EarlierSums.SUMS_MAX; other++) {
            assertTrue(sums.permits(consortium.set(0, 1, 2, 3)));
            record(consortium, 0, Set.of(new SiteId("a" + other), new SiteId("b" + other)));
        }
        assertFalse(sums.permits(consortium.set(0, 1, 2, 3)));
        assertTrue(sums.permits(consortium.all()));
    }

    private static void record(Consortium consortium, int site, Set<SiteId> sites) {
        consortium.records.get(site).recordSum(new SiteRecords.SumRecord(Consortium.JOB, 1, sites));
    }

    private static Set<SiteId> names(Consortium consortium, Integer... indices) {
        var names = new HashSet<SiteId>();
        for (int index : indices) {
            names.add(consortium.roster.member(index).site());
        }
        return names;
    }

    @Property(tries = 200)
    void noTwoPermittedSumsAreNear(
            @ForAll @Size(max = 40) List<@IntRange(max = 127) Integer> bitmaps,
            @ForAll @IntRange(min = 1, max = N) int least) {
        var sums = new EarlierSums(CONSORTIUM.setting(0, new JobId(UUID.randomUUID())), least);
        var taken = new ArrayList<Integer>();
        for (int bitmap : bitmaps) {
            boolean near =
                    taken.stream()
                            .map(other -> Integer.bitCount(other ^ bitmap))
                            .anyMatch(difference -> difference > 0 && difference < least);
            assertEquals(!near, sums.permits(set(bitmap)));
            if (!near) {
                taken.add(bitmap);
                sums.record(taken.size(), set(bitmap));
            }
        }
    }

    private static SiteSet set(int bitmap) {
        return SiteSet.of(
                N, IntStream.range(0, N).filter(i -> (bitmap >> i & 1) == 1).boxed().toList());
    }
}
