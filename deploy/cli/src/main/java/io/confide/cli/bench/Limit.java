package io.confide.cli.bench;

/**
 * What the processor must do at least, whatever the code around it: a site expands one mask per site of the cohort; the
 * server adds the included inputs, and expands a self mask for each and a pair mask for each with every site that joined
 * and sent nothing. Hashes, signatures and the encoding are not in it.
 */
record Limit(double siteSeconds, double serverSeconds) {
    static Limit of(HostRates.Rates rates, long vectorBytes, int cohort, int included) {
        double vector = vectorBytes;
        double masks = included + (double) (cohort - included) * included;
        return new Limit(
                cohort * vector / rates.mask(),
                included * vector / rates.add() + masks * vector / rates.mask());
    }
}
