package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.http.RateLimit.Verdict;

import org.junit.jupiter.api.Test;

class GuessesTest {
    private static final String HOME = "192.0.2.1";
    private final Guesses guesses = new Guesses();

    @Test
    void strangersWhoGuessANameAllTheTimeDoNotKeepItsPersonOut() {
        assertEquals(Verdict.PASS, guesses.take(HOME, "ada", 0));
        guesses.right(HOME, "ada");
        guessedEverywhere("ada");
        assertEquals(Verdict.WAIT, guesses.take("198.51.100.1", "ada", 0));
        assertEquals(Verdict.PASS, guesses.take(HOME, "ada", 0));
    }

    @Test
    void knownPeopleAreSlowedDownWhereTheyAreKnownToo() {
        guesses.right(HOME, "ada");
        for (int i = 0; i < 10; i++) {
            assertEquals(Verdict.PASS, guesses.take(HOME, "ada", 0));
        }
        assertEquals(Verdict.WAIT, guesses.take(HOME, "ada", 0));
        assertEquals(Verdict.PASS, guesses.take(HOME, "bob", 0));
    }

    @Test
    void whoIsKnownDoesNotMakeOthersKnown() {
        guesses.right(HOME, "eve");
        guessedEverywhere("ada");
        assertEquals(Verdict.WAIT, guesses.take(HOME, "ada", 0));
    }

    @Test
    void theAccessTokenIsLimitedByNetworkAlone() {
        for (int i = 0; i < 20; i++) {
            assertEquals(Verdict.PASS, guesses.take(HOME, "", 0));
        }
        assertEquals(Verdict.WAIT, guesses.take(HOME, "", 0));
        assertEquals(Verdict.PASS, guesses.take("192.0.2.2", "", 0));
    }

    private void guessedEverywhere(String name) {
        for (int i = 0; i < 200; i++) {
            guesses.take("203.0.113." + i, name, 0);
        }
    }
}
