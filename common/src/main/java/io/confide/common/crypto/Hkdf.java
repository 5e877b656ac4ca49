package io.confide.common.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HKDF with SHA-256 (RFC 5869), outputs of 32 bytes only. */
public final class Hkdf {
    private static final String HMAC = "HmacSHA256";
    // Looking the provider up once per call would cost as much as the HMAC itself.
    private static final Provider PROVIDER = newMac().getProvider();

    private Hkdf() {}

    /** HKDF-Extract: HMAC-SHA-256 of {@code ikm} under {@code salt}; an empty salt means 32 zero bytes. */
    public static Seed extract(byte[] salt, byte[] ikm) {
        return Seed.wrap(mac(salt.length == 0 ? new byte[Seed.BYTES] : salt).doFinal(ikm));
    }

    /** The first 32 bytes of HKDF-Expand of {@code prk} with {@code info}. */
    public static Seed expand(Seed prk, byte[] info) {
        byte[] key = prk.reveal();
        try {
            Mac mac = mac(key);
            mac.update(info);
            mac.update((byte) 1);
            return Seed.wrap(mac.doFinal());
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC, PROVIDER);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    private static Mac newMac() {
        try {
            return Mac.getInstance(HMAC);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
