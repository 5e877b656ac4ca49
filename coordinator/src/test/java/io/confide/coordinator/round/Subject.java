package io.confide.coordinator.round;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.RoundMachine.Step;

import java.util.List;
import java.util.SortedSet;

/** The machine under test, so that a mutant can stand in its place. */
interface Subject {
    default Step open(RoundRules rules, SortedSet<SiteId> members, SortedSet<SiteId> connected) {
        return RoundMachine.open(rules, members, connected);
    }

    default Step step(RoundState state, RoundEvent event) {
        return RoundMachine.step(state, event);
    }

    default List<RoundEffect> outstanding(RoundState state) {
        return RoundMachine.outstanding(state);
    }

    /** Which vectors the shell adds up: those whose fold the machine accepted. */
    default Adding adding() {
        return Adding.ACCEPTED;
    }

    enum Adding {
        ACCEPTED,
        EVERYTHING_THAT_ARRIVES
    }

    Subject REAL = new Subject() {};
}
