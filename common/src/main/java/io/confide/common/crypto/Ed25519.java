package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import java.util.List;

/**
 * Ed25519 verification (RFC 8032), the same for all sites and the coordinator, and strict: S is below the group order,
 * points are canonical, and a public key of small order is refused because its signatures fit many messages.
 */
public final class Ed25519 {
    public static final int PUBLIC_KEY_BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;

    // The eight points of small order in their canonical encodings; others are refused as not
    // canonical.
    private static final List<Bytes> SMALL_ORDER =
            List.of(
                    smallOrder("0100000000000000000000000000000000000000000000000000000000000000"),
                    smallOrder("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                    smallOrder("0000000000000000000000000000000000000000000000000000000000000000"),
                    smallOrder("0000000000000000000000000000000000000000000000000000000000000080"),
                    smallOrder("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
                    smallOrder("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
                    smallOrder("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
                    smallOrder("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"));

    private Ed25519() {}

    /** True if {@code signature} (64 bytes) over exactly {@code body} is valid under {@code publicKey} (32 bytes). */
    public static boolean verifies(Bytes publicKey, byte[] body, Bytes signature) {
        if (signature.length() != SIGNATURE_BYTES || !isKey(publicKey)) {
            return false;
        }
        return org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
                signature.unsafeArray(), 0, publicKey.unsafeArray(), 0, body, 0, body.length);
    }

    /** As {@link #verifies(Bytes, byte[], Bytes)}. */
    public static boolean verifies(Bytes publicKey, Bytes body, Bytes signature) {
        return verifies(publicKey, body.unsafeArray(), signature);
    }

    /** True if {@code publicKey} is the canonical encoding of a point that is not of small order. */
    public static boolean isKey(Bytes publicKey) {
        return publicKey.length() == PUBLIC_KEY_BYTES
                && !SMALL_ORDER.contains(publicKey)
                && org.bouncycastle.math.ec.rfc8032.Ed25519.validatePublicKeyPartial(
                        publicKey.unsafeArray(), 0);
    }

    private static Bytes smallOrder(String hex) {
        return Bytes.ofHex(hex);
    }
}
