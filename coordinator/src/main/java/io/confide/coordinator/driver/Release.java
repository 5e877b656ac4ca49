package io.confide.coordinator.driver;

import io.confide.common.artifact.ModelFacts;
import io.confide.common.governance.Action;
import io.confide.common.governance.Target;
import io.confide.coordinator.port.Decisions;
import io.confide.coordinator.round.RoundState;

/** What a completed job leaves: its models, with what is said of how they came about. */
final class Release {
    private final JobParts parts;
    private final Decisions governor;
    private long roundsDone;
    private int leastIncluded = Integer.MAX_VALUE;

    Release(JobParts parts, Decisions governor) {
        this.parts = parts;
        this.governor = governor;
    }

    /** After a restart: {@code rounds} are done already, the smallest with {@code least} inputs. */
    void goesOn(long rounds, int least) {
        roundsDone = rounds;
        leastIncluded = least;
    }

    /** One more round is done. */
    void counted(RoundState end) {
        roundsDone++;
        if (end instanceof RoundState.Done done) {
            leastIncluded = Math.min(leastIncluded, done.included().size());
        }
    }

    /** Notes the files, if it is permitted. */
    void make() {
        var facts = parts.facts();
        var wish = facts.plan().release();
        governor.require(
                Governor.COORDINATOR,
                Action.RELEASE_MODEL,
                new Target.Model(facts.job(), wish, wish));
        var cohort =
                new ModelFacts.Cohort(
                        facts.everybody().size(), facts.threshold(), roundsDone, leastIncluded);
        var now = parts.shell().clock().instant();
        parts.journal().note(Artifacts.of(facts, parts.models(), cohort, now));
    }
}
