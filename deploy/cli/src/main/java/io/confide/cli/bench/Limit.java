package io.confide.cli.bench;

/**
 * What the processor must do at least, whatever the code around it: a site expands a mask of its own and one per neighbour
 * of the cohort; the server adds the included inputs, and expands a self mask for each and a pair mask for each with every
 * neighbour that joined and sent nothing. Hashes, signatures and the encoding are not in it.
 */
record Limit(double siteSeconds, double serverSeconds) {
    /** @param neighbours of a site, if all of the cohort are there */
    static Limit of(
            HostRates.Rates rates, long vectorBytes, int neighbours, int cohort, int included) {
        double vector = vectorBytes;
        double left = (double) neighbours * included / (cohort - 1);
        double masks = included + (cohort - included) * left;
        return new Limit(
                (neighbours + 1) * vector / rates.mask(),
                included * vector / rates.add() + masks * vector / rates.mask());
    }
}
