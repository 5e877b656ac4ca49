package io.confide.common.crypto;

import io.confide.common.model.Bytes;

import java.security.SecureRandom;
import java.util.Arrays;

/** An Ed25519 private key (RFC 8032): the 32-byte seed, erasable, and its public key. */
public final class SigningKey implements AutoCloseable {
    private final Seed seed;
    private final Bytes publicKey;

    private SigningKey(Seed seed) {
        this.seed = seed;
        byte[] secret = seed.reveal();
        byte[] point = new byte[Ed25519.PUBLIC_KEY_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(secret, 0, point, 0);
        Arrays.fill(secret, (byte) 0);
        this.publicKey = Bytes.wrap(point);
    }

    /** A fresh key. */
    public static SigningKey generate(SecureRandom random) {
        return new SigningKey(Seed.generate(random));
    }

    /** The key of a 32-byte seed, which is copied. */
    public static SigningKey of(byte[] seed) {
        return new SigningKey(Seed.copyOf(seed));
    }

    /** The 32-byte public key. */
    public Bytes publicKey() {
        return publicKey;
    }

    /** The 64-byte signature over exactly {@code body}. */
    public Bytes sign(byte[] body) {
        byte[] secret = seed.reveal();
        byte[] signature = new byte[Ed25519.SIGNATURE_BYTES];
        org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
                secret, 0, publicKey.unsafeArray(), 0, body, 0, body.length, signature, 0);
        Arrays.fill(secret, (byte) 0);
        return Bytes.wrap(signature);
    }

    /** As {@link #sign(byte[])}. */
    public Bytes sign(Bytes body) {
        return sign(body.unsafeArray());
    }

    /** A copy of the 32-byte seed, to be stored by its owner; the caller erases it. */
    public byte[] reveal() {
        return seed.reveal();
    }

    /** Zeroes the seed; later signing throws {@link IllegalStateException}. */
    public void erase() {
        seed.erase();
    }

    @Override
    public void close() {
        erase();
    }

    @Override
    public String toString() {
        return "SigningKey[" + publicKey.hex() + "]";
    }
}
