package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Guarantee;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.SpentView;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class PrivacySpentTest {
    private static final int PARAMETERS = 9;

    @Property(tries = 40)
    void growsFromCommitToCommitAndEndsAtWhatThePlanStates(
            @ForAll @IntRange(min = 1, max = 2000) int commits) {
        var privacy = privacy(commits, 100);
        var spent = PrivacyPage.spent(privacy);
        assertTrue(spent.size() <= 64 && spent.size() <= commits);
        assertEquals(new SpentView(commits, 100), spent.getLast());
        for (int i = 1; i < spent.size(); i++) {
            assertTrue(spent.get(i).commits() > spent.get(i - 1).commits());
            assertTrue(spent.get(i).epsilon() >= spent.get(i - 1).epsilon());
        }
        for (var point : spent.subList(0, spent.size() - 1)) {
            assertEquals(
                    privacy.epsilonAfter(List.of(point.commits())).getFirst(), point.epsilon());
            assertTrue(point.epsilon() > 0);
        }
    }

    @Test
    void everyCommitHasItsPointWhereThereAreFew() {
        assertEquals(
                IntStream.rangeClosed(1, 12).boxed().toList(),
                PrivacyPage.spent(privacy(12, 100)).stream().map(SpentView::commits).toList());
    }

    @Test
    void whatIsSpentIsThatOfTheNextPointAndNeverMoreThanTheTotal() {
        var page =
                new PrivacyView(
                        "record",
                        "add-remove",
                        "everyone",
                        1,
                        3,
                        1e-5,
                        20,
                        List.of(),
                        List.of(new SpentView(10, 2), new SpentView(20, 3)),
                        0.1);
        assertEquals(
                List.of(0.0, 2.0, 2.0, 3.0, 3.0, 3.0),
                LongStream.of(0, 1, 10, 11, 20, 21)
                        .mapToObj(uses -> page.spentAfter(uses).epsilon())
                        .toList());
        assertEquals(new SpentSoFarView(2, 3, 1e-5, "record"), page.spentAfter(4));
    }

    @Test
    void theNoiseOfAStepIsThatOfAShareInUnitsOfTheModel() {
        // A share deviates by 2^22 grid units, of which 2^19 times 685 are a mean gradient of 1.
        assertEquals(
                0.5 * 8 / 685, PrivacyPage.stepNoise(0.5, privacy(12, 100).guarantee()), 1e-15);
    }

    @Test
    void aPlanWithoutAGuaranteeHasSpentNothing() {
        assertEquals(Optional.empty(), PrivacyPage.of(Consortium.plan(7, 2, 0, 4, 60)));
    }

    @Test
    void whatIsSpentNeverExceedsWhatIsStated() {
        assertEquals(
                List.of(0.001),
                PrivacyPage.spent(privacy(50, 0.001)).stream()
                        .map(SpentView::epsilon)
                        .distinct()
                        .toList());
    }

    private static PlanPrivacy privacy(int commits, double epsilon) {
        return new PlanPrivacy(
                new Guarantee.RecordLevel(
                        epsilon, 1e-5, 2, 3, 1, commits, 685, 1, 19, 1 << 20, 1L << 44),
                PARAMETERS);
    }
}
