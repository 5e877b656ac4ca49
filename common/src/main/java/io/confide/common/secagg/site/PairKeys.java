package io.confide.common.secagg.site;

import io.confide.common.crypto.Seed;
import io.confide.common.model.Digest;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.SetupLayout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What follows from the key K_ij that this site shares with one peer, for all rounds of an epoch.
 *
 * @param outgoing Kch from this site to the peer; seals one message
 * @param incoming Kch from the peer to this site
 * @param seeds e_ij,r, one row per round
 * @param ehRoot over the hashes of {@code seeds}
 */
record PairKeys(
        Seed outgoing, Seed incoming, RoundTable seeds, List<Digest> seedHashes, Digest ehRoot) {
    PairKeys {
        seedHashes = List.copyOf(seedHashes);
    }

    /** Derives everything from {@code pairKey} and erases it. */
    static PairKeys derive(Seed pairKey, int self, int peer, long firstRound, int rounds) {
        byte[] rows = new byte[Seed.BYTES * rounds];
        var hashes = new ArrayList<Digest>(rounds);
        try (pairKey;
                Seed maskKey = KeySchedule.maskKey(pairKey, self, peer)) {
            for (int at = 0; at < rounds; at++) {
                try (Seed e = KeySchedule.e(maskKey, firstRound + at)) {
                    hashes.add(e.digest());
                    copy(e, rows, Seed.BYTES * at);
                }
            }
            return new PairKeys(
                    KeySchedule.channelKey(pairKey, self, peer),
                    KeySchedule.channelKey(pairKey, peer, self),
                    new RoundTable(rows, Seed.BYTES, firstRound),
                    hashes,
                    SetupLayout.ehRoot(self, peer, hashes));
        }
    }

    /** Writes the 32 bytes of {@code seed} to {@code rows} and leaves no other copy. */
    static void copy(Seed seed, byte[] rows, int at) {
        byte[] bytes = seed.reveal();
        System.arraycopy(bytes, 0, rows, at, Seed.BYTES);
        Arrays.fill(bytes, (byte) 0);
    }

    void eraseChannels() {
        outgoing.erase();
        incoming.erase();
    }

    void erase() {
        eraseChannels();
        seeds.eraseAll();
    }
}
