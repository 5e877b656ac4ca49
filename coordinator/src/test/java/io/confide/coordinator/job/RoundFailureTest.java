package io.confide.coordinator.job;

import static io.confide.coordinator.job.Job.set;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.Drop;
import io.confide.coordinator.round.Roll;
import io.confide.coordinator.round.RoundRules;
import io.confide.coordinator.round.RoundState;
import io.confide.coordinator.round.RoundState.FailureReason;

import org.junit.jupiter.api.Test;

import java.util.SortedMap;
import java.util.TreeMap;

class RoundFailureTest {
    private static final RoundRules RULES = new RoundRules(9, 9, 9, RoundRules.Vote.ALWAYS);
    private static final Drop LOST = new Drop(Drop.Step.UPLOAD, new Drop.Cause.Lost());
    private static final Drop AWAY = new Drop(Drop.Step.OPEN, new Drop.Cause.NotConnected());

    private static String of(SortedMap<SiteId, Drop> dropped) {
        var roll = new Roll(set("a", "b", "c"), set(), dropped);
        return RoundFailure.of(
                        7, RULES, new RoundState.Failed(roll, set("a"), FailureReason.TOO_FEW))
                .sentence();
    }

    @Test
    void fewAreNamedWithTheReasonAndTheMoment() {
        var dropped = new TreeMap<SiteId, Drop>();
        dropped.put(new SiteId("b"), LOST);
        dropped.put(new SiteId("c"), AWAY);
        assertEquals(
                "Round 7 has the inputs of only 1 sites and needs 9; missing: b (connection lost,"
                        + " before its input was stored), c (not connected when the round opened)."
                        + " Start the missing sites and retry the job.",
                of(dropped));
    }

    /** A sentence with two hundred names is read by nobody. */
    @Test
    void ofManyIsToldHowManyWereMissingHow() {
        var dropped = new TreeMap<SiteId, Drop>();
        for (int i = 1; i <= 200; i++) {
            dropped.put(new SiteId("site-" + i), i <= 30 ? AWAY : LOST);
        }
        assertEquals(
                "Round 7 has the inputs of only 1 sites and needs 9; missing: 200 sites (170"
                        + " connection lost, before its input was stored; 30 not connected when the"
                        + " round opened). Start the missing sites and retry the job.",
                of(dropped));
    }
}
