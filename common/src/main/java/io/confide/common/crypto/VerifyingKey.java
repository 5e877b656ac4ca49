package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import org.bouncycastle.math.ec.rfc8032.Ed25519.PublicPoint;

import java.util.Optional;

/**
 * An Ed25519 public key that is checked and decoded once and then verifies many signatures, by the same
 * rules as {@link Ed25519#verifies}; saves about a third of each verification.
 */
public final class VerifyingKey {
    private final PublicPoint point;

    private VerifyingKey(PublicPoint point) {
        this.point = point;
    }

    /** The key of these 32 bytes; empty if {@link Ed25519#isKey} refuses them. */
    public static Optional<VerifyingKey> of(Bytes publicKey) {
        if (!Ed25519.isKey(publicKey)) {
            return Optional.empty();
        }
        return Optional.of(
                new VerifyingKey(
                        org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyPartialExport(
                                publicKey.unsafeArray(), 0)));
    }

    /** True if {@code signature} (64 bytes) over exactly {@code body} is valid under this key. */
    public boolean verifies(Bytes body, Bytes signature) {
        byte[] message = body.unsafeArray();
        return signature.length() == Ed25519.SIGNATURE_BYTES
                && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                        signature.unsafeArray(), 0, point, message, 0, message.length);
    }
}
