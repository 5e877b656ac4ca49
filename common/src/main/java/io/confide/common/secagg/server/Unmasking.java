package io.confide.common.secagg.server;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.Shamir;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.Masks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Takes the masks off a sum (PROTOCOL.md §3.3): the self masks of the included sites from rebuilt b,
 * and the pair masks with the dropped ones from the blobs that rebuilt w open. Every rebuilt value is
 * compared with its hash from the set-up before use (R11).
 */
final class Unmasking {
    private final ReadyEpoch epoch;
    private final long round;
    private final Digest ctx;
    private final SiteSet cohort;
    private final SiteSet included;
    private final SortedMap<Integer, RevealBody> reveals;
    private final Map<List<Integer>, Shamir.Weights> weights = new HashMap<>();

    Unmasking(
            ReadyEpoch epoch,
            long round,
            Digest ctx,
            SiteSet cohort,
            SiteSet included,
            SortedMap<Integer, RevealBody> reveals) {
        this.epoch = epoch;
        this.round = round;
        this.ctx = ctx;
        this.cohort = cohort;
        this.included = included;
        this.reveals = reveals;
    }

    /** Whether t shares of every secret are there. */
    boolean isPossible() {
        return cohort.stream().allMatch(about -> holders(about).size() >= threshold());
    }

    /** Unmasks {@code sum} in place. */
    Unmasked unmask(long[] sum) {
        if (!isPossible()) {
            return new Unmasked.Failed(ResultBody.Status.NO_SHARES);
        }
        var masks = new Masks();
        for (int about : cohort.indices()) {
            boolean right =
                    included.contains(about)
                            ? takeSelfMask(about, masks)
                            : takePairMasks(about, masks);
            if (!right) {
                return new Unmasked.Failed(ResultBody.Status.INTEGRITY);
            }
        }
        masks.applyTo(sum);
        return new Unmasked.Sum(sum, included);
    }

    private boolean takeSelfMask(int site, Masks masks) {
        try (Seed b = rebuild(site)) {
            if (!b.digest().value().equals(epoch.secrets(site, round).selfHash())) {
                return false;
            }
            try (Seed s = KeySchedule.s(b, ctx)) {
                masks.subtract(s);
            }
            return true;
        }
    }

    private boolean takePairMasks(int dropped, Masks masks) {
        Optional<byte[]> opened = openBlob(dropped);
        List<Integer> peers = epoch.peersInBlob(dropped);
        SiteSet masked = epoch.graph().neighbours(dropped).intersect(included);
        if (opened.isEmpty() || opened.get().length != Seed.BYTES * peers.size()) {
            return false;
        }
        byte[] seeds = opened.get();
        boolean right = true;
        for (int at = 0; at < peers.size() && right; at++) {
            if (masked.contains(peers.get(at))) {
                byte[] e = Arrays.copyOfRange(seeds, Seed.BYTES * at, Seed.BYTES * (at + 1));
                right = takePairMask(dropped, peers.get(at), e, masks);
                Arrays.fill(e, (byte) 0);
            }
        }
        Arrays.fill(seeds, (byte) 0);
        return right;
    }

    private Optional<byte[]> openBlob(int dropped) {
        var secrets = epoch.secrets(dropped, round);
        try (Seed w = rebuild(dropped)) {
            if (!w.digest().value().equals(secrets.recoveryHash())) {
                return Optional.empty();
            }
            try (Seed key = KeySchedule.blobKey(w)) {
                byte[] aad = SetupLayout.blobAad(epoch.t1(), dropped, round);
                return AesGcm.open(key, aad, secrets.blob().unsafeArray());
            }
        }
    }

    /** The included peer added its mask with the dropped site if its own index is the lower one. */
    private boolean takePairMask(int dropped, int peer, byte[] bytes, Masks masks) {
        try (Seed e = Seed.copyOf(bytes)) {
            if (!e.digest().equals(epoch.pairSeedHash(dropped, peer, round))) {
                return false;
            }
            try (Seed p = KeySchedule.p(e, ctx)) {
                if (peer < dropped) {
                    masks.subtract(p);
                } else {
                    masks.add(p);
                }
            }
            return true;
        }
    }

    private Seed rebuild(int about) {
        List<Integer> holders = holders(about).subList(0, threshold());
        var shares = new ArrayList<byte[]>();
        for (int holder : holders) {
            shares.add(share(holder, about).orElseThrow().unsafeArray());
        }
        return weights.computeIfAbsent(
                        holders,
                        sites -> Shamir.Weights.of(sites.stream().map(site -> site + 1).toList()))
                .rebuild(shares);
    }

    private List<Integer> holders(int about) {
        return epoch.graph().around(about).stream()
                .filter(site -> share(site, about).isPresent())
                .boxed()
                .toList();
    }

    private Optional<Bytes> share(int holder, int about) {
        return Optional.ofNullable(reveals.get(holder))
                .map(body -> body.shares().get(about))
                .map(RevealBody.Share::value);
    }

    private int threshold() {
        return epoch.terms().policy().t();
    }
}
