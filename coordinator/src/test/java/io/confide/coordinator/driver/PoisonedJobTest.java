package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One site in twenty sends, within the clip norm and with the weight that it may claim, the opposite of what it has learnt. All
 * twenty are evaluated honestly, so that the AUC says what became of the model.
 */
class PoisonedJobTest {
    private static final int SITES = 20;
    private static final int GROUPS = 5;

    @TempDir Path directory;

    private double auc(Plan plan, Function<Roster, Set<SiteId>> choice) {
        try (var c = new Consortium(SITES, 1, directory, Consortium.QUICK)) {
            var poisoners = choice.apply(c.sites.roster);
            for (int site = 0; site < SITES; site++) {
                boolean poisons = poisoners.contains(c.sites.site(site).id);
                var aim = poisons ? Hospital.Aim.POISON : Hospital.Aim.HONEST;
                c.sites.site(site).works(new Hospital(site, aim));
            }
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            // One fold is held, so that there is an evaluation; every site has its own unseen
            // patients.
            assertEquals(2.0 * SITES * 40, end.metrics().get("rows"));
            return end.metrics().get("auc");
        }
    }

    private static Plan plan() {
        return Consortium.plan(SITES, 3, 2, 3, 60);
    }

    @Test
    void thePlainMeanIsSpoiledByOneSite() {
        assertTrue(auc(plan(), _ -> Set.of()) > 0.9);
        double spoiled = auc(plan(), PoisonedJobTest::one);
        assertTrue(spoiled < 0.3, () -> "AUC " + spoiled);
    }

    @ParameterizedTest
    @EnumSource
    void everyCombinationOfGroupsHoldsAgainstIt(Combine combine) {
        var plan = Consortium.grouped(plan(), new Groups(GROUPS, combine, 1));
        double auc = auc(plan, PoisonedJobTest::one);
        assertTrue(auc > 0.9, () -> "AUC " + auc);
    }

    /** The median of five bears two groups, however many poison in each of them: here eight of the twenty sites. */
    @Test
    void theMedianBearsTwoWholeGroups() {
        var plan = Consortium.grouped(plan(), new Groups(GROUPS, Combine.MEDIAN, 2));
        double auc = auc(plan, roster -> groups(roster, 0, 3));
        assertTrue(auc > 0.9, () -> "AUC " + auc);
        double three = auc(plan, roster -> groups(roster, 0, 2, 3));
        assertTrue(three < 0.3, () -> "with three of five the AUC is " + three);
    }

    private static Set<SiteId> one(Roster roster) {
        return Set.of(roster.member(3).site());
    }

    private static Set<SiteId> groups(Roster roster, int... places) {
        var groups = Partition.of(roster, GROUPS).groups();
        return Arrays.stream(places)
                .boxed()
                .flatMap(place -> groups.get(place).members().stream())
                .map(Roster.Member::site)
                .collect(Collectors.toSet());
    }
}
