package io.confide.common.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.Optional;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM with the nonce zero. Every key of the protocol encrypts exactly one message (Kch for one direction of one
 * pair and one T1, the blob key for one site and round; PROTOCOL.md §3.1), so the pair (key, nonce) never repeats. Not
 * for any key that is used twice.
 */
public final class AesGcm {
    /** Bytes that sealing adds: the authentication tag. */
    public static final int TAG_BYTES = 16;

    private static final byte[] NONCE = new byte[12];

    private AesGcm() {}

    /** Ciphertext and tag of {@code plaintext}, bound to {@code aad}: {@code plaintext.length + 16} bytes. */
    public static byte[] seal(Seed key, byte[] aad, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, aad).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM cannot fail to encrypt", e);
        }
    }

    /** The plaintext, or empty if the key, the {@code aad} or any bit of {@code ciphertext} is another one. */
    public static Optional<byte[]> open(Seed key, byte[] aad, byte[] ciphertext) {
        if (ciphertext.length < TAG_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, aad).doFinal(ciphertext));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, Seed key, byte[] aad) throws GeneralSecurityException {
        byte[] raw = key.reveal();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            Key aes = new SecretKeySpec(raw, "AES");
            cipher.init(mode, aes, new GCMParameterSpec(8 * TAG_BYTES, NONCE));
            cipher.updateAAD(aad);
            return cipher;
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }
}
