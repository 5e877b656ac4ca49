package io.confide.participant.privacy;

/** How unlikely a count is: exact tails of binomial laws, term by term. */
public final class Tails {
    private Tails() {}

    /** Chance of a count as far from what is expected as {@code hits} of {@code trials}, on its side. */
    public static double of(int hits, int trials, double rate) {
        double below = 0;
        double above = 0;
        double term = trials * Math.log1p(-rate);
        for (int k = 0; k <= trials; k++) {
            below += k <= hits ? Math.exp(term) : 0;
            above += k >= hits ? Math.exp(term) : 0;
            term += Math.log((double) (trials - k) / (k + 1)) + Math.log(rate / (1 - rate));
        }
        return Math.min(below, above);
    }
}
