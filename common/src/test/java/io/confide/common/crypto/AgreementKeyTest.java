package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HexFormat;

class AgreementKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 7748 §5.2. */
    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
                + " e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
                + " c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
                + " e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                + " 95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    })
    void multipliesAsPublished(String scalar, String point, String product) {
        Seed shared = AgreementKey.of(HEX.parseHex(scalar)).agree(Bytes.ofHex(point)).orElseThrow();
        assertEquals(product, HEX.formatHex(shared.reveal()));
    }

    /** RFC 7748 §6.1. */
    @Test
    void bothSidesOfThePublishedExchangeAgree() {
        AgreementKey alice =
                AgreementKey.of(
                        HEX.parseHex(
                                "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        AgreementKey bob =
                AgreementKey.of(
                        HEX.parseHex(
                                "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assertEquals(
                "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
                bob.publicKey().hex());
        Seed one = alice.agree(bob.publicKey()).orElseThrow();
        Seed other = bob.agree(alice.publicKey()).orElseThrow();
        assertEquals(one, other);
        assertEquals(
                "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
                alice.publicKey().hex());
        assertEquals(
                "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
                HEX.formatHex(one.reveal()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void refusesPointsOfSmallOrder(String point) {
        AgreementKey key = AgreementKey.of(HEX.parseHex("11".repeat(32)));
        assertTrue(key.agree(Bytes.ofHex(point)).isEmpty());
    }

    @Test
    void refusesKeysOfAnotherLengthAndUseAfterErasure() {
        AgreementKey key = AgreementKey.of(HEX.parseHex("11".repeat(32)));
        assertTrue(key.agree(Bytes.ofHex("09")).isEmpty());
        key.erase();
        assertThrows(IllegalStateException.class, () -> key.agree(key.publicKey()));
    }
}
