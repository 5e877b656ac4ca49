package io.confide.common.secagg.server;

import io.confide.common.crypto.MlKem768;
import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The coordinator's bookkeeping of one attempt to set up an epoch (PROTOCOL.md §3.2, S0 to S5). It
 * verifies, collects and forwards; it learns no secret. A site that stays silent after its hello ends
 * the attempt: make a new one with the next epoch number and without it.
 *
 * <p>Use: send {@link #begin}; for every message {@link #accept}, then send {@link #advance}; when the
 * time for a step is over, {@link #closeStep}. Not thread-safe.
 */
public final class EpochSetup {
    private final EpochTerms terms;
    private final SetupDesk desk;
    private final SetupRecord record;
    private final CoordinatorMessage.Proposal proposal;
    private Step step = Step.HELLO;
    private SiteSet awaited;
    private Optional<Broadcast> broadcast = Optional.empty();

    /** What every site gets in one step, made once: in a large roster it is the largest thing there is. */
    private record Broadcast(Step step, CoordinatorMessage message) {}

    /** What the sites are asked for now. */
    public enum Step {
        HELLO,
        SEED,
        KEM,
        DEAL,
        /** The dealt parts are out: a site answers with its complaints, or with none. */
        COMPLAINT,
        CONFIRM,
        READY,
        /** Complaints left fewer sites than the smallest sum: there will be no epoch. */
        BLOCKED
    }

    /** Starts an attempt with the sites of {@code invited}; {@code key} is the roster's coordinator key. */
    public EpochSetup(EpochTerms terms, SiteSet invited, SigningKey key) {
        this(terms, invited, key, RosterKeys.of(terms.roster()));
    }

    /** As {@link #EpochSetup(EpochTerms, SiteSet, SigningKey)}, with the keys of the roster, which are decoded already. */
    public EpochSetup(EpochTerms terms, SiteSet invited, SigningKey key, RosterKeys keys) {
        this(terms, invited, key, keys, Announcement.of(terms), MlKem768::isEncapsulationKey);
    }

    /** Only the known-answer test announces other bytes and has other encapsulation keys than ML-KEM's. */
    EpochSetup(
            EpochTerms terms,
            SiteSet invited,
            SigningKey key,
            RosterKeys keys,
            Announcement announced,
            Predicate<Bytes> keyForm) {
        this.terms = terms;
        this.record = new SetupRecord(terms, keys.requireOf(terms.roster()), announced.body());
        this.desk = new SetupDesk(terms, record, keyForm);
        this.awaited = invited;
        Bytes body = announced.body().bytes();
        this.proposal =
                new CoordinatorMessage.Proposal(
                        terms.job(),
                        new SignedBody(body, key.sign(body)),
                        announced.roster(),
                        announced.policy());
    }

    public EpochTerms terms() {
        return terms;
    }

    public Step step() {
        return step;
    }

    /** Returns the sites that have not yet answered the present step; after READY, those without a Confirm. */
    public SiteSet missing() {
        return awaited.minus(SiteSet.of(terms.roster().size(), answers().keySet()));
    }

    /** Returns S0 for every invited site. */
    public List<Addressed> begin() {
        return again(awaited);
    }

    /** Keeps {@code message} of the site with roster index {@code site} if it verifies. */
    public Acceptance accept(int site, SiteMessage message) {
        if (!awaited.contains(site) || !message.job().equals(terms.job())) {
            return new Acceptance.Rejected(Acceptance.Reason.UNEXPECTED);
        }
        return switch (message) {
            case SiteMessage.Hello m ->
                    keep(Step.HELLO, record.hellos, site, m, () -> desk.hello(site, m));
            case SiteMessage.Seed m ->
                    keep(Step.SEED, record.seeds, site, m, () -> desk.seed(site, m));
            case SiteMessage.Kem m -> keep(Step.KEM, record.kems, site, m, () -> desk.kem(site, m));
            case SiteMessage.Deal m ->
                    keep(Step.DEAL, record.deals, site, m, () -> desk.deal(site, m));
            case SiteMessage.Complaints m ->
                    keep(
                            Step.COMPLAINT,
                            record.complaints,
                            site,
                            m,
                            () -> desk.complaints(site, m.signed()));
            case SiteMessage.Confirm m ->
                    keep(Step.CONFIRM, record.confirms, site, m, () -> desk.confirm(site, m));
            case SiteMessage.Upload _,
                    SiteMessage.Sign _,
                    SiteMessage.Reveal _,
                    SiteMessage.BlameAnswer _,
                    SiteMessage.Abort _ ->
                    new Acceptance.Rejected(Acceptance.Reason.UNEXPECTED);
        };
    }

    private <M> Acceptance keep(
            Step when,
            SortedMap<Integer, M> kept,
            int site,
            M message,
            Supplier<Optional<Acceptance.Reason>> check) {
        Optional<M> before = Optional.ofNullable(kept.get(site));
        if (before.isPresent()) {
            return before.get().equals(message)
                    ? new Acceptance.Accepted()
                    : new Acceptance.Rejected(Acceptance.Reason.CONFLICT);
        }
        if (step != when) {
            return new Acceptance.Rejected(Acceptance.Reason.UNEXPECTED);
        }
        Optional<Acceptance.Reason> wrong = check.get();
        if (wrong.isPresent()) {
            return new Acceptance.Rejected(wrong.get());
        }
        kept.put(site, message);
        return new Acceptance.Accepted();
    }

    /** Returns what to send when everybody has answered the present step; else nothing. */
    public List<Addressed> advance() {
        return step != Step.READY && step != Step.BLOCKED && answers().size() == awaited.size()
                ? next()
                : List.of();
    }

    /**
     * Ends the present step without the missing sites, where that is possible: after the hellos if at
     * least the smallest sum are there, at the end if q confirmed. Returns what to send; nothing means
     * that the attempt has failed.
     */
    public List<Addressed> closeStep() {
        int answers = answers().size();
        boolean enough =
                (step == Step.HELLO && answers >= terms.policy().floor())
                        || (step == Step.CONFIRM && answers >= terms.policy().q());
        if (!enough) {
            return advance();
        }
        if (step == Step.HELLO) {
            awaited = SiteSet.of(terms.roster().size(), record.hellos.keySet());
        }
        return next();
    }

    /** Returns again what the missing sites were asked last. */
    public List<Addressed> repeat() {
        return again(missing());
    }

    private List<Addressed> next() {
        step =
                switch (step) {
                    case HELLO -> {
                        record.closeHellos(awaited);
                        yield Step.SEED;
                    }
                    case SEED -> {
                        record.closeSeeds();
                        yield Step.KEM;
                    }
                    case KEM -> Step.DEAL;
                    case DEAL -> {
                        record.closeDeals();
                        yield Step.COMPLAINT;
                    }
                    case COMPLAINT -> {
                        record.closeComplaints();
                        awaited = record.accepted();
                        boolean enough = awaited.size() >= terms.policy().floor();
                        yield enough ? Step.CONFIRM : Step.BLOCKED;
                    }
                    case CONFIRM, READY -> Step.READY;
                    case BLOCKED -> Step.BLOCKED;
                };
        return again(awaited);
    }

    private List<Addressed> again(SiteSet sites) {
        return sites.stream()
                .boxed()
                .flatMap(
                        site -> request(site).stream().map(message -> new Addressed(site, message)))
                .toList();
    }

    private List<? extends CoordinatorMessage> request(int site) {
        return switch (step) {
            case HELLO -> List.of(proposal);
            case SEED -> List.of(toAll(record::hellosMessage));
            case KEM -> List.of(toAll(record::seedsMessage));
            case DEAL -> List.of(record.kemsMessage(site));
            case COMPLAINT -> List.of(record.dealsMessage(site));
            case CONFIRM -> List.of(toAll(record::summary));
            case READY -> List.of(toAll(record::cert));
            case BLOCKED -> List.of();
        };
    }

    private CoordinatorMessage toAll(Supplier<CoordinatorMessage> message) {
        if (broadcast.isEmpty() || broadcast.get().step != step) {
            broadcast = Optional.of(new Broadcast(step, message.get()));
        }
        return broadcast.get().message;
    }

    private SortedMap<Integer, ? extends SiteMessage> answers() {
        return switch (step) {
            case HELLO -> record.hellos;
            case SEED -> record.seeds;
            case KEM -> record.kems;
            case DEAL -> record.deals;
            case COMPLAINT -> record.complaints;
            case CONFIRM, READY, BLOCKED -> record.confirms;
        };
    }

    /** Returns the complaints of this attempt with what proves who made them; complete once they are all in (K6). */
    public List<ComplaintFile.Complaint> complaints() {
        return record.complaintFile();
    }

    /** Returns the members that complaints excluded; nobody before all are in. */
    public SiteSet excluded() {
        return record.members().minus(record.accepted());
    }

    /** Returns what is to be kept of {@link #ready}, to have it again after a restart. */
    public Optional<KeptEpoch> kept() {
        return step == Step.READY ? Optional.of(record.kept()) : Optional.empty();
    }

    /** Returns the epoch once q sites have confirmed it and the certificate is out. */
    public Optional<ReadyEpoch> ready() {
        return step == Step.READY ? Optional.of(record.epoch()) : Optional.empty();
    }
}
