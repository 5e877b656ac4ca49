package io.confide.common.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * Points of edwards25519 (RFC 8032 §5.1) in computations with public values only. The formulas are those of Hisil, Wong,
 * Carter and Dawson 2008 for a = −1; they are complete: they hold for any two points, equal and neutral ones too.
 *
 * <p>A <i>point</i> is X, Y, Z and T = XY/Z, 20 limbs of a {@code long[]}. An <i>addend</i> is Y + X, Y − X and 2dXY of a
 * point with Z = 1, 15 limbs: cheaper to add, and as cheap to take away.
 */
final class EdwardsCurve {
    static final int POINT_LIMBS = 4 * Field25519.LIMBS;
    static final int ADDEND_LIMBS = 3 * Field25519.LIMBS;

    private static final int X = 0;
    private static final int Y = Field25519.LIMBS;
    private static final int Z = 2 * Field25519.LIMBS;
    private static final int T = 3 * Field25519.LIMBS;

    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D_VALUE =
            BigInteger.valueOf(-121_665).multiply(BigInteger.valueOf(121_666).modInverse(P));
    private static final long[] D = Field25519.of(D_VALUE);
    private static final long[] TWICE_D = Field25519.of(D_VALUE.shiftLeft(1));
    private static final long[] ONE = Field25519.of(BigInteger.ONE);
    private static final long[] ROOT_OF_MINUS_ONE =
            Field25519.of(BigInteger.TWO.modPow(P.shiftRight(2), P));

    private EdwardsCurve() {}

    /** Room for the intermediate values of one thread. */
    static final class Scratch {
        private final long[] a = new long[Field25519.LIMBS];
        private final long[] b = new long[Field25519.LIMBS];
        private final long[] c = new long[Field25519.LIMBS];
        private final long[] d = new long[Field25519.LIMBS];
        private final long[] e = new long[Field25519.LIMBS];
        private final long[] f = new long[Field25519.LIMBS];
        private final long[] g = new long[Field25519.LIMBS];
        private final long[] h = new long[Field25519.LIMBS];
    }

    static long[] neutral() {
        long[] point = new long[POINT_LIMBS];
        point[Y] = 1;
        point[Z] = 1;
        return point;
    }

    /** The base point B: y = 4/5, x even. */
    static long[] base() {
        byte[] encoded = new byte[Field25519.BYTES];
        Arrays.fill(encoded, (byte) 0x66);
        encoded[0] = 0x58;
        return decode(encoded).orElseThrow();
    }

    /** The point of 32 bytes that are a canonical encoding; empty if no point of the curve has this y. */
    static Optional<long[]> decode(byte[] encoded) {
        long[] point = neutral();
        Field25519.decode(encoded, point, Y);
        long[] u = new long[Field25519.LIMBS];
        long[] v = new long[Field25519.LIMBS];
        Field25519.square(point, Y, v, 0);
        Field25519.subtract(v, 0, ONE, 0, u, 0);
        Field25519.multiply(v, 0, D, 0, v, 0);
        Field25519.add(v, 0, ONE, 0, v, 0);
        if (!rootOfRatio(u, v, point)) {
            return Optional.empty();
        }
        byte[] x = Field25519.encode(point, X);
        if ((x[0] & 1) != (encoded[Field25519.BYTES - 1] >>> 7 & 1)) {
            Field25519.subtract(new long[Field25519.LIMBS], 0, point, X, point, X);
            Field25519.multiply(point, X, ONE, 0, point, X);
        }
        Field25519.multiply(point, X, point, Y, point, T);
        return Optional.of(point);
    }

    /** Writes one square root of u/v to X (RFC 8032 §5.1.3); false if there is none. */
    private static boolean rootOfRatio(long[] u, long[] v, long[] point) {
        long[] v3 = new long[Field25519.LIMBS];
        long[] uv7 = new long[Field25519.LIMBS];
        Field25519.square(v, 0, v3, 0);
        Field25519.multiply(v3, 0, v, 0, v3, 0);
        Field25519.square(v3, 0, uv7, 0);
        Field25519.multiply(uv7, 0, v, 0, uv7, 0);
        Field25519.multiply(uv7, 0, u, 0, uv7, 0);
        long[] power = Field25519.powerForRoots(uv7, 0);
        Field25519.multiply(power, 0, v3, 0, power, 0);
        Field25519.multiply(power, 0, u, 0, point, X);
        long[] check = new long[Field25519.LIMBS];
        Field25519.square(point, X, check, 0);
        Field25519.multiply(check, 0, v, 0, check, 0);
        if (same(check, u)) {
            return true;
        }
        long[] minus = new long[Field25519.LIMBS];
        Field25519.subtract(minus, 0, check, 0, minus, 0);
        Field25519.multiply(point, X, ROOT_OF_MINUS_ONE, 0, point, X);
        return same(minus, u);
    }

    private static boolean same(long[] a, long[] b) {
        return Arrays.equals(Field25519.encode(a, 0), Field25519.encode(b, 0));
    }

    /** The 32 bytes of {@code point}. */
    static byte[] encode(long[] point) {
        long[] affine = new long[Field25519.LIMBS];
        long[] inverse = new long[Field25519.LIMBS];
        Field25519.invert(point, Z, inverse, 0);
        Field25519.multiply(point, X, inverse, 0, affine, 0);
        int oddX = Field25519.encode(affine, 0)[0] & 1;
        Field25519.multiply(point, Y, inverse, 0, affine, 0);
        byte[] encoded = Field25519.encode(affine, 0);
        encoded[Field25519.BYTES - 1] |= (byte) (oddX << 7);
        return encoded;
    }

    /** −P in place of P. */
    static void negate(long[] point) {
        long[] zero = new long[Field25519.LIMBS];
        Field25519.subtract(zero, 0, point, X, point, X);
        Field25519.subtract(zero, 0, point, T, point, T);
        // Short again.
        Field25519.multiply(point, X, ONE, 0, point, X);
        Field25519.multiply(point, T, ONE, 0, point, T);
    }

    /** 2P in place of P. */
    static void twice(long[] p, Scratch s) {
        Field25519.square(p, X, s.a, 0);
        Field25519.square(p, Y, s.b, 0);
        Field25519.square(p, Z, s.c, 0);
        Field25519.add(s.c, 0, s.c, 0, s.c, 0);
        Field25519.add(s.a, 0, s.b, 0, s.h, 0);
        Field25519.add(p, X, p, Y, s.e, 0);
        Field25519.square(s.e, 0, s.d, 0);
        Field25519.subtract(s.h, 0, s.d, 0, s.e, 0);
        Field25519.subtract(s.a, 0, s.b, 0, s.g, 0);
        Field25519.add(s.c, 0, s.g, 0, s.f, 0);
        products(s, p);
    }

    /** P + Q, for whole points. */
    static void add(long[] p, long[] q, long[] to, Scratch s) {
        Field25519.subtract(p, Y, p, X, s.a, 0);
        Field25519.subtract(q, Y, q, X, s.b, 0);
        Field25519.multiply(s.a, 0, s.b, 0, s.a, 0);
        Field25519.add(p, Y, p, X, s.b, 0);
        Field25519.add(q, Y, q, X, s.c, 0);
        Field25519.multiply(s.b, 0, s.c, 0, s.b, 0);
        Field25519.multiply(p, T, q, T, s.c, 0);
        Field25519.multiply(s.c, 0, TWICE_D, 0, s.c, 0);
        Field25519.multiply(p, Z, q, Z, s.d, 0);
        Field25519.add(s.d, 0, s.d, 0, s.d, 0);
        sums(s, s.f, s.g);
        products(s, to);
    }

    /** P + Q in place of P, for the addend of Q at {@code at}. */
    static void add(long[] p, long[] addends, int at, Scratch s) {
        withAddend(p, addends, at + Y, at + X, s);
        sums(s, s.f, s.g);
        products(s, p);
    }

    /** P − Q in place of P: −Q has the first two parts of its addend swapped, and the third negated. */
    static void subtract(long[] p, long[] addends, int at, Scratch s) {
        withAddend(p, addends, at + X, at + Y, s);
        sums(s, s.g, s.f);
        products(s, p);
    }

    private static void withAddend(long[] p, long[] addends, int minus, int plus, Scratch s) {
        int product = Math.max(minus, plus) + Field25519.LIMBS;
        Field25519.subtract(p, Y, p, X, s.a, 0);
        Field25519.multiply(s.a, 0, addends, minus, s.a, 0);
        Field25519.add(p, Y, p, X, s.b, 0);
        Field25519.multiply(s.b, 0, addends, plus, s.b, 0);
        Field25519.multiply(p, T, addends, product, s.c, 0);
        Field25519.add(p, Z, p, Z, s.d, 0);
    }

    private static void sums(Scratch s, long[] less, long[] more) {
        Field25519.subtract(s.b, 0, s.a, 0, s.e, 0);
        Field25519.add(s.b, 0, s.a, 0, s.h, 0);
        Field25519.subtract(s.d, 0, s.c, 0, less, 0);
        Field25519.add(s.d, 0, s.c, 0, more, 0);
    }

    private static void products(Scratch s, long[] to) {
        Field25519.multiply(s.e, 0, s.f, 0, to, X);
        Field25519.multiply(s.g, 0, s.h, 0, to, Y);
        Field25519.multiply(s.f, 0, s.g, 0, to, Z);
        Field25519.multiply(s.e, 0, s.h, 0, to, T);
    }

    /** The addends of {@code points}, one after the other; one inversion for all of them. */
    static long[] addends(long[][] points) {
        int limbs = Field25519.LIMBS;
        long[] products = new long[limbs * (points.length + 1)];
        System.arraycopy(ONE, 0, products, 0, limbs);
        for (int at = 0; at < points.length; at++) {
            Field25519.multiply(products, limbs * at, points[at], Z, products, limbs * (at + 1));
        }
        long[] inverse = new long[limbs];
        Field25519.invert(products, limbs * points.length, inverse, 0);
        long[] addends = new long[ADDEND_LIMBS * points.length];
        long[] x = new long[limbs];
        long[] y = new long[limbs];
        for (int at = points.length - 1; at >= 0; at--) {
            // 1/Z of this one, from the inverse of the product up to it.
            Field25519.multiply(inverse, 0, products, limbs * at, y, 0);
            Field25519.multiply(inverse, 0, points[at], Z, inverse, 0);
            Field25519.multiply(points[at], X, y, 0, x, 0);
            Field25519.multiply(points[at], Y, y, 0, y, 0);
            int to = ADDEND_LIMBS * at;
            Field25519.add(y, 0, x, 0, addends, to + X);
            Field25519.subtract(y, 0, x, 0, addends, to + Y);
            Field25519.multiply(x, 0, y, 0, x, 0);
            Field25519.multiply(x, 0, TWICE_D, 0, addends, to + Z);
        }
        return addends;
    }
}
