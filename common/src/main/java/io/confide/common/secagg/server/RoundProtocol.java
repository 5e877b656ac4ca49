package io.confide.common.secagg.server;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.Words;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One round at the coordinator (PROTOCOL.md §3.3): it opens, adds whole verified vectors, proposes the
 * set of included sites once, collects signatures and shares, and takes the masks off the sum. The one
 * sum is all it can ever open.
 *
 * <p>Not thread-safe. Memory: one vector, and those verified but not added yet.
 */
public final class RoundProtocol {
    private final ReadyEpoch epoch;
    private final SigningKey key;
    private final RoundOpening opening;
    private final ContextFields context;
    private final Digest ctx;
    private final CoordinatorMessage.Open open;
    private final SortedMap<Integer, SignedBody> headers = new TreeMap<>();
    private final SortedMap<Integer, Waiting> waiting = new TreeMap<>();
    private final SortedMap<Integer, UploadProof> proofs = new TreeMap<>();
    private final SortedMap<Integer, Bytes> signatures = new TreeMap<>();
    private final SortedMap<Integer, RevealBody> reveals = new TreeMap<>();
    private final long[] sum;
    private Optional<Statement> statement = Optional.empty();
    private Optional<CoordinatorMessage.Cert> cert = Optional.empty();
    private Optional<Unmasked> unmasked = Optional.empty();

    /** A verified vector that is not in the sum yet. Not a record: arrays have no value equality. */
    private static final class Waiting {
        private final UploadProof proof;
        private final long[] words;

        Waiting(UploadProof proof, long[] words) {
            this.proof = proof;
            this.words = words;
        }
    }

    private record Statement(SiteSet included, Bytes body, CoordinatorMessage.Propose propose) {}

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
        this.sum = new long[opening.words()];
        this.context =
                new ContextFields(
                        new RoundFields(epoch.terms().job(), epoch.epochId(), opening.round()),
                        opening.modelHash(),
                        Digest.of(opening.config()),
                        Digest.of(opening.codec()),
                        opening.cohort());
        this.ctx = context.ctx();
        this.open =
                new CoordinatorMessage.Open(
                        epoch.terms().job(),
                        sign(new OpenBody(context, opening.deadline().toEpochMilli()).bytes()),
                        opening.config(),
                        opening.codec(),
                        opening.model(),
                        opening.lastModelResult());
    }

    /** Step 1, for all of U1; the same bytes whenever it is asked for. */
    public CoordinatorMessage.Open open() {
        return open;
    }

    public RoundOpening opening() {
        return opening;
    }

    /** Verifies the signed header of an upload before its vector is moved (R3). */
    public Acceptance checkHeader(int site, SignedBody header) {
        if (!opening.cohort().contains(site) || statement.isPresent()) {
            return rejected(Reason.UNEXPECTED);
        }
        if (header.equals(headers.get(site))) {
            return new Acceptance.Accepted();
        }
        Optional<HeaderBody> body = HeaderBody.parse(header.body());
        if (body.isEmpty()) {
            return rejected(Reason.MALFORMED);
        }
        boolean same =
                body.get().round().equals(context.round())
                        && body.get().site() == site
                        && body.get().ctx().equals(ctx);
        if (!same) {
            return rejected(Reason.OTHER_CONTEXT);
        }
        if (!isSigned(site, header.body(), header.signature())) {
            return rejected(Reason.BAD_SIGNATURE);
        }
        if (headers.containsKey(site)) {
            return rejected(Reason.CONFLICT);
        }
        headers.put(site, header);
        return new Acceptance.Accepted();
    }

    /** Verifies and adds a whole vector in one go, once per site (R1, R3). */
    public Acceptance fold(int site, SignedBody header, long[] words) {
        Acceptance checked = verify(site, header, words);
        if (checked instanceof Acceptance.Accepted) {
            add(site);
        }
        return checked;
    }

    /**
     * Keeps a whole vector that hashes to what its header says. It is in the sum only after {@link
     * #add}, so that the coordinator can make the fact durable in between (R3).
     */
    public Acceptance verify(int site, SignedBody header, long[] words) {
        Acceptance checked = checkHeader(site, header);
        boolean known = proofs.containsKey(site) || waiting.containsKey(site);
        if (checked instanceof Acceptance.Rejected || known) {
            return checked;
        }
        if (words.length != sum.length) {
            return rejected(Reason.MALFORMED);
        }
        Digest hash = VectorHash.of(words);
        boolean right =
                HeaderBody.parse(header.body())
                        .filter(body -> body.vectorHash().equals(hash))
                        .isPresent();
        if (!right) {
            return rejected(Reason.WRONG_HASH);
        }
        var proof = new UploadProof(hash.value(), header.signature());
        waiting.put(site, new Waiting(proof, words));
        return new Acceptance.Accepted();
    }

    /**
     * Adds the verified vector of {@code site} to the sum; nothing if there is none, it is in already,
     * or the set of included sites is fixed.
     */
    public void add(int site) {
        if (statement.isPresent()) {
            return;
        }
        Optional.ofNullable(waiting.remove(site))
                .ifPresent(
                        input -> {
                            Words.addInto(sum, input.words);
                            proofs.put(site, input.proof);
                        });
    }

    /** What {@link #verify} accepted from {@code site}; empty if nothing. */
    public Optional<UploadProof> proof(int site) {
        return Optional.ofNullable(waiting.get(site))
                .map(input -> input.proof)
                .or(() -> Optional.ofNullable(proofs.get(site)));
    }

    /** Returns the sites whose vector is in the sum. */
    public SiteSet folded() {
        return sites(proofs.keySet());
    }

    /** Returns the proofs of {@link #folded}. */
    public SortedMap<Integer, UploadProof> proofs() {
        return new TreeMap<>(proofs);
    }

    /** Step 3b: fixes U3 to what is folded; empty if that is less than the smallest sum. No later fold counts. */
    public Optional<CoordinatorMessage.Propose> propose() {
        if (statement.isEmpty() && proofs.size() >= epoch.terms().policy().floor()) {
            SiteSet included = folded();
            var hashes = new TreeMap<Integer, Digest>();
            proofs.forEach((site, proof) -> hashes.put(site, new Digest(proof.vectorHash())));
            Bytes body =
                    RoundLayout.statement(context.round(), ctx, included, RoundLayout.root(hashes));
            var fields = new ProposeBody(context.round(), ctx, opening.cohort(), included);
            var propose =
                    new CoordinatorMessage.Propose(
                            epoch.terms().job(), sign(fields.bytes()), proofs);
            statement = Optional.of(new Statement(included, body, propose));
        }
        return statement.map(Statement::propose);
    }

    /** U3; empty before {@link #propose}. */
    public Optional<SiteSet> included() {
        return statement.map(Statement::included);
    }

    /** Keeps a signature of S_r. */
    public Acceptance sign(int site, SiteMessage.Sign message) {
        if (statement.isEmpty() || !opening.cohort().contains(site)) {
            return rejected(Reason.UNEXPECTED);
        }
        if (message.round() != opening.round()) {
            return rejected(Reason.OTHER_CONTEXT);
        }
        boolean known = message.signature().equals(signatures.getOrDefault(site, Bytes.EMPTY));
        if (!known) {
            if (!isSigned(site, statement.get().body(), message.signature())) {
                return rejected(Reason.BAD_SIGNATURE);
            }
            signatures.put(site, message.signature());
        }
        return new Acceptance.Accepted();
    }

    public SiteSet signed() {
        return sites(signatures.keySet());
    }

    /** Step 5b; empty below q signatures. The same bytes once it was made. */
    public Optional<CoordinatorMessage.Cert> cert() {
        if (cert.isEmpty()
                && statement.isPresent()
                && signatures.size() >= epoch.terms().policy().q()) {
            var body = new CertBody(context, statement.get().included()).bytes();
            cert =
                    Optional.of(
                            new CoordinatorMessage.Cert(
                                    epoch.terms().job(), sign(body), proofs, signatures));
        }
        return cert;
    }

    /** Keeps the shares of one site: exactly one for every site of U1, of the kind that U3 asks for. */
    public Acceptance reveal(int site, SiteMessage.Reveal message) {
        if (cert.isEmpty() || !opening.cohort().contains(site)) {
            return rejected(Reason.UNEXPECTED);
        }
        Optional<RevealBody> body = RevealBody.parse(message.body().body());
        if (body.isEmpty()) {
            return rejected(Reason.MALFORMED);
        }
        RevealBody reveal = body.get();
        Digest asked = statementHash();
        if (!reveal.round().equals(context.round())
                || reveal.site() != site
                || !reveal.statementHash().equals(asked)) {
            return rejected(Reason.OTHER_CONTEXT);
        }
        if (!hasAskedShares(site, reveal)) {
            return rejected(Reason.MALFORMED);
        }
        if (reveals.containsKey(site) && !reveal.equals(reveals.get(site))) {
            return rejected(Reason.CONFLICT);
        }
        reveals.put(site, reveal);
        return new Acceptance.Accepted();
    }

    private boolean hasAskedShares(int site, RevealBody reveal) {
        SiteSet included = included().orElseThrow();
        var expected = new TreeMap<Integer, SecretKind>();
        for (int about : opening.cohort().indices()) {
            if (included.contains(about)) {
                expected.put(about, SecretKind.SELF);
            } else if (about != site) {
                expected.put(about, SecretKind.RECOVERY);
            }
        }
        var given = new TreeMap<Integer, SecretKind>();
        reveal.shares().forEach((about, share) -> given.put(about, share.kind()));
        return given.equals(expected);
    }

    public SiteSet revealed() {
        return sites(reveals.keySet());
    }

    /** Whether there are t shares of every secret that the sum needs. */
    public boolean canUnmask() {
        return statement.isPresent() && unmasking().isPossible();
    }

    /** Takes the masks off; once, later calls return the same. */
    public Unmasked unmask() {
        if (statement.isEmpty()) {
            throw new IllegalStateException("no set of included sites is fixed yet");
        }
        if (unmasked.isEmpty()) {
            if (!canUnmask()) {
                return new Unmasked.Failed(ResultBody.Status.NO_SHARES);
            }
            unmasked = Optional.of(unmasking().unmask(sum));
        }
        return unmasked.get();
    }

    private Unmasking unmasking() {
        return new Unmasking(
                epoch, opening.round(), ctx, opening.cohort(), included().orElseThrow(), reveals);
    }

    /**
     * Step 7, for all of U1.
     *
     * @param newModelHash of the model after this round; {@link Digest#ZERO} if it did not change
     */
    public CoordinatorMessage.Result result(ResultBody.Status status, Digest newModelHash) {
        var body = new ResultBody(context.round(), statementHash(), newModelHash, status);
        return new CoordinatorMessage.Result(epoch.terms().job(), sign(body.bytes()));
    }

    private Digest statementHash() {
        return statement.map(fixed -> Digest.of(fixed.body())).orElse(Digest.ZERO);
    }

    private SignedBody sign(Bytes body) {
        return new SignedBody(body, key.sign(body));
    }

    private boolean isSigned(int site, Bytes body, Bytes signature) {
        return epoch.keys().isBySite(site, body, signature);
    }

    private SiteSet sites(Set<Integer> indices) {
        return SiteSet.of(epoch.terms().roster().size(), indices);
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }
}
