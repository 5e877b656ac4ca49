package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.Cert;
import io.confide.common.secagg.CoordinatorMessage.FastCert;
import io.confide.common.secagg.CoordinatorMessage.Open;
import io.confide.common.secagg.CoordinatorMessage.Propose;
import io.confide.common.secagg.CoordinatorMessage.Result;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** K8 to K26 at site 0 of five: what is refused changes nothing, and the right message still works. */
class RoundChecksTest {
    private static final long R = 3;
    private static final int ROUNDS = 4;
    private static final Bytes MODEL = Consortium.model(R);

    private Consortium consortium;
    private Adversary bad;
    private Twin twin;

    @BeforeEach
    void ready() {
        consortium = Consortium.of(5, 1);
        twin = Twin.of(consortium, 0);
        consortium.setUp(1, R, ROUNDS);
        bad = new Adversary(consortium, 1);
    }

    private SiteSet all() {
        return consortium.all();
    }

    private ContextFields context() {
        return bad.context(R, all(), MODEL);
    }

    private Open open(ContextFields context) {
        return bad.open(context, MODEL);
    }

    private Open open(OpenBody body, Bytes config, Bytes codec, VectorBody model) {
        return new Open(
                Consortium.JOB,
                bad.signed(body.bytes()),
                config,
                codec,
                model,
                consortium.lastModelResult,
                List.of());
    }

    private static OpenBody body(ContextFields context) {
        return new OpenBody(context, Consortium.NOW.plusSeconds(60).toEpochMilli());
    }

    private static ContextFields context(RoundFields round, SiteSet cohort) {
        return new ContextFields(
                round,
                Digest.of(MODEL),
                Digest.of(Consortium.CONFIG),
                Digest.of(Consortium.CODEC),
                cohort);
    }

    private void requireRefused(Check check, Open... messages) {
        for (Open message : messages) {
            assertEquals(check, consortium.refusedBy(0, message));
        }
        assertTrue(consortium.sites.get(0).awaitingInput().isEmpty());
        // The form of a body cannot be switched off: nothing could be read without it.
        if (check != Check.K25) {
            twin.requireBites(check, List.of(messages));
        }
    }

    private void requireJoins(Open message) {
        assertInstanceOf(Reaction.Join.class, consortium.deliver(0, message));
    }

    @Test
    void k8OpensOnlyWhatTheCoordinatorSignedForThisEpochAndOnlyForward() {
        Open good = open(context());
        Bytes bytes = good.body().body();
        var job = JobId.of("ffffffff-0405-0607-0809-0a0b0c0d0e0f");
        Digest epochId = consortium.epoch().epochId();
        var forged = new SignedBody(bytes, consortium.identities.get(1).sign(bytes));
        requireRefused(
                Check.K8,
                new Open(
                        good.job(),
                        forged,
                        good.config(),
                        good.codec(),
                        good.model(),
                        Optional.empty(),
                        List.of()),
                open(context(new RoundFields(job, epochId, R), all())),
                open(context(new RoundFields(Consortium.JOB, Digest.ZERO, R), all())),
                open(context(new RoundFields(Consortium.JOB, epochId, R - 1), all())),
                open(context(new RoundFields(Consortium.JOB, epochId, R + ROUNDS), all())));
        requireJoins(open(context(new RoundFields(Consortium.JOB, epochId, R + 1), all())));
        assertEquals(Check.K8, consortium.refusedBy(0, good));
    }

    @Test
    void k9JoinsOnlyALargeEnoughCohortWithItselfAndANearDeadline() {
        ContextFields far = context();
        long tooLate = Consortium.NOW.plusSeconds(301).toEpochMilli();
        requireRefused(
                Check.K9,
                open(bad.context(R, consortium.set(0, 1, 2), MODEL)),
                open(bad.context(R, consortium.set(1, 2, 3, 4), MODEL)),
                open(bad.context(R, SiteSet.all(6), MODEL)),
                open(
                        new OpenBody(far, tooLate),
                        Consortium.CONFIG,
                        Consortium.CODEC,
                        new VectorBody.Inline(MODEL)));
        requireJoins(open(bad.context(R, consortium.set(0, 1, 2, 3), MODEL)));
    }

    @Test
    void k10TrainsOnlyApprovedConfigurationsOnTheNewestModel() {
        OpenBody body = body(context());
        var model = new VectorBody.Inline(MODEL);
        requireRefused(
                Check.K10,
                open(body, Consortium.CODEC, Consortium.CODEC, model),
                open(body, Consortium.CONFIG, Consortium.CONFIG, model),
                open(body, Consortium.CONFIG, Consortium.CODEC, new VectorBody.Inline(Bytes.EMPTY)),
                open(
                        body,
                        Consortium.CONFIG,
                        Consortium.CODEC,
                        new VectorBody.Chunked(7, Digest.ZERO.value())));
        consortium.rules = _ -> ModelRules.Verdict.REFUSED;
        requireRefused(Check.K10, open(context()));
        consortium.rules =
                offer ->
                        offer.origin() == ModelRules.Origin.OTHER
                                        && offer.model().equals(Digest.of(MODEL))
                                        && offer.sites() == context().opened().size()
                                ? ModelRules.Verdict.PERMITTED
                                : ModelRules.Verdict.REFUSED;
        requireJoins(open(context()));
    }

    @Test
    void k10KnowsTheNewestSignedModelAndNeverGoesBack() {
        HonestRound.of(consortium, R, HonestRound.everybody(5)).run();
        Optional<SignedBody> first = consortium.lastModelResult;
        consortium.rules =
                offer ->
                        offer.origin() == ModelRules.Origin.LAST_RESULT
                                ? ModelRules.Verdict.PERMITTED
                                : ModelRules.Verdict.REFUSED;
        HonestRound.of(consortium, R + 1, HonestRound.everybody(5)).run();
        Optional<SignedBody> second = consortium.lastModelResult;
        assertNotEquals(first, second);
        Bytes next = Consortium.model(R + 2);
        ContextFields context = bad.context(R + 2, all(), next);
        ResultBody newest = ResultBody.parse(second.orElseThrow().body()).orElseThrow();
        var twisted =
                bad.signed(
                        new ResultBody(
                                        newest.round(),
                                        newest.statementHash(),
                                        Digest.of(MODEL),
                                        ResultBody.Status.DONE)
                                .bytes());
        for (Optional<SignedBody> shown :
                List.of(
                        first,
                        Optional.<SignedBody>empty(),
                        Optional.of(new SignedBody(second.get().body(), first.get().signature())),
                        Optional.of(twisted))) {
            consortium.lastModelResult = shown;
            requireRefused(Check.K10, bad.open(context, next));
        }
        assertEquals(Check.K10, consortium.records.get(0).evidence.getLast().check());
        consortium.lastModelResult = second;
        requireRefused(Check.K10, bad.open(bad.context(R + 2, all(), MODEL), MODEL));
        consortium.restart(1);
        assertEquals(second, consortium.records.get(1).newestModel(Consortium.JOB));
        requireJoins(bad.open(context, next));
    }

    @Test
    void k10AChunkedModelIsVerifiedBeforeAnyInputIsTaken() {
        var chunked = new VectorBody.Chunked(MODEL.length(), Digest.of(MODEL).value());
        requireJoins(open(body(context()), Consortium.CONFIG, Consortium.CODEC, chunked));
        SiteProtocol site = consortium.sites.get(0);
        assertEquals(Check.K10, refusal(input(site)));
        assertEquals(Check.K10, refusal(site.modelArrived(R, Bytes.EMPTY)));
        assertEquals(new Reaction.Nothing(), site.modelArrived(R, MODEL));
        assertInstanceOf(Reaction.Upload.class, input(site));
    }

    private Reaction input(SiteProtocol site) {
        return site.input(R, consortium.randomInput(), Consortium.dataVersion());
    }

    private static Check refusal(Reaction reaction) {
        return assertInstanceOf(Reaction.Refused.class, reaction).refusal().check();
    }

    @Test
    void k12TheSameOpenGetsTheSameAnswerAndAnotherOneIsEvidence() {
        Open good = open(context());
        requireJoins(good);
        assertEquals(new Reaction.Nothing(), consortium.deliver(0, good));
        Reaction upload = input(consortium.sites.get(0));
        assertEquals(upload, consortium.deliver(0, good));
        Open other = open(bad.context(R, consortium.set(0, 1, 2, 3), MODEL));
        assertEquals(Check.K12, consortium.refusedBy(0, other));
        twin.requireBites(Check.K12, List.of(other));
        var evidence = consortium.records.get(0).evidence.getFirst();
        assertEquals(List.of(good.body(), other.body()), evidence.messages());
        assertEquals(upload, consortium.deliver(0, good));
    }

    @Test
    void k11IsDurableBeforeTheFirstMaskedByteLeaves() {
        requireJoins(open(context()));
        assertEquals(0, consortium.records.get(0).rounds.size());
        var upload = assertInstanceOf(Reaction.Upload.class, input(consortium.sites.get(0)));
        var record = consortium.records.get(0).rounds.getFirst();
        assertEquals(upload.message().header(), record.header());
        assertEquals(R, record.round());
    }

    /** All sites upload; returns their proofs. */
    private SortedMap<Integer, UploadProof> everybodyUploads() {
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site = 0; site < 5; site++) {
            var upload = bad.upload(site, open(context()), consortium.randomInput());
            headers.put(site, Adversary.proof(upload.orElseThrow()));
        }
        return headers;
    }

    private Propose propose(
            ContextFields context, SiteSet included, SortedMap<Integer, UploadProof> headers) {
        return bad.propose(context, included, headers);
    }

    private void requireNoVote(Check check, Propose... messages) {
        for (Propose message : messages) {
            assertEquals(check, consortium.refusedBy(0, message));
        }
        twin.requireBites(check, List.of(messages));
    }

    @Test
    void k13VotesOnlyUnderTheContextItJoined() {
        var headers = everybodyUploads();
        ContextFields otherModel = bad.context(R, all(), Bytes.EMPTY);
        ContextFields otherCohort = bad.context(R, consortium.set(0, 1, 2, 3), MODEL);
        ContextFields otherRound = bad.context(R + 1, all(), MODEL);
        SiteSet four = consortium.set(0, 1, 2, 3);
        requireNoVote(
                Check.K13,
                propose(otherModel, all(), headers),
                propose(otherCohort, four, headers),
                propose(otherRound, all(), headers));
        assertEquals(
                Check.K13,
                consortium.refusedBy(0, bad.cert(otherModel, all(), headers, new TreeMap<>())));
        assertEquals(Check.K13, consortium.records.get(0).evidence.getFirst().check());
        var good = propose(context(), all(), headers);
        assertInstanceOf(Reaction.Send.class, consortium.deliver(0, good));
    }

    @Test
    void k14CountsTheIncludedSitesItself() {
        var headers = everybodyUploads();
        requireNoVote(Check.K14, propose(context(), consortium.set(0, 1, 2), headers));
        var outside = new TreeMap<>(headers);
        ContextFields four = bad.context(R + 1, consortium.set(0, 1, 2, 3), MODEL);
        requireJoins(open(four));
        requireNoVote(Check.K14, propose(four, all(), outside));
        assertEquals(Check.K14, consortium.records.get(0).evidence.getFirst().check());
    }

    @Test
    void k15WantsEveryIncludedHeaderUnderThisContextAndItsOwnUnchanged() {
        var headers = everybodyUploads();
        ContextFields other = bad.context(R, consortium.set(0, 1, 2, 4), MODEL);
        UploadProof own = Optional.ofNullable(headers.get(0)).orElseThrow();
        UploadProof two = Optional.ofNullable(headers.get(2)).orElseThrow();
        var missing = new TreeMap<>(headers);
        missing.remove(2);
        requireNoVote(
                Check.K15,
                withHeader(headers, 4, bad.forged(4, other)),
                withHeader(headers, 4, bad.forged(3, context())),
                withHeader(headers, 2, new UploadProof(own.vectorHash(), two.signature())),
                withHeader(headers, 2, new UploadProof(two.vectorHash(), Bytes.EMPTY)),
                withHeader(headers, 2, new UploadProof(Bytes.EMPTY, two.signature())),
                withHeader(headers, 0, new UploadProof(two.vectorHash(), own.signature())),
                propose(context(), all(), missing),
                new Propose(
                        Consortium.JOB,
                        propose(context(), consortium.set(0, 1, 2, 3), headers).body(),
                        headers));
    }

    private Propose withHeader(
            SortedMap<Integer, UploadProof> headers, int site, UploadProof proof) {
        var changed = new TreeMap<>(headers);
        changed.put(site, proof);
        return propose(context(), all(), changed);
    }

    @Test
    void k15ASiteThatDidNotUploadIsNeverInTheSumButMayVote() {
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site = 1; site < 5; site++) {
            var upload = bad.upload(site, open(context()), consortium.randomInput());
            headers.put(site, Adversary.proof(upload.orElseThrow()));
        }
        requireJoins(open(context()));
        headers.put(0, bad.forged(4, context()));
        requireNoVote(Check.K15, propose(context(), all(), headers));
        SiteSet four = consortium.set(1, 2, 3, 4);
        assertInstanceOf(
                Reaction.Send.class, consortium.deliver(0, propose(context(), four, headers)));
        assertTrue(consortium.sites.get(0).awaitingInput().isEmpty());
        assertEquals(Check.K13, refusal(input(consortium.sites.get(0))));
    }

    @Test
    void k18SignsOneStatementAndRepeatsItsBytes() {
        var headers = everybodyUploads();
        var first = propose(context(), all(), headers);
        var sign = consortium.answer(SiteMessage.Sign.class, 0, first);
        assertEquals(sign, consortium.answer(SiteMessage.Sign.class, 0, first));
        var second = propose(context(), consortium.set(0, 1, 2, 3), headers);
        requireNoVote(Check.K18, second);
        var evidence = consortium.records.get(0).evidence.getFirst();
        assertEquals(List.of(first.body(), second.body()), evidence.messages());
    }

    @Test
    void k19WantsAQuorumOfDistinctAcceptedSites() {
        var headers = everybodyUploads();
        Bytes statement = Adversary.statement(context(), all(), headers);
        var good = new TreeMap<Integer, Bytes>();
        for (int site : List.of(1, 2, 3, 4)) {
            good.put(site, consortium.identities.get(site).sign(statement));
        }
        var three = new TreeMap<>(good);
        three.remove(4);
        var doubled = new TreeMap<>(three);
        doubled.put(4, good.get(3));
        var foreign = new TreeMap<>(three);
        foreign.put(5, good.get(4));
        var wrong = new TreeMap<>(three);
        wrong.put(4, consortium.identities.get(4).sign(MODEL));
        for (var signatures : List.of(three, doubled, foreign, wrong)) {
            Cert few = bad.cert(context(), all(), headers, signatures);
            assertEquals(Check.K19, consortium.refusedBy(0, few));
            twin.requireBites(Check.K19, List.of(few));
        }
        Cert cert = bad.cert(context(), all(), headers, good);
        var reveal = consortium.answer(SiteMessage.Reveal.class, 0, cert);
        // Any q valid signatures on the same statement get the same bytes.
        good.remove(1);
        good.put(0, consortium.identities.get(0).sign(statement));
        assertEquals(
                reveal,
                consortium.answer(
                        SiteMessage.Reveal.class, 0, bad.cert(context(), all(), headers, good)));
    }

    @Test
    void k20TheFastPathIsForAFullCohortOnlyAndKeepsEvidenceOfAnother() {
        var headers = everybodyUploads();
        FastCert four = fastCert(consortium.set(0, 1, 2, 3), headers);
        assertEquals(Check.K20, consortium.refusedBy(0, four));
        twin.requireBites(Check.K20, List.of(four));
        var evidence = consortium.records.get(0).evidence;
        assertEquals(Check.K20, evidence.getFirst().check());
        assertEquals(four.body(), evidence.getFirst().messages().getLast());
        FastCert everybody = fastCert(all(), headers);
        var reveal = consortium.answer(SiteMessage.Reveal.class, 0, everybody);
        assertEquals(reveal, consortium.answer(SiteMessage.Reveal.class, 0, everybody));
    }

    @Test
    void k20NoFastPathWhereThePolicyWantsAVoteInEveryRound() {
        var voted = consortium.votingAlways();
        var other = new Adversary(voted, 1);
        voted.setUp(1, R, 1);
        var context = other.context(R, voted.all(), MODEL);
        var headers = new TreeMap<Integer, UploadProof>();
        for (int site = 0; site < 5; site++) {
            var upload = other.upload(site, other.open(context, MODEL), voted.randomInput());
            headers.put(site, Adversary.proof(upload.orElseThrow()));
        }
        var body = new CertBody(context, voted.all());
        assertEquals(
                Check.K20,
                voted.refusedBy(
                        0, new FastCert(Consortium.JOB, other.signed(body.fastBytes()), headers)));
    }

    @Test
    void k20TheFastPathLiftsNoOtherCheck() {
        var headers = everybodyUploads();
        var forged = new TreeMap<>(headers);
        forged.put(2, headers.get(3));
        assertEquals(Check.K15, consortium.refusedBy(0, fastCert(all(), forged)));
        SiteSet four = consortium.set(0, 1, 2, 3);
        var some = new TreeMap<>(headers);
        some.remove(4);
        consortium.answer(SiteMessage.Sign.class, 0, bad.propose(context(), four, some));
        assertEquals(Check.K18, consortium.refusedBy(0, fastCert(all(), headers)));
        // The other way round: an answered FastCert counts as the signature of its statement.
        consortium.answer(SiteMessage.Reveal.class, 1, fastCert(all(), headers));
        assertEquals(Check.K18, consortium.refusedBy(1, bad.propose(context(), four, some)));
        assertEquals(Check.K21, consortium.refusedBy(1, cert(four, some)));
    }

    private FastCert fastCert(SiteSet included, SortedMap<Integer, UploadProof> headers) {
        var body = new CertBody(context(), included);
        return new FastCert(Consortium.JOB, bad.signed(body.fastBytes()), headers);
    }

    @Test
    void k21RevealsForOneStatementOnlyEvenIfAQuorumSignedTwo() {
        var headers = everybodyUploads();
        consortium.answer(SiteMessage.Reveal.class, 0, cert(all(), headers));
        SiteSet four = consortium.set(0, 1, 2, 3);
        Check check = consortium.refusedBy(0, cert(four, headers));
        assertEquals(Check.K21, check);
        twin.requireBites(Check.K21, List.of(cert(four, headers)));
        assertEquals(Check.K21, consortium.records.get(0).evidence.getFirst().check());
    }

    private Cert cert(SiteSet included, SortedMap<Integer, UploadProof> headers) {
        Bytes statement = Adversary.statement(context(), included, headers);
        var signatures = new TreeMap<Integer, Bytes>();
        for (int site = 1; site < 5; site++) {
            signatures.put(site, consortium.identities.get(site).sign(statement));
        }
        return bad.cert(context(), included, headers, signatures);
    }

    @Test
    void k24ARestartedSiteAnswersNothingInItsOldEpochAndJoinsTheNext() {
        var headers = everybodyUploads();
        consortium.restart(0);
        Open again = open(bad.context(R + 1, all(), MODEL));
        assertEquals(Check.K24, consortium.refusedBy(0, again));
        assertEquals(Check.K24, consortium.refusedBy(0, propose(context(), all(), headers)));
        assertEquals(Check.K24, consortium.refusedBy(0, cert(all(), headers)));
        assertEquals(R, consortium.sites.get(0).rounds().last());
        consortium.setUp(2, R + 1, ROUNDS);
        Open next =
                bad.open(
                        bad.context(R + 1, all(), Consortium.model(R + 1)),
                        Consortium.model(R + 1));
        requireJoins(next);
    }

    @Test
    void k25RefusesEveryBodyThatIsNotExactlyItsLayout() {
        Bytes open = body(context()).bytes();
        byte[] spare = open.toArray();
        spare[spare.length - 9] |= (byte) 0x80;
        for (Bytes wrong :
                List.of(
                        Bytes.EMPTY,
                        Bytes.wrap(Arrays.copyOf(open.toArray(), open.length() + 1)),
                        Bytes.wrap(Arrays.copyOf(open.toArray(), open.length() - 1)),
                        Bytes.wrap(spare))) {
            Open good = open(context());
            requireRefused(
                    Check.K25,
                    new Open(
                            good.job(),
                            bad.signed(wrong),
                            good.config(),
                            good.codec(),
                            good.model(),
                            Optional.empty(),
                            List.of()));
            var none = new TreeMap<Integer, UploadProof>();
            assertEquals(
                    Check.K25,
                    consortium.refusedBy(0, new Propose(good.job(), bad.signed(wrong), none)));
            assertEquals(
                    Check.K25,
                    consortium.refusedBy(
                            0, new Cert(good.job(), bad.signed(wrong), none, new TreeMap<>())));
            assertEquals(
                    Check.K25, consortium.refusedBy(0, new Result(good.job(), bad.signed(wrong))));
        }
        Bytes large = Bytes.wrap(new byte[(1 << 16) + 1]);
        requireRefused(
                Check.K25,
                open(body(context()), large, Consortium.CODEC, new VectorBody.Inline(MODEL)),
                open(body(context()), Consortium.CONFIG, large, new VectorBody.Inline(MODEL)));
    }

    @Test
    void k25AProposeIsNoCertAndACertNoPropose() {
        var headers = everybodyUploads();
        var propose = propose(context(), all(), headers).body();
        Cert cert = cert(all(), headers);
        assertEquals(
                Check.K25, consortium.refusedBy(0, new Propose(cert.job(), cert.body(), headers)));
        assertEquals(
                Check.K25,
                consortium.refusedBy(0, new Cert(cert.job(), propose, headers, cert.signatures())));
        assertTrue(ProposeBody.parse(propose.body()).isPresent());
    }

    @Test
    void k26TakesOnlyTheResultOfTheStatementItRevealedFor() {
        var headers = everybodyUploads();
        consortium.answer(SiteMessage.Reveal.class, 0, cert(all(), headers));
        Digest own = Digest.of(Adversary.statement(context(), all(), headers));
        Digest other =
                Digest.of(Adversary.statement(context(), consortium.set(0, 1, 2, 3), headers));
        assertEquals(Check.K26, consortium.refusedBy(0, result(R, other)));
        assertEquals(Check.K26, consortium.refusedBy(0, result(R, Digest.ZERO)));
        twin.requireBites(Check.K26, List.of(result(R, other)));
        assertEquals(Check.K26, consortium.records.get(0).evidence.getFirst().check());
        assertEquals(new Reaction.Nothing(), consortium.deliver(0, result(R + 1, own)));
        Bytes bytes = result(R, own).body().body();
        var forged = new SignedBody(bytes, consortium.identities.get(1).sign(bytes));
        assertEquals(Check.K8, consortium.refusedBy(0, new Result(Consortium.JOB, forged)));
        assertEquals(
                new Reaction.Finished(R, RoundOutcome.DONE, Optional.empty()),
                consortium.deliver(0, result(R, own)));
        assertEquals(new Reaction.Nothing(), consortium.deliver(0, result(R, own)));
        assertEquals(RoundOutcome.DONE, consortium.records.get(0).outcomes.get(R));
    }

    private Result result(long round, Digest statementHash) {
        var body =
                new ResultBody(
                        bad.context(round, all(), MODEL).round(),
                        statementHash,
                        Digest.ZERO,
                        ResultBody.Status.DONE);
        return new Result(Consortium.JOB, bad.signed(body.bytes()));
    }
}
