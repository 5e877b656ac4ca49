package io.confide.common.secagg.server;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.AuditRecord;
import io.confide.common.secagg.audit.CertifiedRound;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.StoredVector;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * One round at the coordinator (PROTOCOL.md §3.3): it opens, adds whole verified vectors, proposes the
 * set of included sites once, collects signatures and shares, and takes the masks off the sum. The one
 * sum is all it can ever open.
 *
 * <p>Not thread-safe. Memory: one vector, and those verified but not added yet.
 */
public final class RoundProtocol implements AutoCloseable {
    private final ReadyEpoch epoch;
    private final SigningKey key;
    private final RoundOpening opening;
    private final ContextFields context;
    private final Digest ctx;
    private final CoordinatorMessage.Open open;
    private final MaskedInputs inputs;
    private Optional<Statement> statement = Optional.empty();
    private Optional<CoordinatorMessage.Propose> propose = Optional.empty();
    private Optional<CoordinatorMessage.Cert> cert = Optional.empty();
    private Optional<CoordinatorMessage.FastCert> fastCert = Optional.empty();

    /** Opens a round; the cohort must be within the epoch and not smaller than the smallest sum. */
    public RoundProtocol(ReadyEpoch epoch, RoundOpening opening, SigningKey key) {
        if (!epoch.hasRound(opening.round())
                || !epoch.accepted().containsAll(opening.cohort())
                || opening.cohort().size() < epoch.terms().policy().floor()) {
            throw new IllegalArgumentException("no site of this epoch would join this round");
        }
        this.epoch = epoch;
        this.key = key;
        this.opening = opening;
        this.context = opening.context(epoch.terms().job(), epoch.epochId());
        this.ctx = context.ctx();
        this.inputs = new MaskedInputs(epoch, context, opening.words(), opening.audit());
        this.open =
                opening.message(
                        epoch.terms().job(),
                        sign(new OpenBody(context, opening.deadline().toEpochMilli()).bytes()));
    }

    /** Step 1, for all of U1; the same bytes whenever it is asked for. */
    public CoordinatorMessage.Open open() {
        return open;
    }

    public RoundOpening opening() {
        return opening;
    }

    /** What sites uploaded to a process before this one: from each only the same upload is taken again (R1, R7). Called first. */
    public void remember(SortedMap<Integer, UploadProof> uploads) {
        inputs.remember(uploads);
    }

    /**
     * U3 as a process before this one fixed it: {@link #propose} or {@link #fastCert} now gives the same bytes as there. The sum
     * was in its memory, so the same vectors have to come again before {@link #unmask} (R7). Called first.
     */
    public void restore(SortedMap<Integer, UploadProof> included) {
        inputs.restore(included);
    }

    /** Verifies the signed header of an upload before its vector is moved (R3). */
    public Acceptance checkHeader(int site, SignedBody header) {
        return isClosedTo(site) ? rejected(Reason.UNEXPECTED) : inputs.checkHeader(site, header);
    }

    /** As {@link #fold(int, SignedBody, StoredVector)}. */
    public Acceptance fold(int site, SignedBody header, Bytes vector) {
        return fold(site, header, StoredVector.of(vector));
    }

    /** Verifies and adds a whole vector in one go, once per site (R1, R3). */
    public Acceptance fold(int site, SignedBody header, StoredVector vector) {
        Acceptance checked = verify(site, header, vector);
        if (checked instanceof Acceptance.Accepted) {
            add(site);
        }
        return checked;
    }

    /**
     * Keeps a whole vector, little-endian words, that hashes to what its header says. It is in the sum only after {@link
     * #add}, so that the coordinator can make the fact durable in between (R3); what is not in memory is then read again.
     */
    public Acceptance verify(int site, SignedBody header, StoredVector vector) {
        return isClosedTo(site) ? rejected(Reason.UNEXPECTED) : inputs.verify(site, header, vector);
    }

    /**
     * Adds the verified vector of {@code site} to the sum; nothing if there is none, it is in already,
     * or the set of included sites is fixed.
     */
    public void add(int site) {
        if (!isClosedTo(site)) {
            inputs.add(site);
        }
    }

    private boolean isClosedTo(int site) {
        return statement.isPresent() && !inputs.isLost(site);
    }

    /** What {@link #verify} accepted from {@code site}; empty if nothing. */
    public Optional<UploadProof> proof(int site) {
        return inputs.proof(site);
    }

    /** Returns the sites whose vector is in the sum. */
    public SiteSet folded() {
        return sites(proofs().keySet());
    }

    /** Returns the proofs of {@link #folded}. */
    public SortedMap<Integer, UploadProof> proofs() {
        return inputs.proofs();
    }

    /**
     * Step 3a: fixes U3 = U1 if all of U1 is folded and the policy needs no vote then; empty otherwise, and once {@link
     * #propose} fixed U3. The same bytes once it was made; after it there is never a proposal (R6).
     */
    public Optional<CoordinatorMessage.FastCert> fastCert() {
        boolean allowed = epoch.terms().policy().fastPath() == SecAggPolicy.FastPath.ALLOWED;
        if (allowed && statement.isEmpty() && folded().equals(opening.cohort())) {
            var body = new CertBody(context, fix().included()).fastBytes();
            fastCert =
                    Optional.of(
                            new CoordinatorMessage.FastCert(
                                    epoch.terms().job(), sign(body), proofs()));
        }
        return fastCert;
    }

    /**
     * Step 3b: fixes U3 to what is folded; empty if that is less than the smallest sum or, on a sparse graph, leaves a gap that
     * no site accepts (K16), and after {@link #fastCert}. No later fold counts. The same bytes once it was made.
     */
    public Optional<CoordinatorMessage.Propose> propose() {
        if (statement.isEmpty() && isSum(folded())) {
            var fields = new ProposeBody(context.round(), ctx, opening.cohort(), fix().included());
            propose =
                    Optional.of(
                            new CoordinatorMessage.Propose(
                                    epoch.terms().job(), sign(fields.bytes()), proofs()));
        }
        return propose;
    }

    private boolean isSum(SiteSet included) {
        return included.size() >= epoch.terms().policy().floor()
                && epoch.graph().holdsTogether(included);
    }

    private Statement fix() {
        var fixed = Statement.of(epoch, context, proofs(), signers(), opening, this::sign);
        statement = Optional.of(fixed);
        return fixed;
    }

    /** U3; empty before it is fixed. */
    public Optional<SiteSet> included() {
        return statement.map(Statement::included);
    }

    /** The sites that are asked to sign: all of U1, or what of the committee is in it. */
    public SiteSet signers() {
        return opening.cohort().intersect(epoch.graph().signers().sites());
    }

    /** {@code message} as {@code site} gets it: with the headers that it checks, which are all but where a committee signs. */
    public CoordinatorMessage.Propose addressed(int site, CoordinatorMessage.Propose message) {
        return statement.orElseThrow().headers().addressed(site, message);
    }

    /** As {@link #addressed(int, CoordinatorMessage.Propose)}. */
    public CoordinatorMessage.Cert addressed(int site, CoordinatorMessage.Cert message) {
        return statement.orElseThrow().headers().addressed(site, message);
    }

    /** Keeps a signature of S_r. */
    public Acceptance sign(int site, SiteMessage.Sign message) {
        if (propose.isEmpty()) {
            return rejected(Reason.UNEXPECTED);
        }
        return message.round() == opening.round()
                ? statement.orElseThrow().ballot().accept(site, message.signature())
                : rejected(Reason.OTHER_CONTEXT);
    }

    public SiteSet signed() {
        return sites(statement.map(fixed -> fixed.ballot().signatures().keySet()).orElse(Set.of()));
    }

    /** Step 5b; empty below q signatures, or below the committee's quorum. The same bytes once it was made. */
    public Optional<CoordinatorMessage.Cert> cert() {
        if (cert.isEmpty()
                && propose.isPresent()
                && statement.filter(fixed -> fixed.ballot().isEnough()).isPresent()) {
            Statement fixed = statement.orElseThrow();
            var body = new CertBody(context, fixed.included()).bytes();
            cert =
                    Optional.of(
                            new CoordinatorMessage.Cert(
                                    epoch.terms().job(),
                                    sign(body),
                                    proofs(),
                                    fixed.ballot().signatures()));
        }
        return cert;
    }

    /** What lets sites reveal, voted or not; empty before it was made. */
    public Optional<CoordinatorMessage> certificate() {
        return fastCert.<CoordinatorMessage>map(fast -> fast).or(() -> cert);
    }

    /** Keeps the shares of one site: exactly one for every site of U1, of the kind that U3 asks for. */
    public Acceptance reveal(int site, SiteMessage.Reveal message) {
        return certificate().isEmpty() || !epoch.accepted().contains(site)
                ? rejected(Reason.UNEXPECTED)
                : statement.orElseThrow().reveal(site, message);
    }

    public SiteSet revealed() {
        return sites(statement.map(fixed -> fixed.shares().sites()).orElse(Set.of()));
    }

    /** Whether there are t shares of every secret that the sum needs. */
    public boolean canUnmask() {
        return statement.filter(fixed -> fixed.shares().canUnmask()).isPresent();
    }

    /** Takes the masks off; once, later calls return the same. Every vector of U3 must be in the sum. */
    public Unmasked unmask() {
        inputs.requireWhole();
        return statement
                .map(fixed -> fixed.shares().unmask(inputs.sum()))
                .orElseThrow(
                        () -> new IllegalStateException("no set of included sites is fixed yet"));
    }

    /** The secrets that came out wrong; there are none before a set of included sites is fixed. */
    public Optional<Disputes> disputes() {
        return statement.map(fixed -> fixed.shares().disputes());
    }

    /**
     * Step 7, for all of U1.
     *
     * @param newModelHash of the model after this round; {@link Digest#ZERO} if it did not change
     */
    public CoordinatorMessage.Result result(ResultBody.Status status, Digest newModelHash) {
        var hash = statement.map(fixed -> Digest.of(fixed.body())).orElse(Digest.ZERO);
        var body = new ResultBody(context.round(), hash, newModelHash, status);
        return new CoordinatorMessage.Result(epoch.terms().job(), sign(body.bytes()));
    }

    /**
     * The record with which one leaf of the sum can be recomputed (PROTOCOL.md §3.10), after {@link #unmask} gave a sum; empty if
     * the plan asks for none.
     *
     * @param result as it is going to be sent
     */
    public Optional<AuditRecord> audit(CoordinatorMessage.Result result) {
        Optional<CertifiedRound.Signed> signed =
                fastCert.map(fast -> CertifiedRound.Signed.of(fast, result.body()))
                        .or(
                                () ->
                                        cert.map(
                                                voted ->
                                                        CertifiedRound.Signed.of(
                                                                voted, result.body())));
        Bytes roster = epoch.terms().roster().bytes();
        return statement.flatMap(
                fixed -> fixed.record(roster, opening.codec(), signed.orElseThrow(), inputs));
    }

    /** Gives the memory of the sum back: it cannot be read any more, and nothing is added to it. */
    @Override
    public void close() {
        inputs.close();
        statement.flatMap(Statement::audited).ifPresent(leaves -> leaves.seeds().erase());
    }

    private SignedBody sign(Bytes body) {
        return new SignedBody(body, key.sign(body));
    }

    private SiteSet sites(Set<Integer> indices) {
        return SiteSet.of(epoch.terms().roster().size(), indices);
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }
}
