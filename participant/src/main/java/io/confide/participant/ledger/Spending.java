package io.confide.participant.ledger;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one account comes to.
 *
 * @param studies that something was reserved for
 * @param datasets that something was reserved from
 * @param epsilon that was spent, at the budget's δ, by Rényi accounting; infinite if its charges do not add up
 * @param epsilonReserved the same if everything that is reserved is committed too
 * @param left part of the budget that is neither spent nor reserved, 0 to 1, at the order of the account's filter
 * @param releases that were charged
 * @param reserved releases that are set aside
 */
public record Spending(
        Account account,
        Collection<String> studies,
        Collection<String> datasets,
        double epsilon,
        double epsilonReserved,
        double left,
        long releases,
        long reserved) {
    public Spending {
        studies = sorted(studies);
        datasets = sorted(datasets);
    }

    private static Set<String> sorted(Collection<String> names) {
        return Collections.unmodifiableSet(new TreeSet<>(names));
    }
}
