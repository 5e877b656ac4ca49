package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.VectorSum;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The shares that sites reveal about one fixed statement S_r, and the one sum that they open. */
final class RevealedShares {
    private final ReadyEpoch epoch;
    private final ContextFields context;
    private final SiteSet included;
    private final Digest statementHash;
    private final SortedMap<Integer, RevealBody> reveals = new TreeMap<>();
    private final SortedMap<Integer, SignedBody> signed = new TreeMap<>();
    private final Disputes disputes;
    private final int[] shares;
    private final Optional<OpenedSeeds> seeds;
    private int open;
    private Optional<Unmasked> unmasked = Optional.empty();

    /**
     * @param included U3
     * @param statementHash of S_r, which says that it is U3
     * @param seeds where those of the masks go that are taken off; empty: nowhere
     */
    RevealedShares(
            ReadyEpoch epoch,
            ContextFields context,
            SiteSet included,
            Digest statementHash,
            Disputes.Signer signer,
            Optional<OpenedSeeds> seeds) {
        this.epoch = epoch;
        this.context = context;
        this.included = included;
        this.statementHash = statementHash;
        this.seeds = seeds;
        this.shares = new int[included.rosterSize()];
        this.disputes = new Disputes(epoch, context.round(), signed, signer);
    }

    /** Keeps the shares of one site: one for itself and every neighbour in U1, of the kind that U3 asks for. */
    Acceptance accept(int site, SiteMessage.Reveal message) {
        Optional<RevealBody> body = RevealBody.parse(message.body().body());
        if (body.isEmpty()) {
            return rejected(Reason.MALFORMED);
        }
        RevealBody reveal = body.get();
        if (!reveal.round().equals(context.round())
                || reveal.site() != site
                || !reveal.statementHash().equals(statementHash)) {
            return rejected(Reason.OTHER_CONTEXT);
        }
        if (!hasAskedShares(site, reveal)) {
            return rejected(Reason.MALFORMED);
        }
        if (reveals.containsKey(site) && !reveal.equals(reveals.get(site))) {
            return rejected(Reason.CONFLICT);
        }
        signed.putIfAbsent(site, message.body());
        if (reveals.put(site, reveal) == null) {
            reveal.shares().keySet().forEach(this::count);
        }
        return new Acceptance.Accepted();
    }

    private void count(int about) {
        shares[about]++;
        if (shares[about] == epoch.terms().policy().t()) {
            open++;
        }
    }

    private boolean hasAskedShares(int site, RevealBody reveal) {
        var expected = new TreeMap<Integer, SecretKind>();
        for (int about : context.opened().intersect(epoch.graph().around(site)).indices()) {
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

    /** Returns the indices of the sites whose shares are here. */
    Set<Integer> sites() {
        return Set.copyOf(reveals.keySet());
    }

    /** Whether there are t shares of every secret that the sum needs. */
    boolean canUnmask() {
        return open == context.opened().size();
    }

    /** Takes the masks off {@code sum} in place; once, later calls return the same. Until it is clear nothing changes. */
    Unmasked unmask(VectorSum sum) {
        if (unmasked.isPresent()) {
            return unmasked.get();
        }
        if (!canUnmask()) {
            return new Unmasked.Failed(ResultBody.Status.NO_SHARES);
        }
        Unmasked end = unmasking().unmask(sum);
        if (!(end instanceof Unmasked.Unclear)) {
            unmasked = Optional.of(end);
        }
        return end;
    }

    /** The secrets that came out wrong. */
    Disputes disputes() {
        return disputes;
    }

    private Unmasking unmasking() {
        return new Unmasking(
                epoch,
                context.round().round(),
                context.ctx(),
                context.opened(),
                included,
                reveals,
                disputes,
                seeds);
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }
}
