package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A key with its multiples accepts what {@link Ed25519#verifies} accepts, and nothing else. */
class VerifyingKeyTest {
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** Of the eight points of small order, one of order 8: its multiples are all of them. */
    private static final String ORDER_8 =
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";

    private static final byte[] MESSAGE = {1, 2, 3};

    @Property(tries = 200)
    void acceptsWhatTheKeySigned(
            @ForAll @Size(32) byte[] seed,
            @ForAll @Size(max = 300) byte[] message,
            @ForAll VerifyingKey.Memory memory) {
        SigningKey signer = SigningKey.of(seed);
        Bytes body = Bytes.copyOf(message);
        Bytes signature = signer.sign(body);
        VerifyingKey warm = warm(signer.publicKey(), memory);
        assertTrue(warm.verifies(body, signature));
        assertTrue(warm.isWithoutCofactor(message, signature.unsafeArray()), "the fast way");
    }

    @Example
    void startsTheSlowWay() {
        SigningKey signer = SigningKey.of(new byte[32]);
        byte[] signature = signer.sign(MESSAGE).toArray();
        VerifyingKey fresh = VerifyingKey.of(signer.publicKey()).orElseThrow();
        assertFalse(fresh.isWithoutCofactor(MESSAGE, signature));
        assertTrue(fresh.verifies(Bytes.copyOf(MESSAGE), Bytes.wrap(signature)));
    }

    @Property(tries = 300)
    void judgesAChangedSignatureLikeTheSlowWay(
            @ForAll @Size(32) byte[] seed, @ForAll @IntRange(max = 511) int bit) {
        SigningKey signer = SigningKey.of(seed);
        byte[] changed = signer.sign(MESSAGE).toArray();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        assertSameVerdict(signer.publicKey(), Bytes.wrap(changed), Verdict.REFUSED);
    }

    @Example
    void refusesAScalarThatIsNotReduced() {
        SigningKey signer = SigningKey.of(new byte[32]);
        byte[] signature = signer.sign(MESSAGE).toArray();
        BigInteger raised = littleEndian(Arrays.copyOfRange(signature, 32, 64)).add(ORDER);
        System.arraycopy(bytes(raised), 0, signature, 32, 32);
        assertSameVerdict(signer.publicKey(), Bytes.wrap(signature), Verdict.REFUSED);
    }

    /** Keys and signature points with a part of small order: only the equation with the cofactor holds for these. */
    @Example
    void agreesOnEveryPartOfSmallOrder() {
        BigInteger secret = BigInteger.valueOf(0x1234_5678_9abcL).pow(5).mod(ORDER);
        BigInteger nonce = BigInteger.valueOf(0x0fed_cba9_8765L).pow(5).mod(ORDER);
        List<long[]> small = multiplesOfOrder8();
        for (long[] withKey : small) {
            Bytes key = Bytes.wrap(encodeSum(timesBase(secret), withKey));
            for (long[] withPoint : small) {
                byte[] r = encodeSum(timesBase(nonce), withPoint);
                BigInteger k = challenge(r, key);
                BigInteger s = k.multiply(secret).add(nonce).mod(ORDER);
                byte[] signature = Arrays.copyOf(r, 64);
                System.arraycopy(bytes(s), 0, signature, 32, 32);
                assertSameVerdict(key, Bytes.wrap(signature), Verdict.ACCEPTED);
                signature[32] ^= 1;
                assertSameVerdict(key, Bytes.wrap(signature), Verdict.REFUSED);
            }
        }
    }

    /** The signature point itself of small order, in canonical and other encodings, with S = k·a. */
    @Example
    void agreesOnSignaturePointsOfSmallOrder() {
        BigInteger secret = BigInteger.valueOf(0x1234_5678_9abcL).pow(5).mod(ORDER);
        Bytes key = Bytes.wrap(EdwardsCurve.encode(timesBase(secret)));
        List<byte[]> points = new ArrayList<>();
        multiplesOfOrder8().forEach(point -> points.add(EdwardsCurve.encode(point)));
        for (String other :
                List.of(
                        "ee" + "ff".repeat(30) + "7f",
                        "ed" + "ff".repeat(30) + "7f",
                        "01" + "00".repeat(30) + "80")) {
            points.add(Bytes.ofHex(other).toArray());
        }
        for (int at = 0; at < points.size(); at++) {
            BigInteger s = challenge(points.get(at), key).multiply(secret).mod(ORDER);
            byte[] signature = Arrays.copyOf(points.get(at), 64);
            System.arraycopy(bytes(s), 0, signature, 32, 32);
            assertSameVerdict(
                    key, Bytes.wrap(signature), at < 8 ? Verdict.ACCEPTED : Verdict.REFUSED);
        }
    }

    /** Every width and stride that a table can have, at the ends of the range of scalars. */
    @Example
    void multipliesByEveryTable() {
        List<BigInteger> scalars =
                List.of(
                        BigInteger.ZERO,
                        BigInteger.ONE,
                        BigInteger.valueOf(128),
                        BigInteger.TWO.pow(252),
                        ORDER.subtract(BigInteger.ONE),
                        BigInteger.TWO.pow(253).subtract(BigInteger.ONE));
        for (int width = 2; width <= 8; width++) {
            for (int stride = 1; stride <= 5; stride++) {
                var table = PointMultiples.of(EdwardsCurve.base(), width, stride);
                for (BigInteger scalar : scalars) {
                    assertArrayEquals(
                            EdwardsCurve.encode(timesBase(scalar)),
                            EdwardsCurve.encode(times(table, scalar)),
                            "width " + width + ", stride " + stride + ", " + scalar);
                }
            }
        }
    }

    @Example
    void decodesOnlyPointsOfTheCurve() {
        int points = 0;
        for (int y = 0; y < 64; y++) {
            byte[] encoded = new byte[32];
            encoded[0] = (byte) y;
            boolean isPoint = EdwardsCurve.decode(encoded).isPresent();
            points += isPoint ? 1 : 0;
            if (isPoint && y > 1) {
                assertArrayEquals(
                        encoded, EdwardsCurve.encode(EdwardsCurve.decode(encoded).orElseThrow()));
                assertTrue(Ed25519.isKey(Bytes.copyOf(encoded)));
            } else {
                assertFalse(Ed25519.isKey(Bytes.copyOf(encoded)));
            }
        }
        assertTrue(points > 20 && points < 44, points + " of 64 is no half");
    }

    private enum Verdict {
        ACCEPTED,
        REFUSED
    }

    private static void assertSameVerdict(Bytes key, Bytes signature, Verdict verdict) {
        boolean expected = verdict == Verdict.ACCEPTED;
        assertEquals(expected, Ed25519.verifies(key, MESSAGE, signature));
        for (VerifyingKey.Memory memory : VerifyingKey.Memory.values()) {
            assertEquals(expected, warm(key, memory).verifies(Bytes.copyOf(MESSAGE), signature));
        }
        assertEquals(
                expected,
                VerifyingKey.of(key).orElseThrow().verifies(Bytes.copyOf(MESSAGE), signature));
    }

    /** A key that was used so often that it has its multiples. */
    private static VerifyingKey warm(Bytes key, VerifyingKey.Memory memory) {
        VerifyingKey warm = VerifyingKey.of(key, memory).orElseThrow();
        for (int use = 0; use < 9; use++) {
            assertFalse(warm.verifies(Bytes.EMPTY, Bytes.wrap(new byte[64])));
        }
        return warm;
    }

    private static List<long[]> multiplesOfOrder8() {
        List<long[]> points = new ArrayList<>(List.of(EdwardsCurve.neutral()));
        long[] point = EdwardsCurve.decode(Bytes.ofHex(ORDER_8).toArray()).orElseThrow();
        for (int multiple = 1; multiple < 8; multiple++) {
            long[] sum = new long[EdwardsCurve.POINT_LIMBS];
            EdwardsCurve.add(points.getLast(), point, sum, new EdwardsCurve.Scratch());
            points.add(sum);
        }
        return points;
    }

    private static byte[] encodeSum(long[] p, long[] q) {
        long[] sum = new long[EdwardsCurve.POINT_LIMBS];
        EdwardsCurve.add(p, q, sum, new EdwardsCurve.Scratch());
        return EdwardsCurve.encode(sum);
    }

    /** Bit by bit, with nothing but additions of whole points. */
    private static long[] timesBase(BigInteger scalar) {
        var scratch = new EdwardsCurve.Scratch();
        long[] sum = EdwardsCurve.neutral();
        for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
            EdwardsCurve.add(sum.clone(), sum.clone(), sum, scratch);
            if (scalar.testBit(bit)) {
                EdwardsCurve.add(sum.clone(), EdwardsCurve.base(), sum, scratch);
            }
        }
        return sum;
    }

    private static long[] times(PointMultiples table, BigInteger scalar) {
        var scratch = new EdwardsCurve.Scratch();
        long[] sum = EdwardsCurve.neutral();
        int[] digits = table.digits(bytes(scalar));
        for (int column = table.stride() - 1; column >= 0; column--) {
            table.addColumn(digits, column, sum, scratch);
            for (int bit = 0; column > 0 && bit < table.width(); bit++) {
                EdwardsCurve.twice(sum, scratch);
            }
        }
        return sum;
    }

    private static BigInteger challenge(byte[] r, Bytes key) {
        try {
            var hash = MessageDigest.getInstance("SHA-512");
            hash.update(r);
            hash.update(key.unsafeArray());
            return littleEndian(hash.digest(MESSAGE)).mod(ORDER);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BigInteger littleEndian(byte[] bytes) {
        BigInteger value = BigInteger.ZERO;
        for (int at = bytes.length - 1; at >= 0; at--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[at] & 0xff));
        }
        return value;
    }

    private static byte[] bytes(BigInteger value) {
        byte[] bytes = new byte[32];
        for (int at = 0; at < 32; at++) {
            bytes[at] = value.shiftRight(8 * at).byteValue();
        }
        return bytes;
    }
}
