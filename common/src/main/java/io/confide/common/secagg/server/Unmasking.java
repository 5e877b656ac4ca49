package io.confide.common.secagg.server;

import io.confide.common.crypto.AesGcm;
import io.confide.common.crypto.Seed;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.KeySchedule;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SetupLayout;
import io.confide.common.secagg.Shamir;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.Masks;
import io.confide.common.vector.VectorSum;

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
 * compared with its hash from the set-up before use, and a wrong one is disputed (R11).
 */
final class Unmasking {
    private final ReadyEpoch epoch;
    private final long round;
    private final Digest ctx;
    private final SiteSet cohort;
    private final SiteSet included;
    private final SortedMap<Integer, RevealBody> reveals;
    private final Disputes disputes;
    private final Optional<OpenedSeeds> opened;
    private final Map<List<Integer>, Shamir.Weights> weights = new HashMap<>();

    Unmasking(
            ReadyEpoch epoch,
            long round,
            Digest ctx,
            SiteSet cohort,
            SiteSet included,
            SortedMap<Integer, RevealBody> reveals,
            Disputes disputes,
            Optional<OpenedSeeds> opened) {
        this.epoch = epoch;
        this.round = round;
        this.ctx = ctx;
        this.cohort = cohort;
        this.included = included;
        this.reveals = reveals;
        this.disputes = disputes;
        this.opened = opened;
    }

    /** Unmasks {@code sum} in place, unless a secret is wrong: then nothing changes, and it is in dispute. */
    Unmasked unmask(VectorSum sum) {
        var masks = new Masks(epoch.maskCipher());
        for (int about : cohort.indices()) {
            var kind = included.contains(about) ? SecretKind.SELF : SecretKind.RECOVERY;
            Rebuilt rebuilt = rebuild(about, kind);
            boolean right =
                    switch (rebuilt) {
                        case Rebuilt.Unclear _ -> true;
                        case Rebuilt.DealersFault _ -> false;
                        case Rebuilt.Right(var secret) -> take(about, kind, secret, masks);
                    };
            if (!right) {
                return new Unmasked.Failed(ResultBody.Status.INTEGRITY);
            }
            if (rebuilt instanceof Rebuilt.Unclear) {
                return new Unmasked.Unclear();
            }
        }
        sum.put(masks);
        return new Unmasked.Sum(sum, included);
    }

    /** What became of t shares of one secret. */
    private sealed interface Rebuilt {
        record Right(Seed secret) implements Rebuilt {}

        record Unclear() implements Rebuilt {}

        record DealersFault() implements Rebuilt {}
    }

    private boolean take(int about, SecretKind kind, Seed secret, Masks masks) {
        try (secret) {
            return switch (kind) {
                case SELF -> {
                    try (Seed s = KeySchedule.s(secret, ctx)) {
                        masks.subtract(s);
                        opened.ifPresent(seeds -> seeds.self(about, s));
                    }
                    yield true;
                }
                case RECOVERY -> {
                    boolean right = takePairMasks(about, secret, masks);
                    if (!right) {
                        disputes.blameDealer(about);
                    }
                    yield right;
                }
            };
        }
    }

    private boolean takePairMasks(int dropped, Seed w, Masks masks) {
        Optional<byte[]> opened = openBlob(dropped, w);
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

    private Optional<byte[]> openBlob(int dropped, Seed w) {
        try (Seed key = KeySchedule.blobKey(w)) {
            byte[] aad = SetupLayout.blobAad(epoch.t1(), dropped, round);
            return AesGcm.open(key, aad, epoch.secrets(dropped, round).blob().unsafeArray());
        }
    }

    /** The included peer added its mask with the dropped site if its own index is the lower one. */
    private boolean takePairMask(int dropped, int peer, byte[] bytes, Masks masks) {
        try (Seed e = Seed.copyOf(bytes)) {
            if (!e.digest().equals(epoch.pairSeedHash(dropped, peer, round))) {
                return false;
            }
            try (Seed p = KeySchedule.p(e, ctx)) {
                opened.ifPresent(seeds -> seeds.pair(dropped, peer, p));
                if (peer < dropped) {
                    masks.subtract(p);
                } else {
                    masks.add(p);
                }
            }
            return true;
        }
    }

    /** Tries t shares after t shares, as long as what is known of their holders says that others are better (R11). */
    private Rebuilt rebuild(int about, SecretKind kind) {
        Optional<List<Integer>> tried = Optional.empty();
        while (true) {
            List<Integer> usable = disputes.usable(about, holders(about));
            if (usable.size() < threshold()) {
                return new Rebuilt.Unclear();
            }
            List<Integer> next = List.copyOf(usable.subList(0, threshold()));
            if (tried.equals(Optional.of(next))) {
                return new Rebuilt.Unclear();
            }
            Seed secret = rebuild(about, next);
            if (secret.digest().value().equals(hash(about, kind))) {
                return new Rebuilt.Right(secret);
            }
            secret.erase();
            if (disputes.isDealersFault(about, next)) {
                return new Rebuilt.DealersFault();
            }
            disputes.raise(about, kind, holders(about));
            tried = Optional.of(next);
        }
    }

    private Bytes hash(int about, SecretKind kind) {
        var secrets = epoch.secrets(about, round);
        return switch (kind) {
            case SELF -> secrets.selfHash();
            case RECOVERY -> secrets.recoveryHash();
        };
    }

    private Seed rebuild(int about, List<Integer> holders) {
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
