package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Known answers. The tolerances are those of what is compared with, not of what was reached. */
class ReferenceValuesTest {
    @Test
    void readsEveryKindOfRow() {
        assertEquals(189, Reference.all().size());
        assertEquals(25, rows(row -> row.accountant().equals("PRV") || order(row)).count());
    }

    @ParameterizedTest
    @MethodSource("rdpRows")
    void rdpAgrees(Reference row) {
        double epsilon = RdpAccountant.compose(row.events()).epsilon(row.delta()).epsilon();

        assertEquals(row.epsilon(), epsilon, 1e-6 * row.epsilon());
    }

    @ParameterizedTest
    @MethodSource("orderRows")
    void theDivergenceAtOneOrderAgrees(Reference row) {
        double divergence = RdpAccountant.oneStep(row.events().getFirst(), row.order());

        assertEquals(row.epsilon(), divergence, 1e-9 * row.epsilon());
    }

    @ParameterizedTest
    @MethodSource("pldRows")
    void pldAgrees(Reference row) {
        double epsilon = PldAccountant.epsilon(row.events(), row.delta());

        assertEquals(row.epsilon(), epsilon, 1e-3 * row.epsilon());
    }

    @ParameterizedTest
    @MethodSource("exactRows")
    void pldIsNeverBelowWhatIsExact(Reference row) {
        double epsilon = PldAccountant.epsilon(row.events(), row.delta());

        assertTrue(epsilon >= row.epsilon() - 1e-9, () -> epsilon + " is below " + row);
        assertEquals(row.epsilon(), epsilon, 1e-5 * row.epsilon());
    }

    @ParameterizedTest
    @MethodSource("boundedRows")
    void pldLiesWithinTheBoundsOfAnIndependentAccountant(Reference row) {
        double epsilon = PldAccountant.epsilon(row.events(), row.delta());

        assertTrue(epsilon >= Double.parseDouble(row.parameter("lower")), row.toString());
        assertTrue(epsilon <= Double.parseDouble(row.parameter("upper")), row.toString());
    }

    @ParameterizedTest
    @MethodSource("classicRows")
    void theOlderConversionReproducesPublishedFigures(Reference row) {
        double epsilon = RdpAccountant.compose(row.events()).classicEpsilon(row.delta());

        double printed = row.accountant().startsWith("PUBLISHED") ? 0.0051 : 1e-6 * row.epsilon();
        assertEquals(row.epsilon(), epsilon, printed);
    }

    @ParameterizedTest
    @MethodSource("calibrations")
    void calibrationFindsTheNoiseAndNeverTooLittle(Reference row) {
        var accountant = Accountant.valueOf(row.accountant());
        var unit = List.of(Reference.event(1, row.rate(), row.steps()));

        double z = Calibration.factor(unit, row.epsilon(), row.delta(), accountant).factor();

        assertEquals(row.z(), z, 1e-4 * row.z());
        var back = List.of(Reference.event(z, row.rate(), row.steps()));
        assertTrue(accountant.epsilon(back, row.delta()) <= row.epsilon());
    }

    static Stream<Reference> rdpRows() {
        return rows(row -> row.accountant().equals("RDP") || row.accountant().equals("RDP(zCDP)"));
    }

    static Stream<Reference> orderRows() {
        return rows(ReferenceValuesTest::order);
    }

    static Stream<Reference> pldRows() {
        return rows(row -> row.accountant().startsWith("PLD"));
    }

    static Stream<Reference> exactRows() {
        return rows(
                row ->
                        row.accountant().startsWith("analytic")
                                || row.accountant().startsWith("PLD(connect")
                                || row.mechanism().endsWith("exact"));
    }

    static Stream<Reference> boundedRows() {
        return rows(row -> row.accountant().equals("PRV") || row.accountant().equals("BOUNDS"));
    }

    static Stream<Reference> classicRows() {
        return rows(
                row ->
                        row.accountant().startsWith("PUBLISHED")
                                || row.accountant().startsWith("RDP classic"));
    }

    static Stream<Reference> calibrations() {
        return Reference.all().stream().filter(ReferenceValuesTest::calibration);
    }

    private static boolean order(Reference row) {
        return row.accountant().startsWith("RDP@");
    }

    private static boolean calibration(Reference row) {
        return row.mechanism().startsWith("calibrate");
    }

    private static Stream<Reference> rows(Predicate<Reference> choice) {
        return Reference.all().stream().filter(row -> !calibration(row)).filter(choice);
    }
}
