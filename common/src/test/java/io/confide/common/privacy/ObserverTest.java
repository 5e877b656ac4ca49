package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;

import java.util.List;

class ObserverTest {
    private static final List<PrivacyEvent> TEN_ROUNDS = List.of(Reference.event(4.75, 1, 10));

    @Test
    void sevenHospitalsSixMustStayOneMayCollude() {
        var rows = ObserverEpsilon.table(TEN_ROUNDS, new NoiseShares(6, 1), 7, 1e-5);

        assertEquals(
                List.of("public", "coordinator", "coordinator + 1 site", "coordinator + 1 site"),
                rows.stream().map(row -> row.observer().name()).toList());
        assertEquals(List.of(7, 7, 7, 6), rows.stream().map(ObserverEpsilon::survivors).toList());
        double[] rdp = {2.469, 2.469, 2.691, 2.980};
        for (int i = 0; i < rdp.length; i++) {
            assertEquals(rdp[i], rows.get(i).rdp(), 5e-4);
            assertTrue(rows.get(i).pld() < rows.get(i).rdp());
        }
        // the certified row is the noise that was planned
        assertEquals(1, rows.getLast().left());
        assertEquals(2.749, rows.getLast().pld(), 5e-4);
    }

    @Test
    void sharesAddUpToTheNoiseOfTheFewestHonestSurvivors() {
        var shares = new NoiseShares(6, 1);
        assertEquals(1, 5 * shares.share() * shares.share(), 1e-15);
        assertEquals(1, shares.left(6, 1));
        assertEquals(Math.sqrt(20.0 / 16), new NoiseShares(16, 0).left(20, 0));
    }

    @Test
    void nothingIsPromisedBeyondWhatWasAssumed() {
        var shares = new NoiseShares(6, 1);
        assertThrows(ConfideException.class, () -> shares.left(5, 0));
        assertThrows(ConfideException.class, () -> shares.left(7, 2));
        assertThrows(ConfideException.class, () -> new NoiseShares(3, 3));
    }
}
