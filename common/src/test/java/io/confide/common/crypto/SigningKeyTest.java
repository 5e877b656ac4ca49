package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.util.HexFormat;

class SigningKeyTest {
    private static final byte[] NOTHING = new byte[0];
    private static final String SEED =
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final BigInteger GROUP_ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    /** RFC 8032 §7.1, tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        SEED
                + ", d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + " e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
            + " 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
            + " 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
            + " fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
            + " 6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void givesThePublishedSignatures(String seed, String key, String body, String signature) {
        SigningKey signer = SigningKey.of(HexFormat.of().parseHex(seed));
        Bytes message = Bytes.ofHex(body);
        assertEquals(key, signer.publicKey().hex());
        assertEquals(signature, signer.sign(message).hex());
        assertTrue(Ed25519.verifies(signer.publicKey(), message, Bytes.ofHex(signature)));
    }

    @Test
    void refusesEveryFlippedBitOfSignatureAndBody() {
        SigningKey key = key();
        byte[] body = {1, 2, 3};
        byte[] signature = key.sign(body).toArray();
        for (int bit = 0; bit < 8 * signature.length; bit++) {
            byte[] changed = signature.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(Ed25519.verifies(key.publicKey(), body, Bytes.wrap(changed)));
        }
        assertFalse(Ed25519.verifies(key.publicKey(), new byte[] {1, 2, 2}, Bytes.wrap(signature)));
    }

    @Test
    void refusesASignatureWhoseScalarIsNotReduced() {
        SigningKey key = key();
        byte[] signature = key.sign(NOTHING).toArray();
        for (int multiple = 1; multiple <= 8; multiple++) {
            BigInteger s = littleEndian(signature, 32);
            BigInteger raised = s.add(GROUP_ORDER.multiply(BigInteger.valueOf(multiple)));
            byte[] malleated = signature.clone();
            for (int at = 0; at < 32; at++) {
                malleated[32 + at] = raised.shiftRight(8 * at).byteValue();
            }
            assertFalse(Ed25519.verifies(key.publicKey(), NOTHING, Bytes.wrap(malleated)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // small order, canonical
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                // small order, not canonical: y = p, y = p + 1, and x = 0 with the sign bit set
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                // y = 2 is on no point of the curve; y ≥ p otherwise
                "0200000000000000000000000000000000000000000000000000000000000000",
                "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void refusesPublicKeysThatAreNotCanonicalOrOfSmallOrder(String point) {
        Bytes key = Bytes.ofHex(point);
        assertFalse(Ed25519.isKey(key));
        // With a small-order key, R = identity and S = 0 satisfy the equation for many messages.
        Bytes trivial = Bytes.ofHex("01" + "00".repeat(63));
        for (int message = 0; message < 16; message++) {
            assertFalse(Ed25519.verifies(key, new byte[] {(byte) message}, trivial));
        }
    }

    @Test
    void refusesASignatureWhosePointIsNotCanonical() {
        SigningKey key = key();
        Bytes zeroScalar = Bytes.ofHex("ee" + "ff".repeat(30) + "7f" + "00".repeat(32));
        assertFalse(Ed25519.verifies(key.publicKey(), NOTHING, zeroScalar));
    }

    @Test
    void refusesKeysAndSignaturesOfAnotherLength() {
        SigningKey key = key();
        Bytes signature = key.sign(NOTHING);
        Bytes longer = Bytes.ofHex(signature.hex() + "00");
        Bytes shorter = Bytes.ofHex(signature.hex().substring(2));
        assertFalse(Ed25519.verifies(key.publicKey(), NOTHING, longer));
        assertFalse(Ed25519.verifies(key.publicKey(), NOTHING, shorter));
        assertFalse(Ed25519.verifies(Bytes.EMPTY, NOTHING, signature));
    }

    @Test
    void signsNothingOnceErased() {
        SigningKey key = key();
        key.erase();
        assertThrows(IllegalStateException.class, () -> key.sign(NOTHING));
        assertThrows(IllegalStateException.class, key::reveal);
    }

    @Test
    void namesOnlyItsPublicKey() {
        assertEquals("SigningKey[" + key().publicKey().hex() + "]", key().toString());
    }

    private static SigningKey key() {
        return SigningKey.of(HexFormat.of().parseHex(SEED));
    }

    private static BigInteger littleEndian(byte[] bytes, int from) {
        BigInteger value = BigInteger.ZERO;
        for (int at = 31; at >= 0; at--) {
            value = value.shiftLeft(8).or(BigInteger.valueOf(bytes[from + at] & 0xff));
        }
        return value;
    }
}
