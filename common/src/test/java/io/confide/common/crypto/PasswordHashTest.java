package io.confide.common.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

class PasswordHashTest {
    private static final String PASSWORD = "correct horse battery";

    private final Random random = new Random(1);

    /** From test.c of the reference implementation (P-H-C/phc-winner-argon2): argon2id, v=19, t=2, m=2^16, p=1. */
    @Test
    void isArgon2idOfTheReference() {
        assertEquals(
                "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
                HexFormat.of()
                        .formatHex(
                                PasswordHash.argon2(
                                        "password".toCharArray(),
                                        "somesalt".getBytes(StandardCharsets.UTF_8),
                                        1 << 16,
                                        32)));
    }

    @Test
    void fitsThePasswordItWasMadeOfAndNoOther() {
        var hash = PasswordHash.of(PASSWORD.toCharArray(), random);
        var read = PasswordHash.parse(hash.phc()).orElseThrow();
        assertTrue(read.fits(PASSWORD.toCharArray()));
        for (String wrong :
                List.of("", "correct horse batterx", PASSWORD + " ", "Correct horse battery")) {
            assertFalse(read.fits(wrong.toCharArray()), wrong);
        }
        assertFalse(PasswordHash.ofNobody(random).fits(PASSWORD.toCharArray()));
    }

    @Test
    void hasASaltOfItsOwnEveryTime() {
        assertNotEquals(
                PasswordHash.of(PASSWORD.toCharArray(), random).phc(),
                PasswordHash.of(PASSWORD.toCharArray(), random).phc());
    }

    @Test
    void doesNotMindHowAKeyboardComposesALetter() {
        var hash = PasswordHash.of("L\u00fcbeck am Meer".toCharArray(), random);
        assertTrue(hash.fits("Lu\u0308beck am Meer".toCharArray()));
    }

    @Test
    void readsNothingButItsOwnFormAndCosts() {
        String phc = PasswordHash.of(PASSWORD.toCharArray(), random).phc();
        assertTrue(phc.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), phc);
        for (String wrong :
                List.of(
                        "",
                        PASSWORD,
                        phc + "A",
                        phc.substring(1),
                        phc.replace("argon2id", "argon2i"),
                        phc.replace("m=19456", "m=8"),
                        phc.replace("t=2", "t=1"),
                        phc.replace("v=19", "v=16"))) {
            assertTrue(PasswordHash.parse(wrong).isEmpty(), wrong);
        }
        assertFalse(PasswordHash.parse(phc).orElseThrow().toString().contains(phc.substring(40)));
    }
}
