package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.EarlyClose;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.SiteId;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Training;
import io.confide.coordinator.round.UsualTimes;
import io.confide.coordinator.round.UsualTimes.Kind;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;

/** Which jobs may close rounds early at all; when they do is in {@code UsualTimesTest} and, over the whole driver, in the worlds of swarm. */
class RoundTimingTest {
    private static final int SECONDS = 600;
    private static final Duration MOST = Duration.ofSeconds(SECONDS);

    @Test
    void aRoundMayCloseAfterAMinuteOnlyWithoutAGuaranteeAndWhereThePlanLetsIt() {
        assertEquals(Duration.ofMinutes(1), afterFastRounds(plan(EarlyClose.ON, none())));
        assertEquals(MOST, afterFastRounds(plan(EarlyClose.OFF, none())));
        assertEquals(MOST, afterFastRounds(plan(EarlyClose.ON, records())));
    }

    private static Duration afterFastRounds(Plan plan) {
        var known = RoundTiming.nothingKnown(plan, DriverTimes.STANDARD);
        assertEquals(MOST, known.most());
        var lives = new TreeMap<SiteId, Long>();
        lives.put(new SiteId("a"), 1L);
        var needed = new TreeMap<SiteId, Duration>();
        needed.put(new SiteId("a"), Duration.ofMillis(1));
        for (int i = 0; i < 5; i++) {
            var round =
                    new UsualTimes.Round(
                            Kind.TRAINING, MOST, needed, Collections.emptySortedSet(), lives);
            known = known.with(round);
        }
        return known.of(Kind.TRAINING, lives);
    }

    private static Guarantee none() {
        return new Guarantee.None();
    }

    private static Guarantee records() {
        return new Guarantee.RecordLevel(50, 1e-5, 2, 6, 1, 40, 685, 1, 19, 1 << 20, 1L << 40);
    }

    private static Plan plan(EarlyClose early, Guarantee guarantee) {
        Plan plan = Consortium.plan(7, 1, 0, 4, SECONDS);
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                new Training(Training.Mode.FEDSGD, 40, 1, 0, 0.5, 0),
                new Plan.Aggregation(
                        6,
                        1,
                        2,
                        16,
                        100,
                        SECONDS,
                        Rounding.STOCHASTIC,
                        Rotation.NONE,
                        1,
                        Optional.empty(),
                        SumAudit.OFF,
                        early),
                new Plan.Evaluation(0, 7, 10),
                plan.release(),
                guarantee,
                plan.seed());
    }
}
