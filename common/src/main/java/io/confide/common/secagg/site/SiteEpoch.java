package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.BlameAnswerBody;
import io.confide.common.secagg.BlameBody;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.MaskCipher;
import io.confide.common.vector.Masks;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What a site holds of an epoch that is ready (PROTOCOL.md §3.7): for every round its own b, the pair
 * seeds e, and the shares that were dealt to it; in memory only. Rows of past rounds are overwritten.
 */
final class SiteEpoch {
    private static final int SELF_OFFSET = 0;
    private static final int RECOVERY_OFFSET = Seed.BYTES;

    private final EpochFacts facts;
    private final EpochSecrets secrets;
    private final SortedMap<Integer, DealtLeaves> leaves;
    private final RoundMarks marks;
    private final MaskCipher cipher = new MaskCipher();

    /** @param leaves by dealer; what outlives its shares (R11) */
    SiteEpoch(EpochFacts facts, EpochSecrets secrets, SortedMap<Integer, DealtLeaves> leaves) {
        this.facts = facts;
        this.secrets = secrets;
        this.leaves = leaves;
        this.marks = new RoundMarks(facts.firstRound);
    }

    /** Public facts; {@code accepted} are the sites of the epoch, this one included, {@code graph} its neighbours. */
    record EpochFacts(
            Digest epochId,
            int epoch,
            long firstRound,
            int rounds,
            int self,
            SiteSet accepted,
            NeighbourGraph graph,
            SecAggPolicy policy) {}

    /**
     * @param self b of this site, one row per round
     * @param pairs e with every neighbour, one row per round
     * @param held by dealer: share of b and share of w, one row of 64 bytes per round
     * @param own this site's share of its own b, one row per round
     */
    record EpochSecrets(
            RoundTable self,
            SortedMap<Integer, RoundTable> pairs,
            SortedMap<Integer, RoundTable> held,
            RoundTable own) {
        /** Own b and e: what turns an own upload into an input. */
        void eraseMasks(long round) {
            self.eraseTo(round);
            pairs.values().forEach(table -> table.eraseTo(round));
        }

        void eraseShares(long round) {
            held.values().forEach(table -> table.eraseTo(round));
            own.eraseTo(round);
        }

        void eraseFrom(long round) {
            self.eraseFrom(round);
            pairs.values().forEach(table -> table.eraseFrom(round));
            held.values().forEach(table -> table.eraseFrom(round));
            own.eraseFrom(round);
        }
    }

    EpochFacts facts() {
        return facts;
    }

    RoundMarks marks() {
        return marks;
    }

    boolean hasRound(long round) {
        return round >= facts.firstRound && round - facts.firstRound < facts.rounds;
    }

    /** Adds the self mask and the pair masks with the neighbours in {@code cohort} to {@code words}. */
    void mask(long round, Digest ctx, SiteSet cohort, long[] words) {
        masks(round, ctx, cohort).applyTo(words);
    }

    /** The masks that {@link #mask} adds. */
    Masks masks(long round, Digest ctx, SiteSet cohort) {
        var masks = new Masks(cipher);
        try (Seed b = secrets.self.at(round);
                Seed s = KeySchedule.s(b, ctx)) {
            masks.add(s);
        }
        for (int peer : facts.graph.neighbours(facts.self).intersect(cohort).indices()) {
            maskPair(round, ctx, peer, masks);
        }
        return masks;
    }

    private void maskPair(long round, Digest ctx, int peer, Masks masks) {
        try (Seed e = pairTable(peer).at(round);
                Seed p = KeySchedule.p(e, ctx)) {
            if (facts.self < peer) {
                masks.add(p);
            } else {
                masks.subtract(p);
            }
        }
    }

    /** Returns the share of one secret of {@code dealer} that this site reveals. */
    Seed share(int dealer, SecretKind kind, long round) {
        if (dealer == facts.self) {
            return secrets.own.at(round);
        }
        RoundTable table = secrets.held.get(dealer);
        if (table == null) {
            throw new IllegalStateException("no shares of this dealer");
        }
        return table.at(round, kind == SecretKind.SELF ? SELF_OFFSET : RECOVERY_OFFSET);
    }

    /** Returns a copy of the share that {@code question} is about. */
    Bytes shareBytes(BlameBody question) {
        return shareBytes(question.about(), question.kind(), question.round().round());
    }

    /** Returns a copy of a share, on its way out. */
    Bytes shareBytes(int dealer, SecretKind kind, long round) {
        try (Seed share = share(dealer, kind, round)) {
            byte[] bytes = share.reveal();
            Bytes copy = Bytes.copyOf(bytes);
            Arrays.fill(bytes, (byte) 0);
            return copy;
        }
    }

    /** Whether this site can prove a share of {@code dealer}; there is no leaf of its own. */
    boolean hasLeaf(int dealer) {
        return leaves.containsKey(dealer);
    }

    /** What shows that {@code share} is the one that its dealer signed, even after it is overwritten (R11). */
    BlameAnswerBody proof(BlameBody question, Bytes share) {
        DealtLeaves dealt =
                Optional.ofNullable(leaves.get(question.about()))
                        .orElseThrow(() -> new IllegalStateException("no leaves of this dealer"));
        return new BlameAnswerBody(
                question,
                facts.self,
                share,
                dealt.sharePath(question.round().round(), question.kind()),
                dealt.shareCiphertextHash(),
                dealt.ehRoot(),
                dealt.rootPath());
    }

    private RoundTable pairTable(int peer) {
        RoundTable table = secrets.pairs.get(peer);
        if (table == null) {
            throw new IllegalStateException("no pair key with this site");
        }
        return table;
    }

    /** Overwrites own b and e of all rounds up to {@code round}. */
    void eraseMasks(long round) {
        secrets.eraseMasks(round);
    }

    /** Overwrites all shares of all rounds up to {@code round}. */
    void eraseShares(long round) {
        secrets.eraseShares(round);
    }

    /** Overwrites own b and e and all shares of all rounds from {@code round} on. */
    void eraseFrom(long round) {
        secrets.eraseFrom(round);
    }

    /** Whether the shares of {@code round} are overwritten, so that nothing can be revealed in it. */
    boolean isOver(long round) {
        return secrets.own.isErased(round);
    }

    /** Whether no share of any round is left. */
    boolean isErased() {
        return secrets.own.isErased();
    }

    /** Overwrites own b and e and all shares of all rounds up to {@code round}. */
    void eraseRounds(long round) {
        secrets.eraseMasks(round);
        secrets.eraseShares(round);
    }

    void eraseAll() {
        eraseRounds(facts.firstRound + facts.rounds - 1);
    }

    /** For the tests of erasure, and for a simulation that makes keys once and not once per run. */
    EpochSecrets secrets() {
        return secrets;
    }

    /** By dealer; as {@link #secrets}. */
    SortedMap<Integer, DealtLeaves> leaves() {
        return leaves;
    }
}
