package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Segment;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.Shamir;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** Attacks on the sum, and on what is dealt before it: each succeeds where the named rule is left out. */
class SumAttackTest {
    private static final long R = 1;

    // A22: shares of one secret under several indices.

    @Test
    void a22SharesOfOneSecretUnderShiftedIndicesRebuildIt() {
        Seed beta = Seed.copyOf(FixedKeys.repeated(0x44, 32));
        Seed b = KeySchedule.b(beta, R);
        var collected = new TreeMap<Integer, byte[]>();
        for (int attempt = 1; attempt <= 5; attempt++) {
            collected.put(
                    attempt,
                    Shamir.shares(beta, SecretKind.SELF, R, 5, b, List.of(attempt)).getFirst());
        }
        assertEquals(b, Shamir.rebuild(collected, 5));
    }

    /** β is drawn for every hello (K1), and even a dealer that keeps it gives a holder the same share again. */
    @Test
    void a22RestartedSetUpsGiveAColluderNothingNew() {
        assertEquals(1, distinctShares(new KeptBeta(KeySource.of(Consortium.seeded(5)))));
        var consortium = Consortium.of(7, 2);
        var drawn = new RecordingKeys(KeySource.of(consortium.random));
        consortium.sites.set(0, consortium.newSite(0, drawn));
        var betas = new ArrayList<Seed>();
        for (int epoch = 1; epoch <= 5; epoch++) {
            consortium.setUp(epoch, R, 2);
            betas.add(drawn.secrets().get(drawn.secrets().size() - 7));
        }
        assertEquals(5, betas.stream().map(Seed::digest).distinct().count());
        assertEquals(5, distinctShares(KeySource.of(Consortium.seeded(6))));
    }

    /** How many different shares of b the last site gets from site 0 in five set-ups. */
    private static long distinctShares(KeySource dealer) {
        var consortium = Consortium.of(7, 2);
        consortium.sites.set(0, consortium.newSite(0, dealer));
        var shares = new ArrayList<Digest>();
        for (int epoch = 1; epoch <= 5; epoch++) {
            // Otherwise it would keep the first epoch until a round of a later one is opened.
            consortium.restart(6);
            consortium.setUp(epoch, R, 2);
            SiteEpoch held = consortium.sites.get(6).rounds().epoch().orElseThrow();
            shares.add(held.share(0, SecretKind.SELF, R).digest());
        }
        return shares.stream().distinct().count();
    }

    /** A dealer with the bug. */
    private static final class KeptBeta extends DelegatingKeys {
        KeptBeta(KeySource real) {
            super(real);
        }

        @Override
        public Seed dealerSecret() {
            return Seed.copyOf(FixedKeys.repeated(0x44, 32));
        }
    }

    // A25: an upload that is in the sum twice, or in part.

    @Test
    void a25ADoubleFoldIsSeenByTheCanaryAlone() throws IntegrityException {
        var codec = Codec.of(List.of(new Segment.Counts("n", Consortium.WORDS - 1)), 5);
        var consortium = Consortium.of(5, 0);
        consortium.setUp(1, R, 2);
        var inputs = new ArrayList<long[]>();
        for (int site = 0; site < 5; site++) {
            double each = 10.0 + site;
            double[] counts = {each, each, each, each, each};
            inputs.add(codec.encode(Map.of("n", counts), new Random(site)));
        }
        var round =
                new HonestRound(
                        consortium,
                        consortium.round(R, consortium.all()),
                        HonestRound.everybody(5),
                        inputs);
        long[] sum = round.untilResult().sum().orElseThrow();
        assertArrayEquals(new double[] {60, 60, 60, 60, 60}, codec.decode(sum, 5).get("n"));
        // Folded twice and unmasked twice: only the canary is not what it must be.
        long[] twice = sum.clone();
        Words.addInto(twice, inputs.get(2));
        var seen = assertThrows(IntegrityException.class, () -> codec.decode(twice, 5));
        assertTrue(seen.getMessage().contains("canary"), seen::getMessage);
        twice[Consortium.WORDS - 1] = 5;
        assertEquals(72, codec.decode(twice, 5).get("n")[0]);
        // Folded twice but unmasked once: a mask stays in.
        long[] masked = sum.clone();
        Words.addInto(masked, uploaded(consortium, 2));
        assertThrows(IntegrityException.class, () -> codec.decode(masked, 5));
    }

    private static long[] uploaded(Consortium consortium, int site) {
        return consortium
                .view
                .received(SiteMessage.Upload.class)
                .filter(each -> each.getKey() == site)
                .map(each -> ((VectorBody.Inline) each.getValue().vector()).bytes().toArray())
                .map(Words::fromBytes)
                .findFirst()
                .orElseThrow();
    }

    // A26: a wrong pair seed in a dealer's blob. The honest coordinator stops
    // (CoordinatorRulesTest); without R11 the sum is
    // wrong.

    @Test
    void a26WithoutR11AWrongPairSeedSpoilsTheSumUnseen() {
        assertTrue(unmaskedByHand(false));
        assertFalse(unmaskedByHand(true));
    }

    /** Whether the sum that a coordinator without R11 unmasks by hand is the plain one. */
    private static boolean unmaskedByHand(boolean wrong) {
        int cheat = 3;
        var consortium = Consortium.of(4, 0);
        var keys = new RecordingKeys(KeySource.of(consortium.random));
        consortium.sites.set(cheat, consortium.newSite(cheat, keys));
        var sent = new ArrayList<SiteMessage.Deal>();
        consortium.changeDeal =
                Optional.of(
                        new Consortium.DealChange(
                                cheat,
                                deal -> {
                                    sent.add(wrong ? spoiled(consortium, cheat, keys, deal) : deal);
                                    return sent.getFirst();
                                }));
        consortium.setUp(1, R, 3);
        var reach = new ArrayList<>(HonestRound.everybody(4));
        reach.set(cheat, HonestRound.Reach.NO_UPLOAD);
        var round = HonestRound.of(consortium, R, reach);
        var outcome = round.run();
        assertEquals(
                wrong ? ResultBody.Status.INTEGRITY : ResultBody.Status.DONE, outcome.status());
        var bad = new Adversary(consortium, 0);
        var reveals = new TreeMap<Integer, RevealBody>();
        consortium
                .view
                .received(SiteMessage.Reveal.class)
                .forEach(
                        each ->
                                reveals.put(
                                        each.getKey(),
                                        RevealBody.parse(each.getValue().body().body())
                                                .orElseThrow()));
        Seed w = bad.secret(reveals, cheat, SecretKind.RECOVERY, R).orElseThrow();
        byte[] aad = SetupLayout.blobAad(consortium.epoch().t1(), cheat, R);
        byte[] blob = sent.getFirst().secrets().getFirst().blob().toArray();
        byte[] seeds = AesGcm.open(KeySchedule.blobKey(w), aad, blob).orElseThrow();
        ContextFields context = bad.context(R, consortium.all(), Consortium.model(R));
        long[] sum = new long[Consortium.WORDS];
        long[] plain = new long[Consortium.WORDS];
        for (int site = 0; site < cheat; site++) {
            Seed b = bad.secret(reveals, site, SecretKind.SELF, R).orElseThrow();
            // The dealer has the highest index, so its seeds stand in the order of the sites.
            byte[] e = java.util.Arrays.copyOfRange(seeds, 32 * site, 32 * site + 32);
            Words.addInto(
                    sum,
                    Adversary.strip(
                            site,
                            context.ctx(),
                            uploaded(consortium, site),
                            b,
                            Map.of(cheat, Seed.copyOf(e))));
            Words.addInto(plain, round.inputs().get(site));
        }
        return java.util.Arrays.equals(plain, sum);
    }

    private static SiteMessage.Deal spoiled(
            Consortium consortium, int cheat, RecordingKeys keys, SiteMessage.Deal deal) {
        Seed beta = keys.secrets().getFirst();
        Digest t1 = S4Body.parse(deal.s4().body()).orElseThrow().t1();
        Seed key = KeySchedule.blobKey(KeySchedule.w(beta, R));
        byte[] aad = SetupLayout.blobAad(t1, cheat, R);
        byte[] seeds =
                AesGcm.open(key, aad, deal.secrets().getFirst().blob().toArray()).orElseThrow();
        seeds[0] ^= 1;
        Bytes blob = Bytes.wrap(AesGcm.seal(key, aad, seeds));
        return CoordinatorRulesTest.dealtAgain(
                consortium, cheat, CoordinatorRulesTest.withBlob(deal, 0, blob));
    }

    // A27: whoever is not there does not lower a threshold.

    @Test
    void a27AbsentSitesLowerNoThreshold() {
        var consortium = Consortium.of(9, 2);
        var present = consortium.all().minus(consortium.set(7, 8));
        var setup = new EpochSetup(consortium.terms(1, R, 2), present, consortium.coordinator);
        var epoch = consortium.setUp(setup);
        assertEquals(7, epoch.accepted().size());
        for (int site = 0; site < 7; site++) {
            var policy = consortium.sites.get(site).rounds().epoch().orElseThrow().facts().policy();
            assertEquals(consortium.roster.q(), policy.q());
            assertEquals(6, policy.t());
            assertEquals(6, policy.floor());
        }
        var small = consortium.all().minus(consortium.set(5, 6, 7, 8));
        assertThrows(IllegalArgumentException.class, () -> consortium.round(R, small));
    }
}
