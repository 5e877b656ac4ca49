package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Plan;
import io.confide.common.secagg.Roster;

import org.junit.jupiter.api.Test;

class PlanPreviewTest {
    @Test
    void saysWhichBitsWouldCostNothing() {
        try (var sites = new SimSites(7, 1)) {
            var facts = PlanPreview.of(plan(16), sites.roster).notes();
            assertTrue(
                    facts.contains("aggregation.bits: 18 would take no more bytes than 16"),
                    facts::toString);
            assertEquals(1, hints(plan(8), sites.roster));
            assertEquals(0, hints(plan(18), sites.roster));
            assertEquals(0, hints(plan(24), sites.roster));
        }
    }

    private static long hints(Plan plan, Roster roster) {
        return PlanPreview.of(plan, roster).notes().stream()
                .filter(fact -> fact.startsWith("aggregation.bits"))
                .count();
    }

    private static Plan plan(int bits) {
        Plan plan = Consortium.plan(7, 2, 0, 4, 60);
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                new Plan.Aggregation(5, 1, 2, bits, 100, 30),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }
}
