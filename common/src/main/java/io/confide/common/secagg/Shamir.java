package io.confide.common.secagg;

import io.confide.common.crypto.Hkdf;
import io.confide.common.crypto.Seed;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Shamir's sharing over GF(2^16) of 32-byte secrets as 16 big-endian u16 (PROTOCOL.md §3.1). Polynomials are derived from
 * the dealer's β, so a share is the same whenever it is computed. The x of a holder is its roster index + 1.
 */
public final class Shamir {
    private Shamir() {}

    /**
     * The shares of {@code secret}, one per entry of {@code holderX} in that order, 32 bytes each; any {@code t} of them
     * rebuild it. Coefficients: coef_m = Expand(β, L("shamir") ‖ u8 kind ‖ u64 round ‖ u32 m), m = 1..t−1.
     */
    public static List<byte[]> shares(
            Seed beta, SecretKind kind, long round, int t, Seed secret, List<Integer> holderX) {
        requireThreshold(t);
        long[][] polynomial = polynomial(beta, kind, round, t, secret);
        var shares = new ArrayList<byte[]>(holderX.size());
        for (int x : holderX) {
            shares.add(toBytes(evaluate(polynomial, x)));
        }
        for (long[] coefficient : polynomial) {
            Arrays.fill(coefficient, 0);
        }
        return shares;
    }

    /**
     * The secret of the {@code t} shares with the lowest x in {@code sharesByX}; throws {@link IllegalArgumentException}
     * if there are fewer. A wrong share gives a wrong secret: compare its hash with the one from set-up.
     */
    public static Seed rebuild(Map<Integer, byte[]> sharesByX, int t) {
        requireThreshold(t);
        if (sharesByX.size() < t) {
            throw new IllegalArgumentException(
                    "%d shares, %d needed".formatted(sharesByX.size(), t));
        }
        SortedMap<Integer, byte[]> sorted = new TreeMap<>(sharesByX);
        List<Integer> holders = sorted.keySet().stream().limit(t).toList();
        return Weights.of(holders).rebuild(holders.stream().map(sharesByX::get).toList());
    }

    /** The Lagrange weights at 0 of one list of holders: computed once, used for every secret those holders open. */
    public static final class Weights {
        private final int[] weights;

        private Weights(int[] weights) {
            this.weights = weights;
        }

        /** The weights for these distinct, non-zero x. */
        public static Weights of(List<Integer> holderX) {
            int[] x = holderX.stream().mapToInt(Shamir::requireX).toArray();
            int product = 1;
            for (int each : x) {
                product = Gf65536.multiply(product, each);
            }
            int[] weights = new int[x.length];
            for (int at = 0; at < x.length; at++) {
                // λ = Π x_m / (x_m − x_at) over m ≠ at, with the missing factor x_at in the
                // divisor.
                int divisor = x[at];
                for (int other = 0; other < x.length; other++) {
                    if (other != at) {
                        divisor = Gf65536.multiply(divisor, x[at] ^ x[other]);
                    }
                }
                if (divisor == 0) {
                    throw new IllegalArgumentException("two shares have the same x " + x[at]);
                }
                weights[at] = Gf65536.multiply(product, Gf65536.inverse(divisor));
            }
            return new Weights(weights);
        }

        /** The secret of shares given in the order of the holders. */
        public Seed rebuild(List<byte[]> shares) {
            if (shares.size() != weights.length) {
                throw new IllegalArgumentException(
                        "%d shares, %d needed".formatted(shares.size(), weights.length));
            }
            long[] sum = new long[Gf65536.PACKED_LONGS];
            for (int at = 0; at < weights.length; at++) {
                long[] term = fromBytes(shares.get(at));
                Gf65536.multiplyPacked(term, weights[at]);
                addInto(sum, term);
            }
            byte[] secret = toBytes(sum);
            try {
                return Seed.copyOf(secret);
            } finally {
                Arrays.fill(secret, (byte) 0);
                Arrays.fill(sum, 0);
            }
        }
    }

    private static long[][] polynomial(Seed beta, SecretKind kind, long round, int t, Seed secret) {
        long[][] polynomial = new long[t][];
        polynomial[0] = packed(secret);
        for (int m = 1; m < t; m++) {
            byte[] info = LayoutWriter.of(Label.SHAMIR).u8(kind.code()).u64(round).u32(m).toArray();
            try (Seed coefficient = Hkdf.expand(beta, info)) {
                polynomial[m] = packed(coefficient);
            }
        }
        return polynomial;
    }

    private static long[] evaluate(long[][] polynomial, int x) {
        requireX(x);
        long[] value = polynomial[polynomial.length - 1].clone();
        for (int m = polynomial.length - 2; m >= 0; m--) {
            Gf65536.multiplyPacked(value, x);
            addInto(value, polynomial[m]);
        }
        return value;
    }

    private static void addInto(long[] sum, long[] term) {
        for (int at = 0; at < sum.length; at++) {
            sum[at] ^= term[at];
        }
    }

    private static long[] packed(Seed seed) {
        byte[] bytes = seed.reveal();
        try {
            return fromBytes(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static long[] fromBytes(byte[] share) {
        if (share.length != Seed.BYTES) {
            throw new IllegalArgumentException("a share has 32 bytes, not " + share.length);
        }
        long[] packed = new long[Gf65536.PACKED_LONGS];
        ByteBuffer.wrap(share).asLongBuffer().get(packed);
        return packed;
    }

    private static byte[] toBytes(long[] packed) {
        byte[] bytes = new byte[Seed.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().put(packed);
        return bytes;
    }

    private static int requireX(int x) {
        if (x < 1 || x > Gf65536.MASK) {
            throw new IllegalArgumentException("x must be between 1 and 65535, not " + x);
        }
        return x;
    }

    private static void requireThreshold(int t) {
        if (t < 1 || t > Gf65536.MASK) {
            throw new IllegalArgumentException("the threshold cannot be " + t);
        }
    }
}
