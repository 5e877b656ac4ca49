package io.confide.coordinator.port;

import java.util.Optional;

/** What a job costs: as its plan lets expect, and as it was so far. Nothing in here is about one site alone. */
public record CostView(Planned planned, SoFar soFar) {

    /**
     * An estimate from the plan alone, if nobody drops out and no round is repeated; the key set-up is not in it. Bytes are
     * those of one site, seen from the site: up is what it sends. Where sites are summed in groups, a group counts as the largest,
     * and a site has one round of each task.
     *
     * @param rounds of the whole job
     * @param folds models that are trained only to be evaluated on the rows they did not see; 0: nothing is evaluated
     * @param groups that are summed apart, one after the other; 1: all sites make one sum
     * @param roundUpBytes of a training round
     * @param upBytes of all rounds
     * @param inputBytes masked inputs of all rounds, of all sites together: what {@link SoFar#inputBytes} grows to
     */
    public record Planned(
            int rounds,
            int folds,
            int groups,
            long roundUpBytes,
            long roundDownBytes,
            long upBytes,
            long downBytes,
            long inputBytes) {}

    /**
     * @param rounds whose sum was opened
     * @param givenUp those that ended without one
     * @param medianSeconds of the rounds whose sum was opened; empty without any
     * @param inputBytes masked inputs in these sums, of all sites together
     */
    public record SoFar(int rounds, int givenUp, Optional<Double> medianSeconds, long inputBytes) {}
}
