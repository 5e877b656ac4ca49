package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** RFC 5869, appendix A.1 to A.3; the first 32 bytes of OKM are what a 32-byte expansion gives. */
class HkdfTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c,"
                + " f0f1f2f3f4f5f6f7f8f9,"
                + " 077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5,"
                + " 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '',"
                + " 19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04,"
                + " 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    })
    void givesThePublishedValues(String ikm, String salt, String info, String prk, String okm) {
        Seed extracted = Hkdf.extract(HEX.parseHex(salt), HEX.parseHex(ikm));
        assertEquals(prk, HEX.formatHex(extracted.reveal()));
        assertEquals(okm, HEX.formatHex(Hkdf.expand(extracted, HEX.parseHex(info)).reveal()));
    }

    @Test
    void givesThePublishedValuesForLongInputs() {
        String okm = "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c";
        Seed prk = Hkdf.extract(counting(0x60, 0xaf), counting(0x00, 0x4f));
        assertEquals(
                "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
                HEX.formatHex(prk.reveal()));
        assertEquals(okm, HEX.formatHex(Hkdf.expand(prk, counting(0xb0, 0xff)).reveal()));
    }

    @Test
    void agreesWithTheKdfOfThePlatform() throws GeneralSecurityException {
        byte[] prk = counting(1, 32);
        for (int length = 0; length < 200; length += 13) {
            byte[] info = new byte[length];
            var spec = HKDFParameterSpec.expandOnly(new SecretKeySpec(prk, "Generic"), info, 32);
            byte[] expected = KDF.getInstance("HKDF-SHA256").deriveData(spec);
            assertArrayEquals(expected, Hkdf.expand(Seed.copyOf(prk), info).reveal());
        }
    }

    private static byte[] counting(int first, int last) {
        byte[] bytes = new byte[last - first + 1];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (first + at);
        }
        return bytes;
    }
}
