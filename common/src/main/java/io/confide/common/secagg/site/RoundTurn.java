package io.confide.common.secagg.site;

import io.confide.common.encoding.Encoding;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.ProposeBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** This site's part in one round, from Open to Result: JOINED, then UPLOADED or SKIPPED, then votes. */
final class RoundTurn {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final SiteEpoch epoch;
    private final SignedBody opening;
    private final ContextFields context;
    private final RoundVote vote;
    private final RoundEvidence evidence;
    private final Optional<RoundInput> input;
    private Phase phase;
    private Optional<Reaction.Upload> upload = Optional.empty();
    private Optional<SignedBody> header = Optional.empty();
    private Optional<Receipt.Certified> certified = Optional.empty();
    private Optional<SiteMessage.Reveal> reveal = Optional.empty();

    enum Phase {
        JOINED,
        UPLOADED,
        SKIPPED,
        /** Never joined: it reveals for a certificate and does nothing else (K22). */
        STANDING_IN
    }

    private RoundTurn(
            SiteSetting setting,
            ActiveChecks checks,
            SiteEpoch epoch,
            SignedBody opening,
            ContextFields context,
            Optional<RoundInput> input,
            Phase phase) {
        this.setting = setting;
        this.checks = checks;
        this.epoch = epoch;
        this.opening = opening;
        this.context = context;
        this.vote = new RoundVote(setting, checks, epoch, context);
        this.evidence = new RoundEvidence(setting, context.round().round(), opening);
        this.input = input;
        this.phase = phase;
    }

    static RoundTurn joined(
            SiteSetting setting,
            ActiveChecks checks,
            SiteEpoch epoch,
            CoordinatorMessage.Open message,
            OpenBody body) {
        return new RoundTurn(
                setting,
                checks,
                epoch,
                message.body(),
                body.context(),
                Optional.of(new RoundInput(setting, checks, epoch, body, message)),
                Phase.JOINED);
    }

    /** @param asked the certificate that this site is first shown */
    static RoundTurn standingIn(
            SiteSetting setting,
            ActiveChecks checks,
            SiteEpoch epoch,
            SignedBody asked,
            ContextFields context) {
        return new RoundTurn(
                setting, checks, epoch, asked, context, Optional.empty(), Phase.STANDING_IN);
    }

    boolean isOf(SiteEpoch other) {
        return epoch == other;
    }

    /** Whether this site was in the cohort and accepted the Open. */
    boolean isJoined() {
        return phase != Phase.STANDING_IN;
    }

    long round() {
        return context.round().round();
    }

    Phase phase() {
        return phase;
    }

    SignedBody opening() {
        return opening;
    }

    /** What the same Open again is answered with. */
    Reaction again() {
        return upload.map(Reaction.class::cast).orElseGet(Reaction.Nothing::new);
    }

    void modelArrived(Bytes bytes) throws RefusedException {
        input.orElseThrow().modelArrived(bytes);
    }

    /** K11 before there is an input; a site that may make none skips the round. */
    void requireUnspent(Digest dataVersion) throws RefusedException {
        try {
            input.orElseThrow().requireUnspent(dataVersion);
        } catch (RefusedException e) {
            skip();
            throw e;
        }
    }

    /** Masks {@code words} in place; K11 and the durable record come before anything can leave. */
    Reaction.Upload upload(long[] words, Digest dataVersion) throws RefusedException {
        return upload(own -> own.upload(words, dataVersion));
    }

    /** The same leaf by leaf. */
    Reaction.Upload upload(Encoding encoding, Digest dataVersion) throws RefusedException {
        return upload(own -> own.upload(encoding, dataVersion));
    }

    private interface Making {
        Reaction.Upload by(RoundInput own) throws RefusedException;
    }

    private Reaction.Upload upload(Making making) throws RefusedException {
        RoundInput own = input.orElseThrow();
        own.requireModel();
        Reaction.Upload made;
        try {
            made = making.by(own);
        } finally {
            skip();
        }
        phase = Phase.UPLOADED;
        upload = Optional.of(made);
        header = Optional.of(made.message().header());
        return made;
    }

    /** The vector is not needed here any more. */
    void release() {
        upload = Optional.empty();
    }

    /** No upload will leave in this round; the site may still vote and reveal. */
    void skip() {
        epoch.eraseMasks(round());
        phase = Phase.SKIPPED;
    }

    /** A later round has begun, or this one is over: no upload leaves any more. */
    void closeInput() {
        if (phase == Phase.JOINED) {
            skip();
        }
    }

    /** Step 4b. */
    SiteMessage.Sign propose(CoordinatorMessage.Propose message, ProposeBody body)
            throws RefusedException {
        Bytes signature =
                evidence.watched(
                        message.body(),
                        () ->
                                vote.sign(
                                        statement(
                                                body.ctx(),
                                                body.opened(),
                                                body.included(),
                                                message.headers()),
                                        body.included()));
        epoch.marks().sign(round());
        evidence.followed(message.body());
        return new SiteMessage.Sign(setting.job(), round(), signature);
    }

    /** Step 6, after a vote. */
    SiteMessage.Reveal certified(CoordinatorMessage.Cert message, CertBody body)
            throws RefusedException {
        return revealed(
                new Receipt.Certified(message.body(), message.headers(), message.signatures()),
                () -> {
                    Bytes statement = statement(body, message.headers());
                    vote.checkQuorum(statement, message.signatures());
                    return vote.reveal(statement, body.included());
                });
    }

    /** Step 6 on the fast path; it counts as having signed the statement (K18). */
    SiteMessage.Reveal fastCertified(CoordinatorMessage.FastCert message, CertBody body)
            throws RefusedException {
        return revealed(
                new Receipt.Certified(message.body(), message.headers(), new TreeMap<>()),
                () -> {
                    ContextFields claimed = body.context();
                    vote.checkSets(claimed.ctx(), claimed.opened(), body.included());
                    vote.checkFastPath(body.included());
                    return vote.reveal(statement(body, message.headers()), body.included());
                });
    }

    private SiteMessage.Reveal revealed(
            Receipt.Certified asked, RoundEvidence.Step<RevealBody> checked)
            throws RefusedException {
        RevealBody shares = evidence.watched(asked.certificate(), checked);
        epoch.marks().reveal(round());
        evidence.followed(asked.certificate());
        certified = Optional.of(asked);
        if (reveal.isEmpty() || !checks.isOn(Check.K21)) {
            Bytes bytes = shares.bytes();
            reveal =
                    Optional.of(
                            new SiteMessage.Reveal(
                                    setting.job(),
                                    new SignedBody(bytes, setting.identity().sign(bytes)),
                                    OwnLeaf.of(setting, shares, header, upload)));
        }
        return reveal.get();
    }

    /** A share that left in the reveal of this round, of exactly that kind. */
    Optional<Bytes> revealedShare(int about, SecretKind kind) {
        return reveal.flatMap(sent -> RevealBody.parse(sent.body().body()))
                .map(body -> body.shares().get(about))
                .filter(share -> share.kind() == kind)
                .map(RevealBody.Share::value);
    }

    private Bytes statement(
            CertBody body, SortedMap<Integer, CoordinatorMessage.UploadProof> headers)
            throws RefusedException {
        ContextFields claimed = body.context();
        return statement(claimed.ctx(), claimed.opened(), body.included(), headers);
    }

    private Bytes statement(
            Digest ctx,
            SiteSet opened,
            SiteSet included,
            SortedMap<Integer, CoordinatorMessage.UploadProof> headers)
            throws RefusedException {
        vote.checkSets(ctx, opened, included);
        Bytes statement = vote.checkHeaders(included, headers, ownProof());
        vote.checkDifference(included);
        closeInput();
        return statement;
    }

    private Optional<CoordinatorMessage.UploadProof> ownProof() {
        return header.flatMap(
                header ->
                        HeaderBody.parse(header.body())
                                .map(
                                        body ->
                                                new CoordinatorMessage.UploadProof(
                                                        body.vectorHash().value(),
                                                        header.signature())));
    }

    /** What can be checked later, if this site helped to open the sum of {@code result} and saw all headers. */
    Optional<Receipt> receipt(SignedBody result) {
        boolean seesAll = epoch.facts().graph().signers().kind() == NeighbourGraph.Kind.EVERYBODY;
        return certified
                .filter(_ -> seesAll)
                .flatMap(
                        shown ->
                                vote.signatureOfRevealed()
                                        .map(own -> shown.with(header, own, result)));
    }

    /** K26: the hash in a Result is that of the statement for which shares left, if any did. */
    void checkResult(SignedBody message, ResultBody body) throws RefusedException {
        Optional<Digest> revealed = vote.revealed();
        // A coordinator that lost the round may not know the statement any more; it publishes no
        // sum.
        boolean lost =
                body.status() != ResultBody.Status.DONE && body.statementHash().equals(Digest.ZERO);
        boolean same = lost || revealed.isEmpty() || revealed.get().equals(body.statementHash());
        if (!same) {
            report(Check.K26, message);
        }
        checks.require(Check.K26, same);
    }

    /** Keeps {@code message} beside what the coordinator signed before. */
    void report(Check check, SignedBody message) {
        evidence.report(check, message);
    }
}
