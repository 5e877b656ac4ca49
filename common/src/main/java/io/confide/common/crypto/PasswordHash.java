package io.confide.common.crypto;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * A password as it is kept: Argon2id (RFC 9106) with 19 MiB, two passes, one lane, a salt of 16 bytes and a hash of 32
 * bytes, written in the PHC string format {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash} (base64 without padding).
 *
 * <p>Other costs are not accepted, so that every check takes equally long and nobody learns from the time which accounts
 * there are.
 */
public final class PasswordHash {
    /** Shorter passwords are refused where they are made. */
    public static final int CHARACTERS_MIN = 12;

    /** Longer ones nowhere make sense and cost time. */
    public static final int CHARACTERS_MAX = 256;

    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final String PREFIX =
            "$argon2id$v=19$m=%d,t=%d,p=1$".formatted(MEMORY_KIB, PASSES);
    private static final Pattern PHC =
            Pattern.compile(Pattern.quote(PREFIX) + "([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(byte[] salt, byte[] hash) {
        this.salt = salt;
        this.hash = hash;
    }

    /** Hashes a new password under a salt from {@code random}, which must be a cryptographic generator. */
    public static PasswordHash of(char[] password, RandomGenerator random) {
        var salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new PasswordHash(salt, argon2(password, salt, MEMORY_KIB, HASH_BYTES));
    }

    /** Reads what {@link #phc} has written; empty for anything else, other costs included. */
    public static Optional<PasswordHash> parse(String phc) {
        var matcher = PHC.matcher(phc);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var decoder = Base64.getDecoder();
            return Optional.of(
                    new PasswordHash(
                            decoder.decode(matcher.group(1)), decoder.decode(matcher.group(2))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A hash that no password has, to be checked where there is no account, at the same cost. */
    public static PasswordHash ofNobody(RandomGenerator random) {
        var salt = new byte[SALT_BYTES];
        var hash = new byte[HASH_BYTES];
        random.nextBytes(salt);
        random.nextBytes(hash);
        return new PasswordHash(salt, hash);
    }

    /** Whether {@code password} is the one that was hashed; the comparison takes the same time wherever they differ. */
    public boolean fits(char[] password) {
        return MessageDigest.isEqual(hash, argon2(password, salt, MEMORY_KIB, HASH_BYTES));
    }

    /** The text for a file. */
    public String phc() {
        var encoder = Base64.getEncoder().withoutPadding();
        return PREFIX + encoder.encodeToString(salt) + "$" + encoder.encodeToString(hash);
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "PasswordHash[redacted]";
    }

    /** Argon2id, version 1.3, of the password in UTF-8 after NFC, so that it does not matter how a keyboard composes letters. */
    static byte[] argon2(char[] password, byte[] salt, int memoryKib, int hashBytes) {
        var text = Normalizer.normalize(CharBuffer.wrap(password), Normalizer.Form.NFC);
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            var generator = new Argon2BytesGenerator();
            generator.init(
                    new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                            .withMemoryAsKB(memoryKib)
                            .withIterations(PASSES)
                            .withParallelism(1)
                            .withSalt(salt)
                            .build());
            var hash = new byte[hashBytes];
            generator.generateBytes(bytes, hash);
            return hash;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
