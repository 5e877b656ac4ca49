package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/**
 * An Ed25519 public key that is decoded once and then verifies many signatures, by exactly the rules of {@link
 * Ed25519#verifies}.
 *
 * <p>Those rules are the equation of RFC 8032 §5.1.7 with the cofactor: 8·S·B = 8·R + 8·k·A, for a canonical R. From its
 * fifth signature on, a key tries S·B − k·A = R first, with multiples of A and B that it keeps, which takes a third of
 * the time. That equation implies the other one, and every signer who follows the RFC meets it; a signature that does not
 * goes to Bouncy Castle. So the signatures that are accepted are the same, at once and ever after.
 */
public final class VerifyingKey {
    // A set-up needs two to four of each key, and only some of the keys are met again in the
    // rounds.
    private static final int SLOW_VERIFICATIONS = 4;
    private static final int BASE_WIDTH = 8;
    private static final BigInteger GROUP_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private final PublicPoint point;
    private final byte[] encoded;
    private final Memory memory;
    // How often it was used; threads that race for it only start later or make the same multiples
    // twice.
    private int uses;
    private volatile Optional<PointMultiples> negated = Optional.empty();

    private VerifyingKey(PublicPoint point, byte[] encoded, Memory memory) {
        this.point = point;
        this.encoded = encoded;
        this.memory = memory;
    }

    /** What a key that is used often may take: 165, 25 or 4 KB. The last takes half as long again as the first. */
    public enum Memory {
        LARGE(6, 1),
        MEDIUM(5, 4),
        SMALL(4, 16);

        private final int width;
        private final int stride;

        Memory(int width, int stride) {
            this.width = width;
            this.stride = stride;
        }
    }

    /** The multiples of the base point: made when the first key needs them. */
    private static final class Base {
        static final PointMultiples MULTIPLES =
                PointMultiples.of(EdwardsCurve.base(), BASE_WIDTH, 1);
    }

    /** As {@link #of(Bytes, Memory)}, for one of a few keys. */
    public static Optional<VerifyingKey> of(Bytes publicKey) {
        return of(publicKey, Memory.LARGE);
    }

    /** The key of these 32 bytes; empty if {@link Ed25519#isKey} refuses them. */
    public static Optional<VerifyingKey> of(Bytes publicKey, Memory memory) {
        if (!Ed25519.isKey(publicKey)) {
            return Optional.empty();
        }
        return Optional.of(
                new VerifyingKey(
                        org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyPartialExport(
                                publicKey.unsafeArray(), 0),
                        publicKey.toArray(),
                        memory));
    }

    /** True if {@code signature} (64 bytes) over exactly {@code body} is valid under this key. */
    public boolean verifies(Bytes body, Bytes signature) {
        if (signature.length() != Ed25519.SIGNATURE_BYTES) {
            return false;
        }
        byte[] message = body.unsafeArray();
        byte[] signed = signature.unsafeArray();
        return isWithoutCofactor(message, signed)
                || org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        signed, 0, point, message, 0, message.length);
    }

    /** Whether S·B − k·A is R byte for byte; false also while the key has no multiples. */
    boolean isWithoutCofactor(byte[] message, byte[] signature) {
        Optional<PointMultiples> multiples = multiples();
        // S below 2^252 is below the group order; the others, one in 2^125, are not worth a
        // comparison.
        boolean isSmall = (signature[Ed25519.SIGNATURE_BYTES - 1] & 0xf0) == 0;
        if (multiples.isEmpty() || !isSmall) {
            return false;
        }
        byte[] r = Arrays.copyOf(signature, Field25519.BYTES);
        byte[] s = Arrays.copyOfRange(signature, Field25519.BYTES, Ed25519.SIGNATURE_BYTES);
        byte[] k = hash(r, message);
        return Arrays.equals(r, EdwardsCurve.encode(sum(multiples.get(), k, s)));
    }

    /** S·B + k·(−A). */
    private static long[] sum(PointMultiples negated, byte[] k, byte[] s) {
        int[] ofKey = negated.digits(k);
        int[] ofBase = Base.MULTIPLES.digits(s);
        var scratch = new EdwardsCurve.Scratch();
        long[] sum = EdwardsCurve.neutral();
        for (int column = negated.stride() - 1; column > 0; column--) {
            negated.addColumn(ofKey, column, sum, scratch);
            for (int bit = 0; bit < negated.width(); bit++) {
                EdwardsCurve.twice(sum, scratch);
            }
        }
        negated.addColumn(ofKey, 0, sum, scratch);
        Base.MULTIPLES.addColumn(ofBase, 0, sum, scratch);
        return sum;
    }

    /** k = SHA-512(R ‖ A ‖ message), reduced by the group order, little-endian. */
    private byte[] hash(byte[] r, byte[] message) {
        try {
            var sha512 = MessageDigest.getInstance("SHA-512");
            sha512.update(r);
            sha512.update(encoded);
            byte[] reduced =
                    new BigInteger(1, reversed(sha512.digest(message)))
                            .mod(GROUP_ORDER)
                            .toByteArray();
            return Arrays.copyOf(reversed(reduced), Field25519.BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-512", e);
        }
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int at = 0; at < bytes.length; at++) {
            reversed[at] = bytes[bytes.length - 1 - at];
        }
        return reversed;
    }

    private Optional<PointMultiples> multiples() {
        if (negated.isEmpty() && ++uses > SLOW_VERIFICATIONS) {
            negated = EdwardsCurve.decode(encoded).map(this::multiplesOfNegative);
        }
        return negated;
    }

    private PointMultiples multiplesOfNegative(long[] key) {
        EdwardsCurve.negate(key);
        return PointMultiples.of(key, memory.width, memory.stride);
    }
}
