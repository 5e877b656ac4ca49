package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.math.BigInteger;

/** Against {@link BigInteger}, with limbs up to the largest that each operation is allowed to meet. */
class Field25519Test {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final long SHORT_MAX = (1L << 51) + (1L << 16) - 1;
    private static final long FACTOR_MAX = (1L << 54) - 1;

    @Property
    void multipliesAndSquares(@ForAll("factors") long[] a, @ForAll("factors") long[] b) {
        long[] made = new long[5];
        Field25519.multiply(a, 0, b, 0, made, 0);
        assertEquals(value(a).multiply(value(b)).mod(P), value(made).mod(P));
        assertShort(made);
        Field25519.square(a, 0, made, 0);
        assertEquals(value(a).pow(2).mod(P), value(made).mod(P));
        assertShort(made);
    }

    @Property
    void addsAndSubtracts(@ForAll("shorts") long[] a, @ForAll("shorts") long[] b) {
        long[] made = new long[5];
        Field25519.add(a, 0, b, 0, made, 0);
        assertEquals(value(a).add(value(b)), value(made));
        Field25519.subtract(a, 0, b, 0, made, 0);
        assertEquals(value(a).subtract(value(b)).mod(P), value(made).mod(P));
        for (long limb : made) {
            assertEquals(0, limb >>> 53, "a difference of short elements is below 2^53");
        }
    }

    @Property
    void writesTheSmallestValue(@ForAll("factors") long[] a) {
        assertEquals(value(a).mod(P), littleEndian(Field25519.encode(a, 0)));
    }

    @Property
    void readsBackWhatItWrites(@ForAll("factors") long[] a) {
        byte[] encoded = Field25519.encode(a, 0);
        long[] decoded = new long[5];
        Field25519.decode(encoded, decoded, 0);
        assertEquals(value(a).mod(P), value(decoded));
        encoded[31] |= (byte) 0x80;
        Field25519.decode(encoded, decoded, 0);
        assertEquals(value(a).mod(P), value(decoded), "the top bit does not belong to the value");
    }

    @Property(tries = 100)
    void invertsAndRaises(@ForAll("factors") long[] a) {
        long[] made = new long[5];
        Field25519.invert(a, 0, made, 0);
        assertEquals(value(a).modPow(P.subtract(BigInteger.TWO), P), value(made).mod(P));
        BigInteger exponent = BigInteger.TWO.pow(252).subtract(BigInteger.valueOf(3));
        assertEquals(value(a).modPow(exponent, P), value(Field25519.powerForRoots(a, 0)).mod(P));
    }

    @Property
    void takesAnyInteger(@ForAll BigInteger value) {
        assertEquals(value.mod(P), value(Field25519.of(value)));
    }

    @Provide
    Arbitrary<long[]> factors() {
        return limbs(FACTOR_MAX);
    }

    @Provide
    Arbitrary<long[]> shorts() {
        return limbs(SHORT_MAX);
    }

    private static Arbitrary<long[]> limbs(long max) {
        long mask = (1L << 51) - 1;
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(0, max),
                        Arbitraries.of(
                                0L, 1L, 18L, 19L, mask - 19, mask - 18, mask, mask + 1, max - 1,
                                max))
                .array(long[].class)
                .ofSize(5);
    }

    private static void assertShort(long[] element) {
        for (long limb : element) {
            assertEquals(true, limb >= 0 && limb <= SHORT_MAX, "limb " + limb);
        }
    }

    private static BigInteger value(long[] element) {
        BigInteger value = BigInteger.ZERO;
        for (int limb = 4; limb >= 0; limb--) {
            value = value.shiftLeft(51).add(BigInteger.valueOf(element[limb]));
        }
        return value;
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger value = BigInteger.ZERO;
        for (int at = 31; at >= 0; at--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[at] & 0xff));
        }
        return value;
    }
}
