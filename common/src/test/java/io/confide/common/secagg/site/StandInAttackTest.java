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
import io.confide.common.secagg.CoordinatorMessage.Cert;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A32: a coordinator shows certificates to sites outside the round, and to sites for which it is over (K22, K23). Each is
 * refused, and answered by a twin of the site with that check off.
 */
class StandInAttackTest {
    private static final long R = 2;
    private static final Bytes MODEL = Consortium.model(R);

    /** A certificate with everything that identity keys can make, whoever joined: only the site's own checks are left. */
    private static Cert cert(Adversary bad, ContextFields context, SiteSet included) {
        return cert(bad, context, included, headers(bad, context, included));
    }

    private static Cert cert(
            Adversary bad,
            ContextFields context,
            SiteSet included,
            SortedMap<Integer, UploadProof> headers) {
        Bytes statement = Adversary.statement(context, included, headers);
        var signatures = new TreeMap<Integer, Bytes>();
        for (int site = 0; site < bad.consortium.policy.q(); site++) {
            signatures.put(site, bad.consortium.identities.get(site).sign(statement));
        }
        return bad.cert(context, included, headers, signatures);
    }

    private static SortedMap<Integer, UploadProof> headers(
            Adversary bad, ContextFields context, SiteSet included) {
        var headers = new TreeMap<Integer, UploadProof>();
        included.indices().forEach(site -> headers.put(site, bad.forged(site, context)));
        return headers;
    }

    private static void setUpWithoutHelloOf(Consortium consortium, int silent) {
        var setup =
                new EpochSetup(consortium.terms(1, 1, 8), consortium.all(), consortium.coordinator);
        var waiting = new ArrayDeque<Addressed>(setup.begin());
        waiting.removeIf(next -> next.site() == silent);
        boolean closed = false;
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (consortium.deliver(next.site(), next.message()) instanceof Reaction.Send send) {
                setup.accept(next.site(), send.message());
                waiting.addAll(setup.advance());
            }
            if (waiting.isEmpty() && !closed) {
                waiting.addAll(setup.closeStep());
                closed = true;
            }
        }
        consortium.epoch = setup.ready();
    }

    /** N = 6, C = 1, so q = 4; site 5 said no hello and is not in the epoch. */
    @Test
    void k22AStandInHelpsOnlyWithACohortWithinItsEpoch() {
        var consortium = Consortium.of(6, 1);
        Twin twin = Twin.of(consortium, 4);
        setUpWithoutHelloOf(consortium, 5);
        assertEquals(consortium.all().minus(consortium.set(5)), consortium.epoch().accepted());
        var bad = new Adversary(consortium, 0);
        Cert outside =
                cert(
                        bad,
                        bad.context(R, consortium.set(0, 1, 2, 5), MODEL),
                        consortium.set(0, 1, 2, 5));
        assertEquals(Check.K22, consortium.refusedBy(4, outside));
        assertInstanceOf(Reaction.Send.class, twin.without(Check.K22).on(outside));
        // In the sum or not: the cohort itself has to be within the epoch.
        Cert dropped =
                cert(
                        bad,
                        bad.context(R, consortium.set(0, 1, 2, 3, 5), MODEL),
                        consortium.set(0, 1, 2, 3));
        assertEquals(Check.K22, consortium.refusedBy(4, dropped));
        assertInstanceOf(Reaction.Send.class, twin.without(Check.K22).on(dropped));
        // Bitmaps over another roster: with the check on or off.
        var seven = SiteSet.of(7, List.of(0, 1, 2, 3));
        Cert larger = cert(bad, bad.context(R, seven, MODEL), seven);
        assertEquals(Check.K22, consortium.refusedBy(4, larger));
        assertInstanceOf(Reaction.Refused.class, twin.without(Check.K22).on(larger));
        assertEquals(0, consortium.sites.get(4).rounds().last());
        ContextFields good = bad.context(R, consortium.set(0, 1, 2, 3), MODEL);
        assertInstanceOf(
                Reaction.Send.class,
                consortium.deliver(4, cert(bad, good, consortium.set(0, 1, 2, 3))));
        assertEquals(R, consortium.sites.get(4).rounds().last());
    }

    /** N = 6, C = 1; site 5 is not in the cohort. Each certificate is wrong in one way. */
    @Test
    void k22EveryCheckOfACertificateBitesAtAStandIn() {
        var consortium = Consortium.of(6, 1);
        Twin twin = Twin.of(consortium, 5);
        consortium.setUp(1, 1, 8);
        var bad = new Adversary(consortium, 0);
        SiteSet cohort = consortium.set(0, 1, 2, 3, 4);
        SiteSet four = consortium.set(0, 1, 2, 3);
        ContextFields context = bad.context(R, cohort, MODEL);
        var headers = headers(bad, context, cohort);
        var foreign = new TreeMap<>(headers);
        foreign.put(1, bad.forged(1, bad.context(R, four, MODEL)));
        Bytes statement = Adversary.statement(context, four, headers);
        var few = new TreeMap<Integer, Bytes>();
        for (int site = 0; site < 3; site++) {
            few.put(site, consortium.identities.get(site).sign(statement));
        }
        Map<Check, CoordinatorMessage> wrong =
                Map.of(
                        Check.K14,
                        cert(bad, context, consortium.set(0, 1, 2), headers),
                        Check.K15,
                        cert(bad, context, four, foreign),
                        Check.K19,
                        bad.cert(context, four, headers, few),
                        Check.K20,
                        bad.fastCert(context, four, headers));
        wrong.forEach(
                (check, message) -> {
                    assertEquals(check, consortium.refusedBy(5, message));
                    assertInstanceOf(Reaction.Send.class, twin.without(check).on(message));
                });
        assertEquals(0, consortium.sites.get(5).rounds().last());
    }

    /** N = 6, C = 1. What a stand-in helped with binds it like a site that signed. */
    @Test
    void k22AStandInIsBoundToItsFirstStatementAndContext() {
        var consortium = Consortium.of(6, 1);
        Twin twin = Twin.of(consortium, 5);
        consortium.setUp(1, 1, 8);
        var bad = new Adversary(consortium, 0);
        SiteSet cohort = consortium.set(0, 1, 2, 3, 4);
        ContextFields context = bad.context(R, cohort, MODEL);
        Cert first = cert(bad, context, cohort);
        Reaction shares = consortium.deliver(5, first);
        Cert second = cert(bad, context, consortium.set(0, 1, 2, 3));
        assertEquals(Check.K21, consortium.refusedBy(5, second));
        var evidence = consortium.records.get(5).evidence.getLast();
        assertEquals(List.of(first.body(), second.body()), evidence.messages());
        // Both kinds of shares of site 4 would leave; either check alone stops it.
        assertInstanceOf(Reaction.Refused.class, twin.without(Check.K21).on(second));
        assertInstanceOf(Reaction.Send.class, twin.without(Check.K18, Check.K21).on(second));
        ContextFields other = bad.context(R, consortium.set(0, 1, 2, 3), MODEL);
        Cert elsewhere = cert(bad, other, other.opened());
        assertEquals(Check.K13, consortium.refusedBy(5, elsewhere));
        assertEquals(Check.K13, consortium.records.get(5).evidence.getLast().check());
        assertEquals(shares, consortium.deliver(5, first));
    }

    /** N = 5, C = 0, so t = q = 3. Behind the check are erased rows, for joined sites and for others. */
    @Test
    void k23WhatIsOverIsRefusedAndErasedBehindTheCheck() {
        for (boolean joined : List.of(true, false)) {
            for (boolean outcome : List.of(true, false)) {
                var consortium = Consortium.of(5, 0);
                Twin twin = Twin.of(consortium, 0);
                consortium.setUp(1, 1, 8);
                var bad = new Adversary(consortium, 0);
                SiteSet cohort = joined ? consortium.all() : consortium.set(1, 2, 3, 4);
                ContextFields context = bad.context(R, cohort, MODEL);
                if (joined) {
                    assertInstanceOf(
                            Reaction.Join.class, consortium.deliver(0, bad.open(context, MODEL)));
                }
                Cert late = cert(bad, context, consortium.set(1, 2, 3, 4));
                consortium.deliver(
                        0,
                        outcome
                                ? done(bad, context, late)
                                : consortium.round(R + 2, consortium.all()).open());
                // A stand-in learns of the outcome only if it stood in before.
                boolean over = joined || !outcome;
                if (over) {
                    assertEquals(Check.K23, consortium.refusedBy(0, late));
                    SiteProtocol off = twin.without(Check.K23);
                    assertThrows(IllegalStateException.class, () -> off.on(late));
                } else {
                    assertInstanceOf(Reaction.Send.class, consortium.deliver(0, late));
                    consortium.deliver(0, done(bad, context, late));
                    assertEquals(Check.K23, consortium.refusedBy(0, late));
                }
            }
        }
    }

    private static CoordinatorMessage.Result done(
            Adversary bad, ContextFields context, Cert certificate) {
        Bytes statement =
                Adversary.statement(
                        context, bad.set(certificate.headers().keySet()), certificate.headers());
        return done(bad, context, statement);
    }

    private static CoordinatorMessage.Result done(
            Adversary bad, ContextFields context, Bytes statement) {
        var body =
                new ResultBody(
                        context.round(), Digest.of(statement), Digest.ZERO, ResultBody.Status.DONE);
        return new CoordinatorMessage.Result(Consortium.JOB, bad.signed(body.bytes()));
    }

    @Test
    void a32ACertificateThatComesLateOpensNothingEvenWithStolenIdentityKeys() {
        assertFalse(lateCertificate(Memory.AS_IT_IS));
    }

    @Test
    void a32OneMemoryFromBeforeTheOutcomeWouldOpenTheInput() {
        assertTrue(lateCertificate(Memory.KEPT));
    }

    private enum Memory {
        AS_IT_IS,
        KEPT
    }

    /**
     * N = 5, C = 0, t = q = 3, site 4 not in the cohort. Site 3 uploaded, but the sum is of the others, so the pair masks of
     * its input are known. Afterwards identity keys are stolen, and make certificates of sums with site 3 in them.
     *
     * @return whether the input of site 3 is obtained
     */
    private static boolean lateCertificate(Memory memory) {
        var consortium = Consortium.of(5, 0);
        Twin twin = Twin.of(consortium, 0);
        consortium.setUp(1, 1, 8);
        var bad = new Adversary(consortium, 0);
        SiteSet cohort = consortium.set(0, 1, 2, 3);
        SiteSet summed = consortium.set(0, 1, 2);
        ContextFields context = bad.context(R, cohort, MODEL);
        var headers = new TreeMap<Integer, UploadProof>();
        var inputs = new ArrayList<long[]>();
        var vectors = new ArrayList<long[]>();
        for (int site : cohort.indices()) {
            inputs.add(consortium.randomInput());
            var upload = bad.upload(site, bad.open(context, MODEL), inputs.get(site)).orElseThrow();
            headers.put(site, Adversary.proof(upload));
            vectors.add(Words.fromBytes(upload.vector().whole().toArray()));
        }
        SiteProtocol kept = twin.without();
        var honest = bad.ask(context, summed, headers, summed.indices());
        var result = done(bad, context, Adversary.statement(context, summed, headers));
        for (int site : summed.indices()) {
            assertInstanceOf(Reaction.Finished.class, consortium.deliver(site, result));
        }
        var late = new TreeMap<Integer, RevealBody>();
        for (int site : consortium.all().indices()) {
            // Whoever forgot the round has no stored upload either: each is asked about a sum
            // without itself (K15).
            SiteSet others = cohort.minus(consortium.set(site == 3 ? 0 : site));
            late.putAll(
                    bad.reveal(
                            cert(bad, context, others, headers),
                            List.of(site),
                            memory == Memory.KEPT ? Map.of(0, kept) : Map.of()));
        }
        assertEquals(EnumSet.of(Check.K23), bad.refusals);
        Optional<Seed> b = bad.secret(late, 3, SecretKind.SELF, R);
        if (b.isEmpty()) {
            return false;
        }
        Seed w = bad.secret(honest, 3, SecretKind.RECOVERY, R).orElseThrow();
        var pairs = new TreeMap<>(bad.pairSeeds(3, w, R));
        pairs.keySet().retainAll(summed.indices());
        assertArrayEquals(
                inputs.get(3), Adversary.strip(3, context.ctx(), vectors.get(3), b.get(), pairs));
        return true;
    }
}
