package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.EpochTerms;
import io.confide.common.secagg.server.FixedSetup;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.secagg.site.HonestRound.Path;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The reference's set-up and both rounds, byte for byte, through the real sites and coordinator. */
class ReferenceTranscriptTest {
    private static final int N = 4;
    private static final Bytes ROSTER = ascii("roster");
    private static final Bytes POLICY = ascii("policy");

    private final SigningKey coordinator = SigningKey.of(FixedKeys.repeated(0x9f, 32));
    private final JsonNode transcript = reference();
    private final List<SiteProtocol> sites = new ArrayList<>();
    private final Map<Class<?>, Map<Integer, SiteMessage>> said =
            new TreeMap<>(java.util.Comparator.comparing(Class::getName));
    private final Roster roster = roster();
    private Optional<SignedBody> lastModel = Optional.empty();

    @ParameterizedTest
    @EnumSource
    void setUpAndBothRoundsAreTheReferenceByteForByte(Path path) {
        for (int i = 0; i < N; i++) {
            sites.add(site(i));
        }
        ReadyEpoch epoch = setUp();
        requireSetUp(epoch);
        runRound(epoch, transcript.required("round7_dropout_of_3"), Set.of(3), path);
        runRound(epoch, transcript.required("round8_fast"), Set.of(), path);
    }

    private ReadyEpoch setUp() {
        var policy =
                SecAggPolicy.completeGraph(
                        roster,
                        3,
                        SecAggPolicy.FastPath.ALLOWED,
                        Digest.of(POLICY),
                        Digest.of(POLICY));
        var terms = new EpochTerms(Consortium.JOB, 1, 7, 2, roster, policy);
        EpochSetup setup = FixedSetup.of(terms, ROSTER, POLICY, coordinator);
        var waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            if (sites.get(next.site()).on(next.message()) instanceof Reaction.Send send) {
                said.computeIfAbsent(send.message().getClass(), _ -> new TreeMap<>())
                        .put(next.site(), send.message());
                assertEquals(new Acceptance.Accepted(), setup.accept(next.site(), send.message()));
                waiting.addAll(setup.advance());
            }
        }
        return setup.ready().orElseThrow();
    }

    private void requireSetUp(ReadyEpoch epoch) {
        JsonNode expected = transcript.required("setup");
        assertEquals(expected.required("T1").asText(), epoch.t1().hex());
        assertEquals(expected.required("epochId").asText(), epoch.epochId().hex());
        for (int i = 0; i < N; i++) {
            JsonNode site = expected.required("sites").required(i);
            var hello = said(SiteMessage.Hello.class, i);
            assertEquals(site.required("sha_s1").asText(), Digest.of(hello.s1().body()).hex());
            assertEquals(site.required("sig_s1").asText(), hello.s1().signature().hex());
            var seed = said(SiteMessage.Seed.class, i);
            assertEquals(site.required("sha_s2").asText(), Digest.of(seed.s2().body()).hex());
            var kem = said(SiteMessage.Kem.class, i);
            assertEquals(site.required("sha_s3").asText(), Digest.of(kem.s3().body()).hex());
            var deal = said(SiteMessage.Deal.class, i);
            assertEquals(
                    site.required("s4root").asText(),
                    S4Body.parse(deal.s4().body()).orElseThrow().root4().hex());
            deal.parts()
                    .forEach(
                            (holder, part) ->
                                    assertEquals(
                                            site.required("sha_shares_to")
                                                    .required(holder.toString())
                                                    .asText(),
                                            Digest.of(part.shareCiphertext()).hex()));
            var confirm = said(SiteMessage.Confirm.class, i);
            assertEquals(site.required("sig_s5").asText(), confirm.s5().signature().hex());
        }
        requireFullBytes(expected);
    }

    private void requireFullBytes(JsonNode expected) {
        assertEquals(
                expected.required("s1_site0").asText(),
                said(SiteMessage.Hello.class, 0).s1().body().hex());
        assertEquals(
                expected.required("s3_site0").asText(),
                said(SiteMessage.Kem.class, 0).s3().body().hex());
        var deal = said(SiteMessage.Deal.class, 0);
        assertEquals(expected.required("s4_site0").asText(), deal.s4().body().hex());
        assertEquals(
                expected.required("s5_site0").asText(),
                said(SiteMessage.Confirm.class, 0).s5().body().hex());
        assertEquals(
                expected.required("shares_0_to_1").asText(),
                deal.parts().get(1).shareCiphertext().hex());
        assertEquals(
                expected.required("blob_3_r7").asText(),
                said(SiteMessage.Deal.class, 3).secrets().get(0).blob().hex());
    }

    private void runRound(ReadyEpoch epoch, JsonNode expected, Set<Integer> silent, Path path) {
        long r = expected.required("r").asLong();
        Bytes model = Consortium.model(r);
        var round =
                new RoundProtocol(
                        epoch,
                        new RoundOpening(
                                r,
                                SiteSet.all(N),
                                Consortium.CONFIG,
                                Consortium.CODEC,
                                new VectorBody.Inline(model),
                                Digest.of(model),
                                8,
                                Consortium.NOW,
                                lastModel,
                                List.of()),
                        coordinator);
        OpenBody open = OpenBody.parse(round.open().body().body()).orElseThrow();
        requireContext(open.context(), expected);
        collect(round, expected, silent);
        if (path == Path.FAST && silent.isEmpty()) {
            fast(round, expected);
        } else {
            vote(round, expected, silent);
        }
        requireSum(round, expected);
        var result = round.result(ResultBody.Status.DONE, Digest.of(Consortium.model(r + 1)));
        lastModel = Optional.of(result.body());
        for (SiteProtocol site : sites) {
            assertEquals(
                    new Reaction.Finished(r, RoundOutcome.DONE, Optional.empty()), site.on(result));
        }
    }

    private static void requireContext(ContextFields context, JsonNode expected) {
        assertEquals(expected.required("modelHash").asText(), context.modelHash().hex());
        assertEquals(expected.required("configHash").asText(), context.configHash().hex());
        assertEquals(expected.required("codecHash").asText(), context.codecHash().hex());
        assertEquals(expected.required("U1").asText(), context.opened().bytes().hex());
        assertEquals(expected.required("ctx").asText(), context.ctx().hex());
    }

    private void collect(RoundProtocol round, JsonNode expected, Set<Integer> silent) {
        for (int i = 0; i < N; i++) {
            var join = assertInstanceOf(Reaction.Join.class, sites.get(i).on(round.open()));
            if (silent.contains(i)) {
                continue;
            }
            String site = Integer.toString(i);
            Reaction made =
                    sites.get(i)
                            .input(
                                    join.round(),
                                    words(expected.required("x").required(site)),
                                    Consortium.dataVersion());
            var upload = assertInstanceOf(Reaction.Upload.class, made);
            assertEquals(
                    expected.required("y").required(site).asText(), upload.vector().whole().hex());
            SignedBody header = upload.message().header();
            assertEquals(
                    expected.required("sig_header").required(site).asText(),
                    header.signature().hex());
            assertEquals(
                    expected.required("Hy").required(site).asText(),
                    HeaderBody.parse(header.body()).orElseThrow().vectorHash().hex());
            if (i == 0) {
                assertEquals(expected.required("header_0").asText(), header.body().hex());
            }
            assertEquals(new Acceptance.Accepted(), round.fold(i, header, upload.vector()));
        }
    }

    private void vote(RoundProtocol round, JsonNode expected, Set<Integer> silent) {
        var propose = round.propose().orElseThrow();
        assertEquals(
                expected.required("U3").asText(), round.included().orElseThrow().bytes().hex());
        for (int i = 0; i < N; i++) {
            if (!silent.contains(i)) {
                var sign = (SiteMessage.Sign) send(i, propose);
                assertEquals(
                        expected.required("sig_stmt").required(Integer.toString(i)).asText(),
                        sign.signature().hex());
                round.sign(i, sign);
            }
        }
        var cert = round.cert().orElseThrow();
        for (int i = 0; i < N; i++) {
            if (!silent.contains(i)) {
                var reveal = (SiteMessage.Reveal) send(i, cert);
                requireReveal(expected.required("reveals"), i, reveal);
                assertEquals(new Acceptance.Accepted(), round.reveal(i, reveal));
            }
        }
    }

    private void fast(RoundProtocol round, JsonNode expected) {
        var cert = round.fastCert().orElseThrow();
        assertEquals(Optional.empty(), round.propose());
        Digest statement = Digest.of(Bytes.ofHex(expected.required("stmt").asText()));
        for (int i = 0; i < N; i++) {
            var reveal = (SiteMessage.Reveal) send(i, cert);
            assertEquals(
                    statement,
                    RevealBody.parse(reveal.body().body()).orElseThrow().statementHash());
            assertEquals(new Acceptance.Accepted(), round.reveal(i, reveal));
        }
    }

    private static void requireReveal(JsonNode all, int site, SiteMessage.Reveal reveal) {
        if (all.isEmpty()) {
            return;
        }
        RevealBody body = RevealBody.parse(reveal.body().body()).orElseThrow();
        JsonNode expected = all.required(Integer.toString(site));
        assertEquals(expected.size(), body.shares().size());
        body.shares()
                .forEach(
                        (about, share) -> {
                            JsonNode one = expected.required(about.toString());
                            assertEquals(one.required(0).asInt(), share.kind().code());
                            assertEquals(one.required(1).asText(), share.value().hex());
                        });
    }

    private static void requireSum(RoundProtocol round, JsonNode expected) {
        var sum = assertInstanceOf(Unmasked.Sum.class, round.unmask());
        assertArrayEquals(words(expected.required("sum")), sum.words());
    }

    private SiteMessage send(int site, CoordinatorMessage message) {
        return assertInstanceOf(
                        Reaction.Send.class,
                        sites.get(site).on(message),
                        () -> "site " + site + " refused")
                .message();
    }

    private <M extends SiteMessage> M said(Class<M> type, int site) {
        return type.cast(said.get(type).get(site));
    }

    private SiteProtocol site(int i) {
        var setting =
                new SiteSetting(
                        Consortium.JOB,
                        i,
                        identity(i),
                        roster,
                        Digest.of(POLICY),
                        Digest.of(POLICY),
                        new SiteLimits(2, Duration.ofMinutes(1), 3, 100),
                        new SiteSetting.Ports(
                                new MemoryRecords(),
                                new MemoryRecords(),
                                _ -> ModelRules.Verdict.PERMITTED,
                                Consortium.seeded(i),
                                InstantSource.fixed(Consortium.NOW)));
        // The reference names roster and policy by the hashes of two words, which K1 would refuse;
        // they
        // say nothing of a fast path either (K20).
        return new SiteProtocol(
                setting,
                ActiveChecks.without(roster, Set.of(Check.K1, Check.K20)),
                new FixedKeys(i));
    }

    private Roster roster() {
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < N; i++) {
            members.add(
                    new Roster.Member(
                            new io.confide.common.model.SiteId("site" + i),
                            identity(i).publicKey()));
        }
        return new Roster(1, 1, coordinator.publicKey(), members);
    }

    private static SigningKey identity(int i) {
        return SigningKey.of(FixedKeys.repeated(0xa0 + i, 32));
    }

    private static long[] words(JsonNode list) {
        long[] words = new long[list.size()];
        for (int k = 0; k < words.length; k++) {
            words[k] = list.required(k).asLong();
        }
        return words;
    }

    private static Bytes ascii(String text) {
        return Bytes.copyOf(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static JsonNode reference() {
        try (var in =
                ReferenceTranscriptTest.class.getResourceAsStream("/vectors/v1/vectors.json")) {
            return new ObjectMapper().readTree(in).required("transcript");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
