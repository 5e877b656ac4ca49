package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteSet;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a site checks about the sum of a round before it signs or opens anything: K13 to K19 and
 * K21. At most one statement, and for it at most one set of shares, ever leaves.
 */
final class RoundVote {
    private final SiteSetting setting;
    private final ActiveChecks checks;
    private final SiteEpoch epoch;
    private final ContextFields context;
    private final Digest ctx;
    private final EarlierSums earlier;
    private final Map<Integer, CoordinatorMessage.UploadProof> verified = new HashMap<>();
    private Optional<Bytes> statement = Optional.empty();
    private Optional<Bytes> ownSignature = Optional.empty();
    private Optional<Bytes> revealedFor = Optional.empty();

    RoundVote(SiteSetting setting, ActiveChecks checks, SiteEpoch epoch, ContextFields context) {
        this.setting = setting;
        this.checks = checks;
        this.epoch = epoch;
        this.context = context;
        this.ctx = context.ctx();
        this.earlier = new EarlierSums(setting, epoch.facts().policy().mDiff());
    }

    Digest ctx() {
        return ctx;
    }

    /** This site's signature of the statement for which its shares left; it stays here, in the receipt. */
    Optional<Bytes> signatureOfRevealed() {
        return revealedFor.map(setting.identity()::sign);
    }

    /** SHA-256(S_r) for which shares left this site. */
    Optional<Digest> revealed() {
        return revealedFor.map(Digest::of);
    }

    /** K13, K14 and K16. */
    void checkSets(Digest claimedCtx, SiteSet opened, SiteSet included) throws RefusedException {
        checks.require(Check.K13, claimedCtx.equals(ctx) && opened.equals(context.opened()));
        checks.requireAlways(Check.K14, included.rosterSize() == context.opened().rosterSize());
        checks.require(Check.K14, context.opened().containsAll(included));
        checks.require(Check.K14, included.size() >= epoch.facts().policy().floor());
        checks.require(Check.K16, epoch.facts().graph().holdsTogether(included));
    }

    /** K17: against every sum of the job that this site signed for or helped to open. */
    void checkDifference(SiteSet included) throws RefusedException {
        checks.require(Check.K17, earlier.permits(included));
    }

    /**
     * K15: every included site signed a header under exactly this context; where a committee signs, every included neighbour
     * and this site itself, each under the one root. Returns S_r over them.
     */
    Bytes checkHeaders(
            SiteSet included,
            SortedMap<Integer, CoordinatorMessage.UploadProof> headers,
            Optional<CoordinatorMessage.UploadProof> own)
            throws RefusedException {
        SiteSet checked = epoch.facts().graph().checkedBy(setting.self(), included);
        checks.require(Check.K15, headers.keySet().equals(Set.copyOf(checked.indices())));
        var hashes = new TreeMap<Integer, Digest>();
        for (int site : checked.indices()) {
            CoordinatorMessage.UploadProof proof =
                    checks.requirePresent(Check.K15, Optional.ofNullable(headers.get(site)));
            checks.requireAlways(Check.K15, proof.vectorHash().length() == Digest.BYTES);
            checks.require(Check.K25, hasPath(proof) == isByCommittee());
            if (site == setting.self()) {
                checks.require(Check.K15, Optional.of(proof.header()).equals(own));
            } else {
                checks.require(Check.K15, isHeader(site, proof));
            }
            hashes.put(site, new Digest(proof.vectorHash()));
        }
        Digest root =
                isByCommittee()
                        ? RoundLayout.root(included.size(), leavesRoot(hashes, headers))
                        : RoundLayout.root(hashes);
        return RoundLayout.statement(context.round(), ctx, included, root);
    }

    private boolean isByCommittee() {
        return epoch.facts().graph().signers().kind() == NeighbourGraph.Kind.COMMITTEE;
    }

    private static boolean hasPath(CoordinatorMessage.UploadProof proof) {
        return !proof.rootPath().equals(Bytes.EMPTY);
    }

    /** The one root that the paths of all headers lead to. */
    private Digest leavesRoot(
            SortedMap<Integer, Digest> hashes,
            SortedMap<Integer, CoordinatorMessage.UploadProof> headers)
            throws RefusedException {
        Optional<Digest> common = Optional.empty();
        for (Map.Entry<Integer, Digest> each : hashes.entrySet()) {
            byte[] leaf = RoundLayout.leaf(each.getKey(), each.getValue()).value().unsafeArray();
            Optional<Digest> root =
                    Optional.ofNullable(headers.get(each.getKey()))
                            .flatMap(proof -> Merkle.rootOf(leaf, proof.rootPath()));
            checks.requireAlways(
                    Check.K15, root.isPresent() && (common.isEmpty() || common.equals(root)));
            common = root;
        }
        return checks.requirePresent(Check.K15, common);
    }

    private boolean isHeader(int site, CoordinatorMessage.UploadProof proof) {
        if (proof.header().equals(verified.get(site))) {
            return true;
        }
        Bytes header =
                new HeaderBody(context.round(), site, ctx, new Digest(proof.vectorHash())).bytes();
        boolean valid = checks.keys().isBySite(site, header, proof.signature());
        if (valid) {
            verified.put(site, proof.header());
        }
        return valid;
    }

    /** K18, and the signature on S_r: the same bytes however often it is asked for. */
    Bytes sign(Bytes asked, SiteSet included) throws RefusedException {
        commit(asked, included);
        if (ownSignature.isEmpty()) {
            ownSignature = Optional.of(setting.identity().sign(asked));
        }
        return ownSignature.get();
    }

    /** From here on another statement is refused; what it is over is durable before anything about it leaves. */
    private void commit(Bytes asked, SiteSet included) throws RefusedException {
        boolean first = statement.isEmpty() || statement.get().equals(asked);
        checks.require(Check.K18, first);
        if (!first) {
            ownSignature = Optional.empty();
        }
        earlier.record(context.round().round(), included);
        statement = Optional.of(asked);
    }

    /** K19: q valid signatures of distinct accepted sites on {@code asked}, or the quorum of the committee. */
    void checkQuorum(Bytes asked, SortedMap<Integer, Bytes> signatures) throws RefusedException {
        int quorum = epoch.facts().graph().signers().quorum();
        int valid = 0;
        for (Map.Entry<Integer, Bytes> each : signatures.entrySet()) {
            if (valid < quorum && isSignature(asked, each.getKey(), each.getValue())) {
                valid++;
            }
        }
        checks.require(Check.K19, valid >= quorum);
    }

    private boolean isSignature(Bytes asked, int site, Bytes signature) {
        if (!epoch.facts().graph().signers().sites().contains(site)) {
            return false;
        }
        // Ed25519 is deterministic: an own signature is recognised by its bytes.
        boolean own = site == setting.self() && ownSignature.isPresent();
        if (own && statement.equals(Optional.of(asked))) {
            return ownSignature.equals(Optional.of(signature));
        }
        return checks.keys().isBySite(site, asked, signature);
    }

    /**
     * K20: no vote is needed if all of U1 are included, t = q on the complete graph, and the policy says so. Then two
     * statements would each need t - C honest reveals, and each site reveals once (PROTOCOL.md §3.11).
     */
    void checkFastPath(SiteSet included) throws RefusedException {
        SecAggPolicy policy = epoch.facts().policy();
        checks.require(Check.K20, policy.fastPath() == SecAggPolicy.FastPath.ALLOWED);
        checks.require(Check.K20, policy.k() == 0 && policy.t() == policy.q());
        checks.require(Check.K20, included.equals(context.opened()));
    }

    /**
     * K18 and K21, and the shares of what the neighbours and this site dealt: of b for the included, of w for the others,
     * never of the own w.
     */
    RevealBody reveal(Bytes asked, SiteSet included) throws RefusedException {
        checks.require(Check.K21, revealedFor.isEmpty() || revealedFor.get().equals(asked));
        commit(asked, included);
        revealedFor = Optional.of(asked);
        var shares = new TreeMap<Integer, RevealBody.Share>();
        SiteSet around = epoch.facts().graph().around(setting.self());
        long round = context.round().round();
        for (int about : context.opened().intersect(around).indices()) {
            var kind = included.contains(about) ? SecretKind.SELF : SecretKind.RECOVERY;
            if (about != setting.self() || kind == SecretKind.SELF) {
                shares.put(about, new RevealBody.Share(kind, epoch.shareBytes(about, kind, round)));
            }
        }
        return new RevealBody(context.round(), setting.self(), Digest.of(asked), shares);
    }
}
