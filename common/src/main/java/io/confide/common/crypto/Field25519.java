package io.confide.common.crypto;

import org.bouncycastle.math.raw.Mod;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
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

    private static final int[] P_INTS = {-(int) FOLD, -1, -1, -1, -1, -1, -1, Integer.MAX_VALUE};

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
        long b0 = b[bi];
        long b1 = b[bi + 1];
        long b2 = b[bi + 2];
        long b3 = b[bi + 3];
        long b4 = b[bi + 4];
        // Limb by limb of a, because that keeps few values alive: the compiler has sixteen
        // registers.
        long x = a[ai];
        long r0 = x * b0;
        long r1 = x * b1;
        long r2 = x * b2;
        long r3 = x * b3;
        long r4 = x * b4;
        long h0 = high(x, b0);
        long h1 = high(x, b1);
        long h2 = high(x, b2);
        long h3 = high(x, b3);
        long h4 = high(x, b4);
        long c4 = FOLD * b4;
        x = a[ai + 1];
        r0 += x * c4;
        r1 += x * b0;
        r2 += x * b1;
        r3 += x * b2;
        r4 += x * b3;
        h0 += high(x, c4);
        h1 += high(x, b0);
        h2 += high(x, b1);
        h3 += high(x, b2);
        h4 += high(x, b3);
        long c3 = FOLD * b3;
        x = a[ai + 2];
        r0 += x * c3;
        r1 += x * c4;
        r2 += x * b0;
        r3 += x * b1;
        r4 += x * b2;
        h0 += high(x, c3);
        h1 += high(x, c4);
        h2 += high(x, b0);
        h3 += high(x, b1);
        h4 += high(x, b2);
        long c2 = FOLD * b2;
        x = a[ai + 3];
        r0 += x * c2;
        r1 += x * c3;
        r2 += x * c4;
        r3 += x * b0;
        r4 += x * b1;
        h0 += high(x, c2);
        h1 += high(x, c3);
        h2 += high(x, c4);
        h3 += high(x, b0);
        h4 += high(x, b1);
        long c1 = FOLD * b1;
        x = a[ai + 4];
        h0 += high(x, c1);
        r0 = low(r0 + x * c1, h0);
        h1 += high(x, c2);
        r1 = low(r1 + x * c2, h1);
        h2 += high(x, c3);
        r2 = low(r2 + x * c3, h2);
        h3 += high(x, c4);
        r3 = low(r3 + x * c4, h3);
        h4 += high(x, b0);
        r4 = low(r4 + x * b0, h4);
        shorten(r0 + FOLD * h4, r1 + h0, r2 + h1, r3 + h2, r4 + h3, to, at);
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
        long c3 = FOLD * a3;
        long c4 = FOLD * a4;
        long e4 = 2 * c4;
        long e3 = 2 * c3;
        long h0 = high(a0, a0) + high(a1, e4) + high(a2, e3);
        long h1 = high(a1, d0) + high(a2, e4) + high(a3, c3);
        long h2 = high(a2, d0) + high(a1, a1) + high(a3, e4);
        long h3 = high(a3, d0) + high(a2, d1) + high(a4, c4);
        long h4 = high(a4, d0) + high(a3, d1) + high(a2, a2);
        long r0 = low(a0 * a0 + a1 * e4 + a2 * e3, h0) + FOLD * h4;
        long r1 = low(a1 * d0 + a2 * e4 + a3 * c3, h1) + h0;
        long r2 = low(a2 * d0 + a1 * a1 + a3 * e4, h2) + h1;
        long r3 = low(a3 * d0 + a2 * d1 + a4 * c4, h3) + h2;
        long r4 = low(a4 * d0 + a3 * d1 + a2 * a2, h4) + h3;
        shorten(r0, r1, r2, r3, r4, to, at);
    }

    /**
     * What stays in its limb of up to five products, which is less than 2^54: their sum less the {@code high} parts, both
     * modulo 2^64.
     */
    private static long low(long products, long high) {
        return products - (high << LIMB_BITS);
    }

    /** The part that goes to the next limb: ⌊left · right / 2^51⌋ for left < 2^54 and right < 2^61. */
    private static long high(long left, long right) {
        return Math.unsignedMultiplyHigh(left << LEFT_SHIFT, right << RIGHT_SHIFT);
    }

    /** Makes limbs below 2^63 short, each by the one before it: none waits for another. */
    private static void shorten(long r0, long r1, long r2, long r3, long r4, long[] to, int at) {
        to[at] = (r0 & MASK) + FOLD * (r4 >>> LIMB_BITS);
        to[at + 1] = (r1 & MASK) + (r0 >>> LIMB_BITS);
        to[at + 2] = (r2 & MASK) + (r1 >>> LIMB_BITS);
        to[at + 3] = (r3 & MASK) + (r2 >>> LIMB_BITS);
        to[at + 4] = (r4 & MASK) + (r3 >>> LIMB_BITS);
    }

    /** Makes limbs below 2^63 short, and all but the first smaller than 2^51. */
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

    /** 1/a; 0 for 0. Short. Takes a time that depends on a, and a quarter of that of a^(p−2). */
    static void invert(long[] a, int ai, long[] to, int at) {
        int[] value = ints(encode(a, ai));
        int[] inverse = new int[value.length];
        Mod.modOddInverseVar(P_INTS, value, inverse);
        var bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(inverse);
        decode(bytes.array(), to, at);
    }

    private static int[] ints(byte[] bytes) {
        int[] ints = new int[BYTES / Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ints);
        return ints;
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
