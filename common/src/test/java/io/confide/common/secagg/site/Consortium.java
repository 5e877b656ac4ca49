package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.confide.common.crypto.SigningKey;
import io.confide.common.encoding.Codec;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LedgerHead;
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

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A roster of real sites in one process, an honest coordinator's objects, and everything they said. */
final class Consortium {
    static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    static final Bytes CONFIG =
            Bytes.copyOf("config".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    static final Bytes CODEC =
            Bytes.copyOf("codec".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    static final int WORDS = 6;
    static final int LEAF_WORDS = 131_072;

    final int n;
    final Roster roster;
    final SecAggPolicy policy;
    final SigningKey coordinator;
    final List<SigningKey> identities = new ArrayList<>();
    final List<MemoryRecords> records = new ArrayList<>();
    final List<SiteProtocol> sites = new ArrayList<>();
    final View view = new View();
    final SecureRandom random;
    private final Set<Check> off;
    private final int minimumIncluded;
    private final int completeUpTo;
    int words = WORDS;
    Bytes codec = CODEC;
    SumAudit audit = SumAudit.OFF;
    int minimumDifference = 1;
    RolledBackLedger rolledBackLedger = RolledBackLedger.NOTE;
    final Map<Integer, LedgerHead> ledgers = new TreeMap<>();
    Instant now = NOW;
    ModelRules rules = _ -> ModelRules.Verdict.PERMITTED;
    Optional<SignedBody> lastModelResult = Optional.empty();
    List<AbortCert> aborted = List.of();
    Optional<ReadyEpoch> epoch = Optional.empty();
    Optional<DealChange> changeDeal = Optional.empty();

    /** What a corrupt site sends in place of what its honest code says. */
    final Map<Integer, UnaryOperator<SiteMessage>> lies = new TreeMap<>();

    /** What a corrupt coordinator makes of a message on its way to a site. */
    UnaryOperator<Addressed> onTheWay = UnaryOperator.identity();

    /** A dealer that sends something else than its honest code made. */
    record DealChange(int dealer, UnaryOperator<SiteMessage.Deal> change) {}

    Consortium(int n, int colluders, int minimumIncluded, Set<Check> off, long seed) {
        this(
                n,
                colluders,
                minimumIncluded,
                off,
                seeded(seed),
                List.of(),
                complete(minimumIncluded, SecAggPolicy.FastPath.ALLOWED),
                SecAggPolicy.COMPLETE_SITES_MAX);
    }

    private static Function<Roster, SecAggPolicy> complete(
            int minimumIncluded, SecAggPolicy.FastPath fastPath) {
        return roster ->
                SecAggPolicy.completeGraph(
                        roster, minimumIncluded, fastPath, Digest.of(CODEC), Digest.of(CONFIG));
    }

    /** On the sparse graph for that share of dropouts, which its sites accept for every roster size. */
    static Consortium sparse(int n, int colluders, int deltaPpm, long seed, Check... off) {
        return new Consortium(
                n,
                colluders,
                3,
                Set.of(off),
                seeded(seed),
                List.of(),
                roster ->
                        SecAggPolicy.sparseGraph(
                                        roster, deltaPpm, 3, Digest.of(CODEC), Digest.of(CONFIG))
                                .orElseThrow(),
                0);
    }

    /** {@code known}: the coordinator's key and the identities of the first sites; the others are drawn. */
    private Consortium(
            int n,
            int colluders,
            int minimumIncluded,
            Set<Check> off,
            SecureRandom random,
            List<SigningKey> known,
            Function<Roster, SecAggPolicy> policyOf,
            int completeUpTo) {
        this.n = n;
        this.off = off;
        this.minimumIncluded = minimumIncluded;
        this.completeUpTo = completeUpTo;
        this.random = random;
        this.coordinator = known.isEmpty() ? SigningKey.generate(random) : known.getFirst();
        var members = new ArrayList<Roster.Member>();
        for (int i = 0; i < n; i++) {
            identities.add(i + 1 < known.size() ? known.get(i + 1) : SigningKey.generate(random));
            members.add(new Roster.Member(new SiteId("site" + i), identities.get(i).publicKey()));
            records.add(new MemoryRecords());
        }
        this.roster = new Roster(1, colluders, coordinator.publicKey(), members);
        this.policy = policyOf.apply(roster);
        for (int i = 0; i < n; i++) {
            sites.add(newSite(i));
        }
    }

    static Consortium of(int n, int colluders) {
        return new Consortium(n, colluders, 3, EnumSet.noneOf(Check.class), n * 100L + colluders);
    }

    /** Whose sums differ in none or at least that many sites, which every site asks for (K17). */
    static Consortium apart(int n, int colluders, int minimumDifference, Check... off) {
        var consortium =
                new Consortium(
                        n,
                        colluders,
                        3,
                        Set.of(off),
                        seeded(n * 100L + colluders),
                        List.of(),
                        roster ->
                                complete(3, SecAggPolicy.FastPath.ALLOWED)
                                        .apply(roster)
                                        .withDifference(minimumDifference),
                        SecAggPolicy.COMPLETE_SITES_MAX);
        consortium.minimumDifference = minimumDifference;
        for (int i = 0; i < n; i++) {
            consortium.restart(i);
        }
        return consortium;
    }

    /** Whose plan asks for an audit of its sums, with a codec that says how long an input is. */
    static Consortium audited(int n, int colluders, Codec codec) {
        var consortium = of(n, colluders);
        consortium.audit = SumAudit.ON;
        consortium.codec = codec.bytes();
        consortium.words = codec.words();
        for (int i = 0; i < n; i++) {
            consortium.restart(i);
        }
        return consortium;
    }

    static Consortium without(int n, int colluders, Check... off) {
        return new Consortium(n, colluders, 3, Set.of(off), n * 100L + colluders);
    }

    /** The same roster size under a policy that wants a vote in every round. */
    Consortium votingAlways() {
        return new Consortium(
                n,
                roster.colluders(),
                minimumIncluded,
                off,
                seeded(n),
                List.of(),
                complete(minimumIncluded, SecAggPolicy.FastPath.REFUSED),
                completeUpTo);
    }

    /** The same coordinator and first site, but every other site is played by the coordinator. */
    static Consortium ofSybils(Consortium real, long seed) {
        return new Consortium(
                real.n,
                real.roster.colluders(),
                real.minimumIncluded,
                EnumSet.noneOf(Check.class),
                seeded(seed),
                List.of(real.coordinator, real.identities.getFirst()),
                complete(real.minimumIncluded, real.policy.fastPath()),
                real.completeUpTo);
    }

    static SecureRandom seeded(long seed) {
        try {
            var random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(seed);
            return random;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    SiteSetting setting(int i) {
        return setting(i, JOB);
    }

    SiteSetting setting(int i, JobId job) {
        return new SiteSetting(
                job,
                i,
                identities.get(i),
                roster,
                Digest.of(CODEC),
                Digest.of(CONFIG),
                audit,
                new SiteLimits(
                        5000,
                        Duration.ofMinutes(5),
                        minimumIncluded,
                        1 << 16,
                        completeUpTo,
                        minimumDifference,
                        rolledBackLedger),
                new SiteSetting.Ports(
                        records.get(i),
                        records.get(i),
                        offer -> rules.check(offer),
                        () -> ledgers.getOrDefault(i, LedgerHead.START),
                        random,
                        () -> now));
    }

    SiteProtocol newSite(int i) {
        return newSite(i, KeySource.of(random));
    }

    SiteProtocol newSite(int i, KeySource keys) {
        return new SiteProtocol(setting(i), ActiveChecks.without(roster, off), keys);
    }

    /** A new process with the old records. */
    void restart(int i) {
        sites.get(i).close();
        sites.set(i, newSite(i));
    }

    SiteSet all() {
        return SiteSet.all(n);
    }

    SiteSet set(Integer... members) {
        return SiteSet.of(n, List.of(members));
    }

    EpochTerms terms(int epochNumber, long firstRound, int rounds) {
        return new EpochTerms(JOB, epochNumber, firstRound, rounds, roster, policy);
    }

    /** Runs a whole honest set-up with every site. */
    ReadyEpoch setUp(int epochNumber, long firstRound, int rounds) {
        return setUp(new EpochSetup(terms(epochNumber, firstRound, rounds), all(), coordinator));
    }

    ReadyEpoch setUp(EpochSetup setup) {
        Deque<Addressed> waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = onTheWay.apply(waiting.poll());
            Reaction reaction = deliver(next.site(), next.message());
            if (reaction instanceof Reaction.Send send) {
                SiteMessage message =
                        lies.getOrDefault(next.site(), UnaryOperator.identity())
                                .apply(changed(next.site(), send.message()));
                assertEquals(
                        new Acceptance.Accepted(),
                        setup.accept(next.site(), message),
                        () -> setup.step() + " of " + next.site());
                waiting.addAll(setup.advance());
            } else if (reaction instanceof Reaction.Refused refused) {
                throw new AssertionError("site " + next.site() + ": " + refused.refusal());
            }
        }
        epoch = setup.ready();
        return epoch.orElseThrow();
    }

    private SiteMessage changed(int site, SiteMessage message) {
        return changeDeal.isPresent()
                        && changeDeal.get().dealer() == site
                        && message instanceof SiteMessage.Deal deal
                ? changeDeal.get().change().apply(deal)
                : message;
    }

    ReadyEpoch epoch() {
        return epoch.orElseThrow();
    }

    /** The epoch that rounds can be opened in at {@code site}. */
    Optional<SiteEpoch.EpochFacts> epochOf(int site) {
        return sites.get(site).rounds().epoch().map(SiteEpoch::facts);
    }

    /** Hands {@code message} to a site; both directions are in the coordinator's view. */
    Reaction deliver(int site, CoordinatorMessage message) {
        view.sent(site, message);
        Reaction reaction = sites.get(site).on(message);
        if (reaction instanceof Reaction.Send send) {
            view.received(site, send.message());
        }
        if (!(reaction instanceof Reaction.Refused)) {
            view.taken.add(new View.Taken.Message(site, message));
        }
        return reaction;
    }

    Check refusedBy(int site, CoordinatorMessage message) {
        return assertInstanceOf(Reaction.Refused.class, deliver(site, message)).refusal().check();
    }

    <M extends SiteMessage> M answer(Class<M> type, int site, CoordinatorMessage message) {
        Reaction reaction = deliver(site, message);
        if (reaction instanceof Reaction.Refused refused) {
            throw new AssertionError("site " + site + ": " + refused.refusal());
        }
        return type.cast(assertInstanceOf(Reaction.Send.class, reaction).message());
    }

    /** Encodes nothing: high-entropy words with a canary at the end of each leaf. */
    long[] randomInput() {
        long[] input = new long[words];
        for (int k = 0; k < words; k++) {
            boolean canary = k % LEAF_WORDS == LEAF_WORDS - 1 || k == words - 1;
            input[k] = canary ? 1 : random.nextLong();
        }
        return input;
    }

    RoundOpening opening(long round, SiteSet cohort) {
        return opening(round, cohort, model(round));
    }

    RoundOpening opening(long round, SiteSet cohort, Bytes model) {
        return new RoundOpening(
                round,
                cohort,
                CONFIG,
                codec,
                new VectorBody.Inline(model),
                Digest.of(model),
                words,
                NOW.plusSeconds(60),
                lastModelResult,
                aborted,
                audit);
    }

    static Bytes model(long round) {
        return Bytes.copyOf(("model" + round).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Digest dataVersion() {
        return Digest.of(new byte[] {1});
    }

    RoundProtocol round(long round, SiteSet cohort) {
        return new RoundProtocol(epoch(), opening(round, cohort), coordinator);
    }

    /** Opens the round at a site and uploads {@code input}; returns what left the site. */
    Reaction.Upload upload(int site, CoordinatorMessage.Open open, long[] input) {
        Reaction joined = deliver(site, open);
        if (joined instanceof Reaction.Refused refused) {
            throw new AssertionError("site " + site + ": " + refused.refusal());
        }
        var join = assertInstanceOf(Reaction.Join.class, joined);
        view.taken.add(new View.Taken.Input(site, join.round(), input.clone()));
        Reaction reaction = sites.get(site).input(join.round(), input.clone(), dataVersion());
        var upload = assertInstanceOf(Reaction.Upload.class, reaction, reaction::toString);
        view.received(site, upload.message());
        return upload;
    }
}
