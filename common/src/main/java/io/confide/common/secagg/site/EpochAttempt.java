package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S1Body;
import io.confide.common.secagg.S2Body;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.S4Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.site.SharedFindings.Step;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One attempt at a set-up as one site lives it: S1 to S5 of PROTOCOL.md §3.2, every step once. All
 * secrets are drawn for this attempt and die with it unless it becomes an epoch.
 */
final class EpochAttempt {
    private static final int SEEDS_MAX = 1024;

    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final KeySource keys;
    private final Terms terms;
    private final KeyExchange exchange;
    private final Seed beta;
    private final Bytes opening;
    private final SignedBody s1;
    private final PeerLedgers ledgers;

    private final Once<CoordinatorMessage.Hellos, SiteMessage.Seed> seedStep = new Once<>();
    private final Once<CoordinatorMessage.Seeds, SiteMessage.Kem> kemStep = new Once<>();
    private final Once<CoordinatorMessage.Kems, SiteMessage.Deal> dealStep = new Once<>();
    private final Once<CoordinatorMessage.Deals, SiteMessage.Complaints> heldStep = new Once<>();
    private final Once<CoordinatorMessage.Summary, SiteMessage.Confirm> confirmStep = new Once<>();

    private Optional<Transcript> transcript = Optional.empty();
    private Optional<NeighbourGraph> graph = Optional.empty();
    private Optional<EpochAgreement.Seen> seen = Optional.empty();
    private Optional<EpochAgreement> agreement = Optional.empty();
    private SortedMap<Integer, PairKeys> pairs = new TreeMap<>();
    private PeerDeals.Held received = new PeerDeals.Held();
    private Optional<Dealing.Dealt> dealt = Optional.empty();
    private SortedMap<Integer, SignedBody> s2 = new TreeMap<>();
    private SortedMap<Integer, SignedBody> s3 = new TreeMap<>();

    EpochAttempt(SiteSetting setting, ActiveChecks checks, KeySource keys, Terms terms) {
        this.setting = setting;
        this.checks = checks;
        this.keys = keys;
        this.terms = terms;
        var agreementKey = keys.agreementKey();
        var kemKey = keys.kemKey();
        this.exchange = new KeyExchange(setting, checks, agreementKey, kemKey);
        this.beta = keys.dealerSecret();
        this.opening = keys.opening();
        // Before the hello leaves: whoever confirms this set-up has seen it.
        this.ledgers = PeerLedgers.before(setting);
        this.s1 =
                sign(
                        new S1Body(
                                        terms.proposal(),
                                        setting.self(),
                                        agreementKey.publicKey(),
                                        kemKey.encapsulationKey(),
                                        Digest.of(opening),
                                        keys.bootId())
                                .bytes());
    }

    Terms terms() {
        return terms;
    }

    /** S1. */
    SiteMessage.Hello hello() {
        return new SiteMessage.Hello(setting.job(), s1);
    }

    /** S2, once all hellos passed K2. */
    SiteMessage.Seed seed(CoordinatorMessage.Hellos message) throws RefusedException {
        var repeated = seedStep.repeated(message, Check.K2);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        Transcript agreed =
                checks.findings()
                        .about(
                                Step.TRANSCRIPT,
                                List.of(message, terms),
                                Transcript.class,
                                () -> Transcript.check(setting, checks, keys, terms, message));
        agreed.requireOwn(checks, setting.self(), s1);
        if (terms.policy().k() != 0) {
            countSeed();
        }
        transcript = Optional.of(agreed);
        SignedBody s2Own = sign(new S2Body(agreed.t1(), setting.self(), opening).bytes());
        return seedStep.taken(message, new SiteMessage.Seed(setting.job(), s2Own));
    }

    /**
     * Every S2 lets the coordinator see one more graph before it has to go on with it, so they are counted over restarts
     * (K2): 1024 of them cost 10 bits of the statistical security.
     */
    private void countSeed() throws RefusedException {
        SiteRecords records = setting.ports().records();
        checks.require(Check.K2, records.seedsRevealed(setting.job()) < SEEDS_MAX);
        records.recordSeed(setting.job());
    }

    /** S3, once all seeds passed K3. */
    SiteMessage.Kem kem(CoordinatorMessage.Seeds message) throws RefusedException {
        var repeated = kemStep.repeated(message, Check.K3);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        Transcript agreed = checks.requirePresent(Check.K3, transcript);
        NeighbourGraph drawn =
                checks.findings()
                        .about(
                                Step.GRAPH,
                                List.of(message, agreed, terms.policy()),
                                NeighbourGraph.class,
                                () -> agreed.checkSeeds(checks, terms.policy(), message));
        graph = Optional.of(drawn);
        s2 = message.s2();
        SortedMap<Integer, Bytes> ciphertexts = exchange.encapsulate(keys, agreed, drawn);
        var hashes = new TreeMap<Integer, Digest>();
        ciphertexts.forEach((peer, ciphertext) -> hashes.put(peer, Digest.of(ciphertext)));
        SignedBody s3Own = sign(new S3Body(agreed.t1(), setting.self(), hashes).bytes());
        return kemStep.taken(message, new SiteMessage.Kem(setting.job(), s3Own, ciphertexts));
    }

    /** S4, once all encapsulations passed K4. */
    SiteMessage.Deal deal(CoordinatorMessage.Kems message) throws RefusedException {
        var repeated = dealStep.repeated(message, Check.K4);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        requireTaken(kemStep, Check.K4);
        Transcript agreed = checks.requirePresent(Check.K4, transcript);
        var reached = exchange.agree(terms, agreed, requireGraph(Check.K4), message);
        pairs = reached.pairs();
        s3 = message.s3();
        List<SignedBody> complaints = Ground.complain(setting, agreed.t1(), reached.grounds());
        Dealing.Dealt made =
                Dealing.deal(
                        new Dealing.Scope(
                                setting.self(),
                                terms.policy().t(),
                                agreed.t1(),
                                terms.proposal().firstRound(),
                                terms.proposal().rounds()),
                        beta,
                        pairs);
        beta.erase();
        dealt = Optional.of(made);
        var pairSeedHashes = new TreeMap<Integer, List<Bytes>>();
        pairs.forEach(
                (peer, pair) ->
                        pairSeedHashes.put(
                                peer, pair.seedHashes().stream().map(Digest::value).toList()));
        SignedBody s4Own = sign(new S4Body(agreed.t1(), setting.self(), made.root()).bytes());
        return dealStep.taken(
                message,
                new SiteMessage.Deal(
                        setting.job(),
                        s4Own,
                        made.parts(),
                        made.secrets(),
                        pairSeedHashes,
                        made.pairLeaves(),
                        complaints));
    }

    /** Takes the shares of all dealers, once they passed K5, and complains about those that are unsound. */
    SiteMessage.Complaints deals(CoordinatorMessage.Deals message) throws RefusedException {
        var repeated = heldStep.repeated(message, Check.K5);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        requireTaken(dealStep, Check.K5);
        Transcript agreed = checks.requirePresent(Check.K5, transcript);
        NeighbourGraph drawn = requireGraph(Check.K5);
        received = new PeerDeals(setting, checks, terms, agreed, drawn, pairs).receive(message);
        pairs.values().forEach(PairKeys::eraseChannels);
        seen =
                Optional.of(
                        new EpochAgreement.Seen(
                                agreed,
                                drawn,
                                SiteSet.of(agreed.members().rosterSize(), received.held().keySet()),
                                s2,
                                s3,
                                message.s4()));
        return heldStep.taken(
                message,
                new SiteMessage.Complaints(
                        setting.job(), Ground.complain(setting, agreed.t1(), received.grounds())));
    }

    /** S5, once the summary passed K6; the epoch is recorded first. */
    SiteMessage.Confirm confirm(CoordinatorMessage.Summary message) throws RefusedException {
        var repeated = confirmStep.repeated(message, Check.K6);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        EpochAgreement own =
                EpochAgreement.check(
                        setting.self(),
                        checks,
                        terms,
                        checks.requirePresent(Check.K6, seen),
                        message);
        agreement = Optional.of(own);
        if (!message.complaints().isEmpty()) {
            setting.ports()
                    .records()
                    .recordEvidence(
                            new SiteRecords.Evidence(
                                    setting.job(), Check.K6, 0, message.complaints()));
        }
        var proposal = terms.proposal();
        setting.ports()
                .records()
                .recordEpoch(
                        new SiteRecords.EpochRecord(
                                setting.job(),
                                proposal.epoch(),
                                proposal.firstRound(),
                                proposal.rounds()));
        LedgerHead ledger = setting.ports().ledger().get();
        SignedBody s5 = sign(own.confirmation(setting.self(), ledger).bytes());
        return confirmStep.taken(message, new SiteMessage.Confirm(setting.job(), s5));
    }

    /** The epoch, once a quorum confirmed it (K7). This attempt holds nothing of it afterwards. */
    Completed complete(CoordinatorMessage.EpochCert message) throws RefusedException {
        requireTaken(confirmStep, Check.K7);
        EpochAgreement own = checks.requirePresent(Check.K7, agreement);
        SortedMap<Integer, SignedBody> confirms = own.checkQuorum(checks, message);
        SiteSet near = requireGraph(Check.K7).neighbours(setting.self());
        SiteSet rolledBack = ledgers.check(checks, confirms, near);
        Dealing.Dealt made = checks.requirePresent(Check.K7, dealt);
        NeighbourGraph graphOfEpoch = requireGraph(Check.K7).without(own.removal());
        forgetRemoved(graphOfEpoch.neighbours(setting.self()));
        var tables = new TreeMap<Integer, RoundTable>();
        pairs.forEach((peer, pair) -> tables.put(peer, pair.seeds()));
        var epoch =
                new SiteEpoch(
                        own.facts(setting.self(), graphOfEpoch),
                        new SiteEpoch.EpochSecrets(
                                made.self(), tables, received.held(), made.own()),
                        received.leaves());
        return new Completed(epoch, rolledBack);
    }

    /** @param rolledBack the sites whose ledger is not where it was (A31) */
    record Completed(SiteEpoch epoch, SiteSet rolledBack) {}

    /** Between the two sites of a removed pair there is no mask and no share (K6). */
    private void forgetRemoved(SiteSet neighbours) {
        for (int peer : List.copyOf(pairs.keySet())) {
            if (!neighbours.contains(peer)) {
                Optional.ofNullable(pairs.remove(peer)).ifPresent(PairKeys::erase);
                Optional.ofNullable(received.held().remove(peer)).ifPresent(RoundTable::eraseAll);
            }
        }
    }

    /** Overwrites every secret of an attempt that did not become an epoch. */
    void erase() {
        exchange.erase();
        beta.erase();
        pairs.values().forEach(PairKeys::erase);
        dealt.ifPresent(
                made -> {
                    made.self().eraseAll();
                    made.own().eraseAll();
                });
        received.held().values().forEach(RoundTable::eraseAll);
    }

    private NeighbourGraph requireGraph(Check check) throws RefusedException {
        return checks.requirePresent(check, graph);
    }

    private <M, A> void requireTaken(Once<M, A> step, Check check) throws RefusedException {
        checks.requireAlways(check, step.answer().isPresent());
    }

    private SignedBody sign(Bytes body) {
        return new SignedBody(body, setting.identity().sign(body));
    }
}
