package io.confide.common.secagg;

import io.confide.common.crypto.CtrRandom;
import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.model.Digest;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The public random order of all N roster indices from which the sparse graph and the committee follow (PROTOCOL.md
 * §3.2). A site without an S1 keeps its place, so corruption and absence are fixed before the order is drawn. The
 * complete graph needs none.
 */
public final class Ring {
    private final List<Integer> order;
    private final int[] positions;

    private Ring(List<Integer> order) {
        this.order = order;
        this.positions = new int[order.size()];
        for (int at = 0; at < positions.length; at++) {
            positions[order.get(at)] = at;
        }
    }

    /** The ring of {@code n} sites under {@code graphSeed}. */
    public static Ring draw(Digest graphSeed, int n) {
        return new Ring(shuffle(graphSeed, n));
    }

    /** The first {@code size} sites of a second order, drawn from the same seed. */
    public static List<Integer> committee(Digest graphSeed, int n, int size) {
        Digest seed = Digest.of(Label.COMMITTEE.bytes(), graphSeed.value().unsafeArray());
        return List.copyOf(shuffle(seed, n).subList(0, size));
    }

    /** The roster indices in ring order. */
    public List<Integer> order() {
        return order;
    }

    /** The members of {@code present} within ring distance k/2 of {@code site}, in roster order. */
    public SiteSet neighbours(int site, int k, SiteSet present) {
        int at = positions[site];
        var near = new TreeSet<Integer>();
        for (int distance = 1; distance <= k / 2; distance++) {
            near.add(order.get(Math.floorMod(at + distance, order.size())));
            near.add(order.get(Math.floorMod(at - distance, order.size())));
        }
        near.remove(site);
        return SiteSet.of(order.size(), near).intersect(present);
    }

    /** Whether at least {@code least} of {@code included} stand in every {@code window} consecutive positions (K16). */
    public boolean fillsWindows(SiteSet included, int window, int least) {
        int n = order.size();
        int inside = 0;
        for (int at = 0; at < window; at++) {
            inside += count(included, at);
        }
        int fewest = inside;
        for (int at = 0; at < n; at++) {
            inside += count(included, (at + window) % n) - count(included, at);
            fewest = Math.min(fewest, inside);
        }
        return fewest >= least;
    }

    private int count(SiteSet sites, int at) {
        return sites.contains(order.get(at)) ? 1 : 0;
    }

    /** Fisher-Yates from the end, on big-endian u32 of AES-256-CTR with rejection of the biased rest. */
    private static List<Integer> shuffle(Digest publicSeed, int n) {
        var draw = new Draw(CtrRandom.of(Seed.copyOf(publicSeed.value().unsafeArray())));
        var order = new ArrayList<>(IntStream.range(0, n).boxed().toList());
        for (int last = n - 1; last > 0; last--) {
            int other = draw.below(last + 1);
            Integer moved = order.set(last, order.get(other));
            order.set(other, moved);
        }
        return List.copyOf(order);
    }

    /** Uniform integers from the key stream read as big-endian u32, while {@link CtrRandom} gives little-endian u64. */
    private static final class Draw {
        private final CtrRandom stream;
        private long word;
        private int left;

        Draw(CtrRandom stream) {
            this.stream = stream;
        }

        int below(int bound) {
            long limit = (1L << Integer.SIZE) - (1L << Integer.SIZE) % bound;
            while (true) {
                long value = nextU32();
                if (value < limit) {
                    return (int) (value % bound);
                }
            }
        }

        private long nextU32() {
            if (left == 0) {
                word = Long.reverseBytes(stream.nextLong());
                left = 2;
            }
            left--;
            return (word >>> (left * Integer.SIZE)) & 0xffff_ffffL;
        }
    }
}
