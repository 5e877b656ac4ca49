package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The scripted attacks on rounds by their ids (PROTOCOL.md §1.3). Each runs twice against real sites: with
 * the named checks off it obtains a site's exact input, with all checks on it is refused.
 */
class AttackTest {
    private static final long R = 1;
    private static final Bytes MODEL = Consortium.model(R);
    private static final Bytes TRAP = Bytes.copyOf("trap".getBytes(StandardCharsets.UTF_8));

    private static Adversary adversary(int n, int colluders, Check... off) {
        var consortium = Consortium.without(n, colluders, off);
        consortium.setUp(1, R, 4);
        return new Adversary(consortium, colluders);
    }

    private static List<long[]> inputs(Consortium consortium) {
        var inputs = new ArrayList<long[]>();
        for (int i = 0; i < consortium.n; i++) {
            inputs.add(consortium.randomInput());
        }
        return inputs;
    }

    private static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private static long[] words(Reaction.Upload upload) {
        return Words.fromBytes(upload.vector().whole().toArray());
    }

    /** Opens {@code context} at {@code who}; returns their headers and keeps their vectors in {@code out}. */
    private static SortedMap<Integer, UploadProof> uploads(
            Adversary bad,
            ContextFields context,
            List<Integer> who,
            List<long[]> inputs,
            Map<Integer, long[]> out) {
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site : who) {
            Optional<Reaction.Upload> upload =
                    bad.upload(site, bad.open(context, MODEL), inputs.get(site));
            upload.ifPresent(
                    made -> {
                        headers.put(site, Adversary.proof(made));
                        out.put(site, words(made));
                    });
        }
        for (int colluder : bad.colluders) {
            headers.put(colluder, bad.forged(colluder, context));
        }
        return headers;
    }

    // A19, A4: the victim alone is shown another cohort (and model) than everybody else.

    @ParameterizedTest
    @CsvSource({
        "5, 0, false",
        "7, 2, false",
        "7, 2, true",
        "9, 2, true",
        "10, 3, false",
        "10, 3, true"
    })
    void a19SplitCohortOpensTheVictimOnlyWithoutK15(int n, int colluders, boolean trap) {
        assertTrue(splitCohort(adversary(n, colluders, Check.K15), trap));
        Adversary refused = adversary(n, colluders);
        assertFalse(splitCohort(refused, trap));
        assertEquals(EnumSet.of(Check.K15), refused.refusals);
    }

    /** With the smallest sum at 5, below q = 6, as if the site's own floor were forgotten too. */
    @Test
    void a19SplitCohortOfFiveAmongNine() {
        Adversary off = adversary(9, 2, Check.K15, Check.K9, Check.K14);
        assertTrue(splitCohort(off, true, 5));
        Adversary header = adversary(9, 2, Check.K9, Check.K14);
        assertFalse(splitCohort(header, true, 5));
        assertEquals(EnumSet.of(Check.K15), header.refusals);
        // With the floor, nobody even joins.
        Adversary floor = adversary(9, 2);
        ContextFields few = floor.context(R, floor.consortium.set(0, 1, 2, 7, 8), TRAP);
        assertTrue(
                floor.upload(0, floor.open(few, TRAP), floor.consortium.randomInput()).isEmpty());
        assertEquals(EnumSet.of(Check.K9), floor.refusals);
    }

    private static boolean splitCohort(Adversary bad, boolean trap) {
        return splitCohort(bad, trap, bad.consortium.policy.floor());
    }

    private static boolean splitCohort(Adversary bad, boolean trap, int smallest) {
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(consortium);
        int honest = consortium.n - bad.colluders.size();
        int dropped = smallest - bad.colluders.size();
        List<Integer> hidden = range(1, dropped);
        var others = new ArrayList<>(range(1, honest));
        ContextFields contextA = bad.context(R, consortium.all(), MODEL);
        var cohortB = new ArrayList<>(bad.colluders);
        cohortB.add(0);
        cohortB.addAll(hidden);
        Bytes modelB = trap ? TRAP : MODEL;
        ContextFields contextB = bad.context(R, bad.set(cohortB), modelB);
        Reaction.Upload victim = bad.upload(0, bad.open(contextB, modelB), x.get(0)).orElseThrow();
        var headers = uploads(bad, contextA, others, x, new TreeMap<>());
        headers.put(0, Adversary.proof(victim));
        SiteSet included = consortium.all().minus(bad.set(hidden));
        var reveals = bad.ask(contextA, included, headers, others);
        Optional<Seed> b = bad.secret(reveals, 0, SecretKind.SELF, R);
        if (b.isEmpty()) {
            return false;
        }
        var pairs = new TreeMap<>(bad.colludersSeeds(0, R));
        for (int site : hidden) {
            Seed w = bad.secret(reveals, site, SecretKind.RECOVERY, R).orElseThrow();
            pairs.put(site, bad.pairSeeds(site, w, R).get(0));
        }
        long[] stripped = Adversary.strip(0, contextB.ctx(), words(victim), b.get(), pairs);
        return Arrays.equals(x.get(0), stripped);
    }

    // A3: every site is shown a different set of included sites.

    @Test
    void a3SplitVoteOpensTheVictimOnlyWithoutTheCertificate() {
        assertTrue(splitVote(adversary(9, 2, Check.K19, Check.K9, Check.K14), 5, Path.VOTED));
        Adversary small = adversary(9, 2, Check.K19);
        assertFalse(splitVote(small, 5, Path.VOTED));
        assertEquals(EnumSet.of(Check.K14), small.refusals);
        Adversary refused = adversary(9, 2);
        assertFalse(splitVote(refused, 8, Path.VOTED));
        assertEquals(EnumSet.of(Check.K19), refused.refusals);
    }

    // A3 and A2 on the fast path: a certificate without a vote for a set of the coordinator's
    // choice.

    @Test
    void a3SplitFastCertificatesOpenTheVictimOnlyWithoutK20() {
        assertTrue(splitVote(adversary(9, 2, Check.K20, Check.K9, Check.K14), 5, Path.FAST));
        Adversary refused = adversary(9, 2);
        assertFalse(splitVote(refused, 8, Path.FAST));
        assertEquals(EnumSet.of(Check.K20), refused.refusals);
        var evidence = refused.consortium.records.get(1).evidence;
        assertEquals(Check.K20, evidence.getFirst().check());
    }

    private static boolean splitVote(Adversary bad, int includedSize, Path path) {
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(consortium);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var vectors = new TreeMap<Integer, long[]>();
        var headers = uploads(bad, context, range(0, 7), x, vectors);
        var reveals = new TreeMap<Integer, RevealBody>();
        for (int site = 0; site < 7; site++) {
            SiteSet included =
                    includedSize == 5
                            ? bad.set(splitView(site))
                            : consortium.all().minus(consortium.set(site % 6 + 1));
            CoordinatorMessage certificate =
                    switch (path) {
                        case VOTED -> bySignaturesOfColluders(bad, context, included, headers);
                        case FAST -> bad.fastCert(context, included, headers);
                    };
            reveals.putAll(bad.reveal(certificate, List.of(site), Map.of()));
        }
        Optional<Seed> b = bad.secret(reveals, 0, SecretKind.SELF, R);
        var pairs = new TreeMap<>(bad.colludersSeeds(0, R));
        for (int site = 1; site < 7; site++) {
            Optional<Seed> w = bad.secret(reveals, site, SecretKind.RECOVERY, R);
            if (w.isPresent()) {
                pairs.put(site, bad.pairSeeds(site, w.get(), R).get(0));
            }
        }
        return b.isPresent()
                && Arrays.equals(
                        x.get(0),
                        Adversary.strip(0, context.ctx(), vectors.get(0), b.get(), pairs));
    }

    private static CoordinatorMessage bySignaturesOfColluders(
            Adversary bad,
            ContextFields context,
            SiteSet included,
            SortedMap<Integer, UploadProof> headers) {
        var signatures = new TreeMap<Integer, Bytes>();
        Bytes statement = Adversary.statement(context, included, headers);
        bad.colluders.forEach(
                each -> signatures.put(each, bad.consortium.identities.get(each).sign(statement)));
        return bad.cert(context, included, headers, signatures);
    }

    private static List<Integer> splitView(int site) {
        return site == 0 ? List.of(0, 1, 4, 7, 8) : List.of(0, site, site % 6 + 1, 7, 8);
    }

    // A2: both secrets of one site, from two statements.

    @Test
    void a2TwoCertificatesOpenBothSecretsOnlyWithoutK18AndK21() {
        assertTrue(twoCertificates(adversary(7, 2, Check.K18, Check.K21)));
        for (Check off : List.of(Check.K18, Check.K21)) {
            assertFalse(twoCertificates(adversary(7, 2, off)), () -> "only " + off + " off");
        }
        Adversary refused = adversary(7, 2);
        assertFalse(twoCertificates(refused));
        assertEquals(EnumSet.of(Check.K18, Check.K19), refused.refusals);
        var evidence = refused.consortium.records.get(1).evidence;
        assertEquals(Check.K18, evidence.getFirst().check());
        assertEquals(2, evidence.getFirst().messages().size());
    }

    private static boolean twoCertificates(Adversary bad) {
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(consortium);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var vectors = new TreeMap<Integer, long[]>();
        var headers = uploads(bad, context, range(0, 5), x, vectors);
        var first = bad.ask(context, consortium.all(), headers, range(0, 5));
        var second =
                bad.ask(context, consortium.all().minus(consortium.set(0)), headers, range(0, 5));
        Optional<Seed> b = bad.secret(first, 0, SecretKind.SELF, R);
        // The colluders' own shares of w do not suffice.
        Optional<Seed> w = bad.secret(second, 0, SecretKind.RECOVERY, R);
        return b.isPresent()
                && w.isPresent()
                && Arrays.equals(
                        x.get(0),
                        Adversary.strip(
                                0,
                                context.ctx(),
                                vectors.get(0),
                                b.get(),
                                bad.pairSeeds(0, w.get(), R)));
    }

    // A10: the same secrets of a round under two contexts.

    @Test
    void a10SecondOpeningOfARoundIsRefusedAndErasureCoversIt() {
        Adversary refused = adversary(7, 2);
        ContextFields first = refused.context(R, refused.consortium.all(), MODEL);
        ContextFields second = refused.context(R, refused.consortium.all(), TRAP);
        long[] x = refused.consortium.randomInput();
        refused.upload(0, refused.open(first, MODEL), x).orElseThrow();
        assertTrue(refused.upload(0, refused.open(second, TRAP), x).isEmpty());
        assertEquals(EnumSet.of(Check.K12), refused.refusals);
        assertEquals(Check.K12, refused.consortium.records.get(0).evidence.getFirst().check());

        Adversary off = adversary(7, 2, Check.K8, Check.K12);
        ContextFields again = off.context(R, off.consortium.all(), TRAP);
        off.upload(0, off.open(off.context(R, off.consortium.all(), MODEL), MODEL), x);
        assertThrows(IllegalStateException.class, () -> off.upload(0, off.open(again, TRAP), x));
    }

    @Test
    void a10ARoundReplayedFromASnapshotOpensTheSecondInputAndARestartRefusesIt() {
        var consortium = Consortium.of(7, 2);
        consortium.sites.set(0, consortium.newSite(0, KeySource.of(Consortium.seeded(77))));
        consortium.setUp(1, R, 4);
        SiteProtocol snapshot = twin(consortium, 0, 77);
        var bad = new Adversary(consortium, 2);
        List<long[]> x = inputs(consortium);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var headers = uploads(bad, context, List.of(0, 3, 4), x, new TreeMap<>());
        SiteSet included = consortium.all().minus(consortium.set(1, 2));
        uploads(bad, context, List.of(1, 2), x, new TreeMap<>());
        var reveals = bad.ask(context, included, headers, range(0, 5));

        ContextFields second = bad.context(R, consortium.set(0, 1, 2, 5, 6), MODEL);
        long[] other = consortium.randomInput();
        Reaction.Upload replayed =
                bad.upload(snapshot, 0, bad.open(second, MODEL), other).orElseThrow();
        var pairs = new TreeMap<>(bad.colludersSeeds(0, R));
        for (int site : List.of(1, 2)) {
            Seed w = bad.secret(reveals, site, SecretKind.RECOVERY, R).orElseThrow();
            pairs.put(site, bad.pairSeeds(site, w, R).get(0));
        }
        Seed b = bad.secret(reveals, 0, SecretKind.SELF, R).orElseThrow();
        assertArrayEquals(other, Adversary.strip(0, second.ctx(), words(replayed), b, pairs));

        consortium.restart(0);
        assertTrue(bad.upload(0, bad.open(second, MODEL), other).isEmpty());
        assertEquals(EnumSet.of(Check.K24), bad.refusals);
    }

    /** The memory of a site as it was: another object with the same keys that saw the same messages. */
    private static SiteProtocol twin(Consortium consortium, int site, long seed) {
        var setting = consortium.setting(site);
        var ports = setting.ports();
        var own =
                new SiteSetting.Ports(
                        new MemoryRecords(),
                        new MemoryRecords(),
                        ports.rules(),
                        ports.random(),
                        ports.clock());
        var twin =
                new SiteProtocol(
                        new SiteSetting(
                                setting.job(),
                                site,
                                setting.identity(),
                                setting.roster(),
                                setting.codecHash(),
                                setting.archHash(),
                                setting.limits(),
                                own),
                        ActiveChecks.all(RosterKeys.of(setting.roster())),
                        KeySource.of(Consortium.seeded(seed)));
        for (View.Entry entry : List.copyOf(consortium.view.toSites)) {
            if (entry.site() == site) {
                twin.on((io.confide.common.secagg.CoordinatorMessage) entry.message());
            }
        }
        return twin;
    }

    // A21: a voter that forgot its vote.

    @Test
    void a21ARestoredVoterTipsTwoCertificatesAndARestartedOneRefuses() {
        assertTrue(forgottenVote(true));
        assertFalse(forgottenVote(false));
    }

    private static boolean forgottenVote(boolean restored) {
        var consortium = Consortium.of(5, 0);
        consortium.sites.set(1, consortium.newSite(1, KeySource.of(Consortium.seeded(78))));
        consortium.setUp(1, R, 4);
        var bad = new Adversary(consortium, 0);
        List<long[]> x = inputs(consortium);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        SiteProtocol snapshot = twin(consortium, 1, 78);
        bad.upload(snapshot, 1, bad.open(context, MODEL), x.get(1)).orElseThrow();
        var vectors = new TreeMap<Integer, long[]>();
        var headers = uploads(bad, context, range(0, 5), x, vectors);
        var first = bad.ask(context, consortium.all(), headers, List.of(0, 1, 3));
        if (!restored) {
            consortium.restart(1);
        }
        var second =
                bad.ask(
                        context,
                        consortium.all().minus(consortium.set(0)),
                        headers,
                        List.of(1, 2, 4),
                        restored ? Map.of(1, snapshot) : Map.of());
        Optional<Seed> b = bad.secret(first, 0, SecretKind.SELF, R);
        Optional<Seed> w = bad.secret(second, 0, SecretKind.RECOVERY, R);
        if (!restored) {
            assertEquals(EnumSet.of(Check.K24, Check.K19), bad.refusals);
        }
        return w.isPresent()
                && Arrays.equals(
                        x.get(0),
                        Adversary.strip(
                                0,
                                context.ctx(),
                                vectors.get(0),
                                b.orElseThrow(),
                                bad.pairSeeds(0, w.get(), R)));
    }

    // A5, A4: another model or configuration than the approved one.

    @Test
    void a5AModelThatTheRulesRefuseIsTrainedOnlyWithoutK10() {
        for (boolean off : List.of(true, false)) {
            Adversary bad = off ? adversary(4, 0, Check.K10) : adversary(4, 0);
            bad.consortium.rules = _ -> ModelRules.Verdict.REFUSED;
            ContextFields context = bad.context(R, bad.consortium.all(), TRAP);
            boolean joined =
                    bad.upload(0, bad.open(context, TRAP), bad.consortium.randomInput())
                            .isPresent();
            assertEquals(off, joined);
            assertEquals(off ? Set.of() : EnumSet.of(Check.K10), bad.refusals);
        }
    }

    // A7, A30: sums that are too small.

    @Test
    void a7ATinyCohortIsJoinedOnlyWithoutK9() {
        for (boolean off : List.of(true, false)) {
            Adversary bad = off ? adversary(7, 2, Check.K9) : adversary(7, 2);
            ContextFields context = bad.context(R, bad.consortium.set(0, 5, 6), MODEL);
            boolean joined =
                    bad.upload(0, bad.open(context, MODEL), bad.consortium.randomInput())
                            .isPresent();
            assertEquals(off, joined);
            assertEquals(off ? Set.of() : EnumSet.of(Check.K9), bad.refusals);
        }
    }

    @Test
    void a30ASumBelowTheSmallestOneTheSiteAskedForIsOpenedOnlyWithoutK14() {
        for (Set<Check> off : List.of(Set.of(Check.K14), Set.<Check>of())) {
            var consortium = new Consortium(7, 1, 6, off, 5);
            consortium.setUp(1, R, 4);
            var bad = new Adversary(consortium, 1);
            ContextFields context = bad.context(R, consortium.all(), MODEL);
            var headers = uploads(bad, context, range(0, 6), inputs(consortium), new TreeMap<>());
            var reveals = bad.ask(context, consortium.set(0, 1, 2, 3, 4), headers, range(0, 6));
            assertEquals(off.isEmpty(), reveals.isEmpty());
            assertEquals(off.isEmpty(), bad.refusals.contains(Check.K14));
        }
    }

    // A24: the same inputs in two sums.

    @Test
    void a24TwoSumsOverTheSameInputsDifferByOneInputOnlyWithoutK11() {
        var off = Consortium.without(5, 0, Check.K11);
        List<long[]> x = inputs(off);
        off.setUp(1, R, 4);
        long[] first = sum(off, R, HonestRound.everybody(5), x);
        var reach = new ArrayList<>(HonestRound.everybody(5));
        reach.set(4, HonestRound.Reach.NO_UPLOAD);
        long[] second = sum(off, R + 1, reach, x);
        for (int k = 0; k < first.length; k++) {
            first[k] -= second[k];
        }
        assertArrayEquals(x.get(4), first);

        var on = Consortium.of(5, 0);
        on.setUp(1, R, 4);
        sum(on, R, HonestRound.everybody(5), inputs(on));
        var bad = new Adversary(on, 0);
        ContextFields again = bad.context(R + 1, on.all(), MODEL);
        assertTrue(bad.upload(0, bad.open(again, MODEL), on.randomInput()).isEmpty());
        assertEquals(EnumSet.of(Check.K11), bad.refusals);
    }

    @Test
    void a24HoldsOverRestartsEpochsAndJobs() {
        var consortium = Consortium.of(4, 0);
        consortium.setUp(1, R, 4);
        sum(consortium, R, HonestRound.everybody(4), inputs(consortium));
        for (int i = 0; i < 4; i++) {
            consortium.restart(i);
        }
        consortium.setUp(2, R + 1, 4);
        var bad = new Adversary(consortium, 0);
        ContextFields again = bad.context(R + 1, consortium.all(), MODEL);
        assertTrue(bad.upload(0, bad.open(again, MODEL), consortium.randomInput()).isEmpty());
        assertEquals(EnumSet.of(Check.K11), bad.refusals);
    }

    private static long[] sum(
            Consortium consortium, long number, List<HonestRound.Reach> reach, List<long[]> x) {
        var protocol =
                new io.confide.common.secagg.server.RoundProtocol(
                        consortium.epoch(),
                        consortium.opening(number, consortium.all(), MODEL),
                        consortium.coordinator);
        var round = new HonestRound(consortium, protocol, reach, x);
        return round.untilResult().sum().orElseThrow();
    }

    // A11, A12, A14: what belongs to one round is worth nothing in another.

    @Test
    void a11MessagesOfAnEarlierRoundAnotherJobOrEpochAreRefused() {
        var consortium = Consortium.of(4, 0);
        consortium.setUp(1, R, 4);
        HonestRound.of(consortium, R, HonestRound.everybody(4)).run();
        List<View.Entry> old = List.copyOf(consortium.view.toSites);
        var next = consortium.round(R + 1, consortium.all());
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, next.open()));
        for (View.Entry entry : old) {
            if (entry.site() == 0) {
                var message = (io.confide.common.secagg.CoordinatorMessage) entry.message();
                Reaction reaction = consortium.sites.get(0).on(message);
                assertFalse(
                        reaction instanceof Reaction.Send || reaction instanceof Reaction.Join,
                        () -> message.getClass() + " got " + reaction);
            }
        }
        var later = consortium.round(R + 3, consortium.all());
        consortium.setUp(2, R + 2, 4);
        consortium.deliver(0, consortium.round(R + 2, consortium.all()).open());
        assertEquals(Check.K8, consortium.refusedBy(0, later.open()));
    }

    /** Without K8 a round is joined again, but what would unmask it is gone: erasure stands behind it. */
    @Test
    void a11ARoundThatIsOverIsJoinedAgainOnlyWithoutK8AndThenHasNoMasks() {
        for (boolean off : List.of(true, false)) {
            Adversary bad = off ? adversary(4, 0, Check.K8) : adversary(4, 0);
            Consortium consortium = bad.consortium;
            HonestRound.of(consortium, R + 1, HonestRound.everybody(4)).run();
            Bytes newest = Consortium.model(R + 2);
            ContextFields old = bad.context(R, consortium.all(), newest);
            Reaction reaction = consortium.sites.get(0).on(bad.open(old, newest));
            assertEquals(off, reaction instanceof Reaction.Join);
            if (off) {
                long[] x = consortium.randomInput();
                SiteProtocol site = consortium.sites.get(0);
                assertThrows(
                        IllegalStateException.class,
                        () -> site.input(R, x, Consortium.dataVersion()));
            } else {
                assertTrue(bad.refused(reaction));
                assertEquals(EnumSet.of(Check.K8), bad.refusals);
            }
        }
    }

    @Test
    void a12MasksDifferBetweenRoundsAndContexts() {
        var consortium = Consortium.of(4, 0);
        consortium.setUp(1, R, 4);
        SiteEpoch epoch = consortium.sites.get(0).rounds().epoch().orElseThrow();
        var masks = new ArrayList<Bytes>();
        for (long round : List.of(R, R + 1)) {
            for (Bytes context : List.of(MODEL, TRAP)) {
                long[] words = new long[Consortium.WORDS];
                epoch.mask(round, Digest.of(context), consortium.all(), words);
                masks.add(Bytes.wrap(Words.toBytes(words)));
            }
        }
        assertEquals(4, Set.copyOf(masks).size());
    }

    @Test
    void a14RecoveringADroppedSiteOpensThatRoundOnly() {
        Adversary bad = adversary(7, 2);
        Consortium consortium = bad.consortium;
        List<long[]> x = inputs(consortium);
        ContextFields context = bad.context(R, consortium.all(), MODEL);
        var headers = uploads(bad, context, range(0, 4), x, new TreeMap<>());
        SiteSet included = consortium.all().minus(consortium.set(4));
        var reveals = bad.ask(context, included, headers, range(0, 4));
        Seed w = bad.secret(reveals, 4, SecretKind.RECOVERY, R).orElseThrow();
        var now = bad.pairSeeds(4, w, R);
        assertEquals(6, now.size());
        assertTrue(bad.pairSeeds(4, w, R + 1).isEmpty());
        SiteEpoch colluder = bad.epochOf(6);
        assertEquals(now.get(6), colluder.secrets().pairs().get(4).at(R));
        assertFalse(now.get(6).equals(colluder.secrets().pairs().get(4).at(R + 1)));
    }
}
