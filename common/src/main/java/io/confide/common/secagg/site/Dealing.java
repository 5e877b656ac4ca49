package io.confide.common.secagg.site;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.Merkle;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.Shamir;
import io.confide.common.secagg.SiteMessage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes what one site deals for all rounds of an epoch (S4, PROTOCOL.md §3.1): shares of b and w for
 * every holder, the recovery blobs, and the tree over all their hashes. Made once per T1.
 */
final class Dealing {
    private static final int ROW_BYTES = ShareRows.BYTES;

    private final Scope scope;
    private final Seed beta;
    private final SortedMap<Integer, PairKeys> pairs;
    private final byte[] selfRows;
    private final byte[] ownShares;
    private final SortedMap<Integer, byte[]> shares = new TreeMap<>();
    private final List<SiteMessage.RoundSecretHashes> secrets = new ArrayList<>();
    private final List<byte[]> secretLeaves = new ArrayList<>();

    /** Who deals, over which transcript, for which rounds; t shares rebuild a secret. */
    record Scope(int self, int threshold, Digest t1, long firstRound, int rounds) {}

    /** What travels, and what the dealer keeps: its b, and its own shares of them. */
    record Dealt(
            Digest root,
            SortedMap<Integer, SiteMessage.DealPart> parts,
            List<SiteMessage.RoundSecretHashes> secrets,
            SortedMap<Integer, SiteMessage.PairLeaf> pairLeaves,
            RoundTable self,
            RoundTable own) {}

    private Dealing(Scope scope, Seed beta, SortedMap<Integer, PairKeys> pairs) {
        this.scope = scope;
        this.beta = beta;
        this.pairs = pairs;
        this.selfRows = new byte[Seed.BYTES * scope.rounds];
        this.ownShares = new byte[Seed.BYTES * scope.rounds];
        pairs.keySet().forEach(peer -> shares.put(peer, new byte[ROW_BYTES * scope.rounds]));
    }

    /** Deals the secrets of {@code beta} to the peers of {@code pairs} and to the dealer itself. */
    static Dealt deal(Scope scope, Seed beta, SortedMap<Integer, PairKeys> pairs) {
        var dealing = new Dealing(scope, beta, pairs);
        for (int at = 0; at < scope.rounds; at++) {
            dealing.dealRound(at);
        }
        return dealing.seal();
    }

    private void dealRound(int at) {
        long round = scope.firstRound + at;
        try (Seed b = KeySchedule.b(beta, round);
                Seed w = KeySchedule.w(beta, round)) {
            PairKeys.copy(b, selfRows, Seed.BYTES * at);
            shareSelf(at, b);
            shareRecovery(at, w);
            Bytes blob = blob(round, w);
            secrets.add(
                    new SiteMessage.RoundSecretHashes(
                            b.digest().value(), w.digest().value(), blob));
            secretLeaves.add(
                    SetupLayout.secretLeaf(round, b.digest(), w.digest(), Digest.of(blob)));
        }
    }

    /** A site holds a share of its own b, which has no leaf, and none of its own w. */
    private void shareSelf(int at, Seed b) {
        var holders = new ArrayList<>(pairs.keySet());
        holders.add(scope.self);
        List<byte[]> dealt = shares(SecretKind.SELF, at, b, holders);
        for (int peer = 0; peer < pairs.size(); peer++) {
            move(dealt.get(peer), rowsOf(holders.get(peer)), ROW_BYTES * at);
        }
        move(dealt.getLast(), ownShares, Seed.BYTES * at);
    }

    private void shareRecovery(int at, Seed w) {
        var holders = new ArrayList<>(pairs.keySet());
        List<byte[]> dealt = shares(SecretKind.RECOVERY, at, w, holders);
        for (int peer = 0; peer < holders.size(); peer++) {
            move(dealt.get(peer), rowsOf(holders.get(peer)), ROW_BYTES * at + Seed.BYTES);
        }
    }

    private List<byte[]> shares(SecretKind kind, int at, Seed secret, List<Integer> holders) {
        List<Integer> points = holders.stream().map(holder -> holder + 1).toList();
        return Shamir.shares(beta, kind, scope.firstRound + at, scope.threshold, secret, points);
    }

    private Bytes blob(long round, Seed w) {
        byte[] seeds = new byte[Seed.BYTES * pairs.size()];
        int at = 0;
        for (PairKeys pair : pairs.values()) {
            try (Seed e = pair.seeds().at(round)) {
                PairKeys.copy(e, seeds, at);
            }
            at += Seed.BYTES;
        }
        try (Seed key = KeySchedule.blobKey(w)) {
            return Bytes.wrap(
                    AesGcm.seal(key, SetupLayout.blobAad(scope.t1, scope.self, round), seeds));
        } finally {
            Arrays.fill(seeds, (byte) 0);
        }
    }

    private Dealt seal() {
        var leaves = new ArrayList<byte[]>();
        var pairLeaves = new TreeMap<Integer, SiteMessage.PairLeaf>();
        var ciphertexts = new TreeMap<Integer, Bytes>();
        pairs.forEach(
                (peer, pair) -> {
                    byte[] rows = rowsOf(peer);
                    Digest shareRoot = ShareRows.root(peer, scope.firstRound, rows);
                    Bytes ciphertext = sealShares(peer, pair, rows);
                    Digest hash = Digest.of(ciphertext);
                    ciphertexts.put(peer, ciphertext);
                    pairLeaves.put(
                            peer,
                            new SiteMessage.PairLeaf(
                                    hash.value(), shareRoot.value(), pair.ehRoot().value()));
                    leaves.add(
                            SetupLayout.pairLeaf(scope.self, peer, hash, shareRoot, pair.ehRoot()));
                });
        leaves.addAll(secretLeaves);
        return new Dealt(
                Merkle.root(leaves),
                parts(leaves, ciphertexts, pairLeaves),
                secrets,
                pairLeaves,
                new RoundTable(selfRows, Seed.BYTES, scope.firstRound),
                new RoundTable(ownShares, Seed.BYTES, scope.firstRound));
    }

    private Bytes sealShares(int peer, PairKeys pair, byte[] rows) {
        byte[] aad = SetupLayout.sharesAad(scope.t1, scope.self, peer);
        Bytes ciphertext = Bytes.wrap(AesGcm.seal(pair.outgoing(), aad, rows));
        Arrays.fill(rows, (byte) 0);
        return ciphertext;
    }

    private SortedMap<Integer, SiteMessage.DealPart> parts(
            List<byte[]> leaves,
            SortedMap<Integer, Bytes> ciphertexts,
            SortedMap<Integer, SiteMessage.PairLeaf> pairLeaves) {
        var parts = new TreeMap<Integer, SiteMessage.DealPart>();
        int index = 0;
        for (var each : pairLeaves.entrySet()) {
            SiteMessage.PairLeaf leaf = each.getValue();
            parts.put(
                    each.getKey(),
                    new SiteMessage.DealPart(
                            ciphertexts.getOrDefault(each.getKey(), Bytes.EMPTY),
                            leaf.ehRoot(),
                            leaf.shareRoot(),
                            Merkle.path(leaves, index)));
            index++;
        }
        return parts;
    }

    private byte[] rowsOf(int peer) {
        byte[] rows = shares.get(peer);
        if (rows == null) {
            throw new IllegalStateException("every peer has a row");
        }
        return rows;
    }

    private static void move(byte[] share, byte[] rows, int at) {
        System.arraycopy(share, 0, rows, at, share.length);
        Arrays.fill(share, (byte) 0);
    }
}
