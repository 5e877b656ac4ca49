package io.confide.participant.app;

import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.Partition;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.Identity;
import io.confide.participant.vault.RosterPin;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Among how many sites a plan sums this one's inputs, by the roster that its steward pinned. */
final class SummedWith {
    private SummedWith() {}

    /** Those of the roster or of the site's group; empty if nothing is pinned, or the roster does not make the groups. */
    static OptionalInt sites(Home home, SiteId site, Plan plan) {
        return RosterPin.read(home)
                .flatMap(roster -> Partition.around(site, roster, plan.aggregation().groups()))
                .stream()
                .flatMapToInt(over -> IntStream.of(over.size()))
                .findFirst();
    }

    /** Those of the site's group; empty also where the plan has no groups. */
    static OptionalInt group(Home home, Plan plan) {
        return plan.aggregation().groups().isEmpty()
                ? OptionalInt.empty()
                : sites(home, Identity.open(home).card().site(), plan);
    }
}
