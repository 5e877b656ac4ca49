package io.confide.common.privacy;

import java.util.List;

/**
 * {@code steps} releases of a noisy sum: who is protected, how units are sampled and how much noise there is. The noise
 * of a step may depend on earlier releases only through what was fixed here.
 *
 * <p>Sampling and relation must fit: Poisson sampling is accounted under {@link Relation#ADD_REMOVE}, batches of fixed
 * size under {@link Relation#REPLACE}. The other two have mixtures of their own, which are not built.
 */
public record PrivacyEvent(
        Relation relation, PrivacyUnit unit, Sampling sampling, Noise noise, long steps) {
    public PrivacyEvent {
        Require.that(
                steps >= 0 && steps <= Require.STEPS_MAX,
                "The number of steps must be 0 to 1e15, not " + steps);
        switch (sampling) {
            case Sampling.Poisson _ ->
                    Require.that(
                            relation == Relation.ADD_REMOVE,
                            "Poisson sampling is accounted under add-remove only: exchanging a unit"
                                    + " has another mixture, which is not built");
            case Sampling.FixedSize _ ->
                    Require.that(
                            relation == Relation.REPLACE,
                            "Batches of fixed size are accounted under replace only: the number of"
                                    + " units is public with them");
            case Sampling.Everyone _ -> {
                // Gaussian noise on the sum of all: either relation, with the sensitivity of that
                // relation
            }
        }
    }

    /** The same event with {@code factor} times the noise. */
    public PrivacyEvent scaled(double factor) {
        return new PrivacyEvent(relation, unit, sampling, noise.scaled(factor), steps);
    }

    /** Whether nothing of any unit is released: no steps, or nobody is ever sampled. */
    boolean isEmpty() {
        return steps == 0 || sampling.rate() == 0;
    }

    /** Refuses a list that is empty or mixes relations or units, whose guarantees do not add up. */
    static List<PrivacyEvent> requireAlike(List<PrivacyEvent> events) {
        Require.that(!events.isEmpty(), "There must be at least one event to account for");
        var first = events.getFirst();
        for (var event : events) {
            Require.that(
                    event.relation == first.relation && event.unit == first.unit,
                    "Events under different relations or units do not add up: "
                            + first.relation.word()
                            + " per "
                            + first.unit.word()
                            + " and "
                            + event.relation.word()
                            + " per "
                            + event.unit.word());
        }
        return List.copyOf(events);
    }
}
