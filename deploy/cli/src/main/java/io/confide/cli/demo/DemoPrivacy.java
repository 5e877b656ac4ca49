package io.confide.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.privacy.ObserverEpsilon;
import io.confide.common.privacy.PlanPrivacy;

import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a job with a guarantee cost every record.
 *
 * @param observers towards whom, given how many sites the smallest sum held; the certified row last
 */
record DemoPrivacy(Guarantee.RecordLevel terms, List<ObserverEpsilon> observers) {
    DemoPrivacy {
        observers = List.copyOf(observers);
    }

    /** Of the rounds as the coordinator tells them; empty without a guarantee. */
    static Optional<DemoPrivacy> of(Plan plan, JsonNode rounds) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ -> Optional.empty();
            case Guarantee.RecordLevel terms ->
                    Optional.of(
                            new DemoPrivacy(
                                    terms,
                                    PlanPrivacy.of(plan, terms)
                                            .observers(survivors(terms, rounds))));
        };
    }

    private static int survivors(Guarantee.RecordLevel terms, JsonNode rounds) {
        int least =
                StreamSupport.stream(rounds.spliterator(), false)
                        .mapToInt(round -> round.path("included").size())
                        .filter(included -> included > 0)
                        .min()
                        .orElse(0);
        return Math.max(terms.minimumSurvivors(), least);
    }
}
