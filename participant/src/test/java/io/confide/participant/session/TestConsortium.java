package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ParameterManifest;
import io.confide.common.encoding.Payloads;
import io.confide.common.files.PlanJson;
import io.confide.common.files.RosterDocument;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;
import io.confide.common.secagg.server.EpochTerms;
import io.confide.common.secagg.server.ReadyEpoch;
import io.confide.common.secagg.server.RoundOpening;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.common.secagg.server.Unmasked;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.SiteBody;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Real sessions around an honest coordinator that a test drives step by step. */
final class TestConsortium implements AutoCloseable {
    final JobId job = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    final SecureRandom random = new SecureRandom();
    final SigningKey coordinator;
    final List<TestSite> sites = new ArrayList<>();
    final Plan plan;
    final Digest planHash;
    private final Optional<Roster> group;
    private ReadyEpoch epoch;
    private Optional<SignedBody> lastModelResult = Optional.empty();

    /** With fresh keys. */
    TestConsortium(Path directory, int count, Plan plan) {
        this(directory, count, plan, Keys.FRESH);
    }

    TestConsortium(Path directory, int count, Plan plan, Keys keys) {
        this.plan = plan;
        this.planHash = PlanJson.hash(plan);
        this.coordinator = keys.of(count, random);
        this.group = Optional.empty();
        for (int index = 0; index < count; index++) {
            sites.add(new TestSite("site" + index, directory, keys.of(index, random)));
        }
        for (var site : sites) {
            site.policy(Studies.POLICY);
            site.pin(roster());
        }
    }

    private TestConsortium(TestConsortium whole, Roster group, List<TestSite> some) {
        this.plan = whole.plan;
        this.planHash = whole.planHash;
        this.coordinator = whole.coordinator;
        this.group = Optional.of(group);
        this.sites.addAll(some);
    }

    /** The same sites as seen by a coordinator that sums those of {@code chosen} alone. */
    TestConsortium among(Roster chosen) {
        return new TestConsortium(
                this,
                chosen,
                chosen.members().stream()
                        .map(
                                member ->
                                        sites.get(
                                                protocolRoster()
                                                        .indexOf(member.site())
                                                        .orElseThrow()))
                        .toList());
    }

    /** The keys of the members: fresh ones, or those that another process of the same consortium had. */
    enum Keys {
        FRESH,
        KNOWN;

        SigningKey of(int member, SecureRandom random) {
            return switch (this) {
                case FRESH -> SigningKey.generate(random);
                case KNOWN -> {
                    byte[] seed = new byte[32];
                    seed[0] = (byte) (member + 1);
                    yield SigningKey.of(seed);
                }
            };
        }
    }

    RosterDocument roster() {
        return roster(1);
    }

    /** The same members in another version, which the stewards pin anew. */
    RosterDocument roster(int version) {
        return new RosterDocument(
                version,
                plan.aggregation().colluders(),
                coordinator.publicKey(),
                sites.stream()
                        .map(site -> new RosterDocument.Member(site.name, site.key.publicKey()))
                        .toList());
    }

    Roster protocolRoster() {
        return group.orElseGet(() -> protocolRoster(1));
    }

    Roster protocolRoster(int version) {
        return new Roster(
                version,
                plan.aggregation().colluders(),
                coordinator.publicKey(),
                sites.stream()
                        .map(site -> new Roster.Member(site.name, site.key.publicKey()))
                        .toList());
    }

    TestConsortium start() {
        sites.forEach(TestSite::start);
        return this;
    }

    SiteBody.PlanAnswer offer(TestSite site) {
        site.link.say(new CoordinatorBody.PlanOffer(job, PlanJson.bytes(plan)));
        return site.link.next(SiteBody.PlanAnswer.class);
    }

    void offerToAll() {
        for (var site : sites) {
            assertEquals(SiteBody.Verdict.PERMITTED, offer(site).verdict());
        }
    }

    SiteBody ask(int site, CoordinatorMessage message) {
        sites.get(site).link.say(new CoordinatorBody.Protocol(message));
        return sites.get(site).link.next();
    }

    <M extends SiteMessage> M answer(Class<M> type, int site, CoordinatorMessage message) {
        var body = assertInstanceOf(SiteBody.Protocol.class, ask(site, message));
        return assertInstanceOf(type, body.message());
    }

    /** S0 for the sites of this consortium. */
    CoordinatorMessage proposal(int number) {
        return beginning(number, 1).begin().getFirst().message();
    }

    private EpochSetup beginning(int number, long firstRound) {
        var policy =
                SecAggPolicy.completeGraph(
                        protocolRoster(),
                        3,
                        SecAggPolicy.FastPath.ALLOWED,
                        Payloads.codecSetHash(plan, sites.size()),
                        ParameterManifest.of(plan).hash());
        var terms = new EpochTerms(job, number, firstRound, 20, protocolRoster(), policy);
        return new EpochSetup(terms, SiteSet.all(sites.size()), coordinator);
    }

    void setUp(int number, long firstRound) {
        var setup = beginning(number, firstRound);
        Deque<Addressed> waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            var next = waiting.poll();
            if (next.message() instanceof CoordinatorMessage.EpochCert) {
                sites.get(next.site()).link.say(new CoordinatorBody.Protocol(next.message()));
                continue;
            }
            var message = answer(SiteMessage.class, next.site(), next.message());
            assertEquals(new Acceptance.Accepted(), setup.accept(next.site(), message));
            waiting.addAll(setup.advance());
        }
        epoch = setup.ready().orElseThrow();
    }

    Codec codec(Task task) {
        return Payloads.codec(plan, task, sites.size());
    }

    ModelState initialModel() {
        return InitialModel.of(plan);
    }

    RoundProtocol round(long number, Task task) {
        return round(number, RoundConfigJson.bytes(planHash, task), codec(task), initialModel());
    }

    RoundProtocol round(long number, Task task, List<Integer> cohort) {
        return round(
                number,
                SiteSet.of(sites.size(), cohort),
                RoundConfigJson.bytes(planHash, task),
                codec(task),
                initialModel());
    }

    RoundProtocol round(long number, Bytes config, Codec codec, ModelState model) {
        return round(number, SiteSet.all(sites.size()), config, codec, model);
    }

    private RoundProtocol round(
            long number, SiteSet cohort, Bytes config, Codec codec, ModelState model) {
        var bytes = model.bytes();
        sites.forEach(site -> site.link.models.put(model.hash(), bytes));
        VectorBody body =
                bytes.length() <= VectorBody.INLINE_BYTES_MAX
                        ? new VectorBody.Inline(bytes)
                        : new VectorBody.Chunked(bytes.length(), model.hash().value());
        var opening =
                new RoundOpening(
                        number,
                        cohort,
                        config,
                        codec.bytes(),
                        body,
                        model.hash(),
                        codec.words(),
                        TestSite.NOW.plusSeconds(30),
                        lastModelResult,
                        List.of());
        return new RoundProtocol(epoch, opening, coordinator);
    }

    /** Opens the round at a site and folds what it uploads. */
    void collect(RoundProtocol round, int site) {
        var upload = answer(SiteMessage.Upload.class, site, round.open());
        var bytes =
                switch (upload.vector()) {
                    case VectorBody.Inline(var inside) -> inside;
                    case VectorBody.Chunked _ ->
                            sites.get(site).link.uploads.get(round.opening().round());
                };
        assertEquals(new Acceptance.Accepted(), round.fold(site, upload.header(), bytes));
    }

    /** Vote, shares, sum and result with {@code voters}. */
    Map<String, double[]> finish(RoundProtocol round, Codec codec, List<Integer> voters)
            throws Exception {
        var propose = round.propose().orElseThrow();
        for (int site : voters) {
            assertEquals(
                    new Acceptance.Accepted(),
                    round.sign(site, answer(SiteMessage.Sign.class, site, propose)));
        }
        var cert = round.cert().orElseThrow();
        for (int site : voters) {
            assertEquals(
                    new Acceptance.Accepted(),
                    round.reveal(site, answer(SiteMessage.Reveal.class, site, cert)));
        }
        var sum = assertInstanceOf(Unmasked.Sum.class, round.unmask());
        var result = round.result(ResultBody.Status.DONE, Digest.ZERO);
        for (int site : voters) {
            sites.get(site).link.say(new CoordinatorBody.Protocol(result));
        }
        return codec.decode(sum.words(), sum.included().size());
    }

    @Override
    public void close() {
        sites.forEach(TestSite::close);
    }
}
