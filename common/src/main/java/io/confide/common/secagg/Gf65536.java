package io.confide.common.secagg;

/**
 * GF(2^16) with the polynomial x^16 + x^12 + x^3 + x + 1 (0x1100B). Secrets are only ever multiplied four to a {@code
 * long} by a public factor, with shifts and exclusive-ors: neither time nor memory access depends on a secret.
 */
final class Gf65536 {
    static final int MASK = 0xffff;

    /** 16 elements of a 32-byte secret, four to a word. */
    static final int PACKED_LONGS = 4;

    private static final int REDUCTION = 0x100b;
    private static final long TOP_BITS = 0x8000_8000_8000_8000L;

    private Gf65536() {}

    /** The product of two public elements. */
    static int multiply(int a, int b) {
        int product = 0;
        int power = a;
        for (int bit = 0; bit < 16; bit++) {
            product ^= power & -(b >>> bit & 1);
            power = (power << 1 & MASK) ^ (REDUCTION & -(power >>> 15));
        }
        return product;
    }

    /** The inverse of a public element other than 0: its power 2^16 − 2. */
    static int inverse(int a) {
        int result = 1;
        int square = a;
        for (int bit = 1; bit < 16; bit++) {
            square = multiply(square, square);
            result = multiply(result, square);
        }
        return result;
    }

    /** Multiplies the 16 secret elements in {@code values} by the public {@code factor}, in place. */
    static void multiplyPacked(long[] values, int factor) {
        for (int at = 0; at < values.length; at++) {
            values[at] = multiplyPacked(values[at], factor);
        }
    }

    private static long multiplyPacked(long value, int factor) {
        long product = 0;
        long power = value;
        // The loop ends with the highest bit of the factor, which is public; holders' x are small
        // numbers.
        for (int rest = factor; rest != 0; rest >>>= 1) {
            product ^= power & -(long) (rest & 1);
            long top = (power & TOP_BITS) >>> 15;
            power = (power & ~TOP_BITS) << 1 ^ top ^ top << 1 ^ top << 3 ^ top << 12;
        }
        return product;
    }
}
