package io.confide.common.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Integers modulo p = 2^255 − 19, for the verification of signatures: public values only. An element is five limbs of a
 * {@code long[]} from an offset on, least first, with the value Σ limb_i · 2^(51·i).
 *
 * <p>An element is <i>short</i> if every limb is below 2^51 + 2^16; products, squares and decoded elements are. Sums and
 * differences of short elements are below 2^53, and a factor may be below 2^54: what was added twice can be multiplied.
 */
final class Field25519 {
    static final int LIMBS = 5;
    static final int BYTES = 32;

    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int LIMB_BITS = 51;
    private static final long MASK = (1L << LIMB_BITS) - 1;
    // p = 2^255 − 19: what overflows 255 bits comes back 19 times.
    private static final long FOLD = 19;
    // The two shifts add up to 64 − 51, so that the upper half of the product is what exceeds a
    // limb.
    private static final int LEFT_SHIFT = 10;
    private static final int RIGHT_SHIFT = 3;
    // 2p, limb by limb, so that a difference of short elements stays positive.
    private static final long TWICE_P0 = 2 * (MASK - (FOLD - 1));
    private static final long TWICE_P = 2 * MASK;
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(FOLD));

    private Field25519() {}

    /** The element of {@code value}, reduced modulo p. */
    static long[] of(BigInteger value) {
        BigInteger rest = value.mod(P);
        long[] element = new long[LIMBS];
        for (int limb = 0; limb < LIMBS; limb++) {
            element[limb] = rest.shiftRight(LIMB_BITS * limb).longValue() & MASK;
        }
        return element;
    }

    /** a + b. */
    static void add(long[] a, int ai, long[] b, int bi, long[] to, int at) {
        for (int limb = 0; limb < LIMBS; limb++) {
            to[at + limb] = a[ai + limb] + b[bi + limb];
        }
    }

    /** a − b, for a short b. */
    static void subtract(long[] a, int ai, long[] b, int bi, long[] to, int at) {
        to[at] = a[ai] + TWICE_P0 - b[bi];
        for (int limb = 1; limb < LIMBS; limb++) {
            to[at + limb] = a[ai + limb] + TWICE_P - b[bi + limb];
        }
    }

    /** a · b, short; limbs of a and b below 2^54. */
    static void multiply(long[] a, int ai, long[] b, int bi, long[] to, int at) {
        long a0 = a[ai];
        long a1 = a[ai + 1];
        long a2 = a[ai + 2];
        long a3 = a[ai + 3];
        long a4 = a[ai + 4];
        long b0 = b[bi];
        long b1 = b[bi + 1];
        long b2 = b[bi + 2];
        long b3 = b[bi + 3];
        long b4 = b[bi + 4];
        long c1 = FOLD * b1;
        long c2 = FOLD * b2;
        long c3 = FOLD * b3;
        long c4 = FOLD * b4;
        long r0 = low(a0, b0) + low(a1, c4) + low(a2, c3) + low(a3, c2) + low(a4, c1);
        long r1 = low(a0, b1) + low(a1, b0) + low(a2, c4) + low(a3, c3) + low(a4, c2);
        long r2 = low(a0, b2) + low(a1, b1) + low(a2, b0) + low(a3, c4) + low(a4, c3);
        long r3 = low(a0, b3) + low(a1, b2) + low(a2, b1) + low(a3, b0) + low(a4, c4);
        long r4 = low(a0, b4) + low(a1, b3) + low(a2, b2) + low(a3, b1) + low(a4, b0);
        r1 += high(a0, b0) + high(a1, c4) + high(a2, c3) + high(a3, c2) + high(a4, c1);
        r2 += high(a0, b1) + high(a1, b0) + high(a2, c4) + high(a3, c3) + high(a4, c2);
        r3 += high(a0, b2) + high(a1, b1) + high(a2, b0) + high(a3, c4) + high(a4, c3);
        r4 += high(a0, b3) + high(a1, b2) + high(a2, b1) + high(a3, b0) + high(a4, c4);
        r0 += FOLD * (high(a0, b4) + high(a1, b3) + high(a2, b2) + high(a3, b1) + high(a4, b0));
        carry(r0, r1, r2, r3, r4, to, at);
    }

    /** a², short; limbs of a below 2^54. */
    static void square(long[] a, int ai, long[] to, int at) {
        long a0 = a[ai];
        long a1 = a[ai + 1];
        long a2 = a[ai + 2];
        long a3 = a[ai + 3];
        long a4 = a[ai + 4];
        // The factors that may be above 2^54 stand on the right.
        long d0 = 2 * a0;
        long d1 = 2 * a1;
        long d3 = 2 * a3;
        long c3 = FOLD * a3;
        long c4 = FOLD * a4;
        long e4 = 2 * c4;
        long r0 = low(a0, a0) + low(a1, e4) + low(a2, 2 * c3);
        long r1 = low(a1, d0) + low(a2, e4) + low(a3, c3);
        long r2 = low(a2, d0) + low(a1, a1) + low(a3, e4);
        long r3 = low(a3, d0) + low(a2, d1) + low(a4, c4);
        long r4 = low(a4, d0) + low(a1, d3) + low(a2, a2);
        r1 += high(a0, a0) + high(a1, e4) + high(a2, 2 * c3);
        r2 += high(a1, d0) + high(a2, e4) + high(a3, c3);
        r3 += high(a2, d0) + high(a1, a1) + high(a3, e4);
        r4 += high(a3, d0) + high(a2, d1) + high(a4, c4);
        r0 += FOLD * (high(a4, d0) + high(a3, d1) + high(a2, a2));
        carry(r0, r1, r2, r3, r4, to, at);
    }

    /** The part of a product that stays in its limb. */
    private static long low(long left, long right) {
        return (left * right) & MASK;
    }

    /** The part that goes to the next limb: ⌊left · right / 2^51⌋ for left < 2^54 and right < 2^61. */
    private static long high(long left, long right) {
        return Math.unsignedMultiplyHigh(left << LEFT_SHIFT, right << RIGHT_SHIFT);
    }

    /** Makes limbs below 2^63 short. */
    private static void carry(long r0, long r1, long r2, long r3, long r4, long[] to, int at) {
        long s1 = r1 + (r0 >>> LIMB_BITS);
        long s2 = r2 + (s1 >>> LIMB_BITS);
        long s3 = r3 + (s2 >>> LIMB_BITS);
        long s4 = r4 + (s3 >>> LIMB_BITS);
        to[at] = (r0 & MASK) + FOLD * (s4 >>> LIMB_BITS);
        to[at + 1] = s1 & MASK;
        to[at + 2] = s2 & MASK;
        to[at + 3] = s3 & MASK;
        to[at + 4] = s4 & MASK;
    }

    /** 1/a = a^(p−2); 0 for 0. Short. */
    static void invert(long[] a, int ai, long[] to, int at) {
        long[] cube = new long[LIMBS];
        square(a, ai, cube, 0);
        multiply(cube, 0, a, ai, cube, 0);
        long[] power = powerForRoots(a, ai);
        // p − 2 = 8 · (2^252 − 3) + 3
        squares(power, 3, power);
        multiply(power, 0, cube, 0, to, at);
    }

    /** a^(2^252 − 3), of which (p − 5)/8 is another name. */
    static long[] powerForRoots(long[] a, int ai) {
        long[] base = new long[LIMBS];
        System.arraycopy(a, ai, base, 0, LIMBS);
        // ones[n] = a^(2^n − 1), by 2^(n+m) − 1 = 2^m · (2^n − 1) + 2^m − 1
        long[] two = ones(base, 1, base);
        long[] four = ones(two, 2, two);
        long[] five = ones(four, 1, base);
        long[] ten = ones(five, 5, five);
        long[] twenty = ones(ten, 10, ten);
        long[] forty = ones(twenty, 20, twenty);
        long[] fifty = ones(forty, 10, ten);
        long[] hundred = ones(fifty, 50, fifty);
        long[] twoHundred = ones(hundred, 100, hundred);
        long[] all = ones(twoHundred, 50, fifty);
        // 2^252 − 3 = 4 · (2^250 − 1) + 1
        return ones(all, 2, base);
    }

    /** first^(2^count) · second. */
    private static long[] ones(long[] first, int count, long[] second) {
        long[] made = new long[LIMBS];
        squares(first, count, made);
        multiply(made, 0, second, 0, made, 0);
        return made;
    }

    private static void squares(long[] a, int count, long[] to) {
        square(a, 0, to, 0);
        for (int done = 1; done < count; done++) {
            square(to, 0, to, 0);
        }
    }

    /** The eight little-endian bytes from {@code at} on. */
    static long word(byte[] bytes, int at) {
        return (long) LITTLE_ENDIAN.get(bytes, at);
    }

    /** The 255 low bits of 32 little-endian bytes, not reduced. Short. */
    static void decode(byte[] bytes, long[] to, int at) {
        long w0 = word(bytes, 0);
        long w1 = word(bytes, 8);
        long w2 = word(bytes, 16);
        long w3 = word(bytes, 24);
        to[at] = w0 & MASK;
        to[at + 1] = (w0 >>> 51 | w1 << 13) & MASK;
        to[at + 2] = (w1 >>> 38 | w2 << 26) & MASK;
        to[at + 3] = (w2 >>> 25 | w3 << 39) & MASK;
        to[at + 4] = w3 >>> 12 & MASK;
    }

    /** The value between 0 and p − 1 as 32 little-endian bytes; limbs below 2^62. */
    static byte[] encode(long[] a, int ai) {
        long[] rest = new long[LIMBS];
        carry(a[ai], a[ai + 1], a[ai + 2], a[ai + 3], a[ai + 4], rest, 0);
        carry(rest[0], rest[1], rest[2], rest[3], rest[4], rest, 0);
        // Now below 2^255 + 19·2^13, so p fits at most once more: it does if adding 19 reaches
        // 2^255.
        long over = (rest[0] + FOLD) >>> LIMB_BITS;
        for (int limb = 1; limb < LIMBS; limb++) {
            over = (rest[limb] + over) >>> LIMB_BITS;
        }
        rest[0] += FOLD * over;
        for (int limb = 0; limb < LIMBS - 1; limb++) {
            rest[limb + 1] += rest[limb] >>> LIMB_BITS;
            rest[limb] &= MASK;
        }
        rest[LIMBS - 1] &= MASK;
        byte[] bytes = new byte[BYTES];
        LITTLE_ENDIAN.set(bytes, 0, rest[0] | rest[1] << 51);
        LITTLE_ENDIAN.set(bytes, 8, rest[1] >>> 13 | rest[2] << 38);
        LITTLE_ENDIAN.set(bytes, 16, rest[2] >>> 26 | rest[3] << 25);
        LITTLE_ENDIAN.set(bytes, 24, rest[3] >>> 39 | rest[4] << 12);
        return bytes;
    }
}
