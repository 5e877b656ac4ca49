package io.confide.common.privacy;

/**
 * Noise that the sites add in equal shares before the secure sum: each share has the variance σ²/(S_min − c), so that the
 * fewest survivors a round may have, less the assumed colluders, still add σ².
 *
 * <p>A site that adds no noise, or noise it chose, counts as a colluder for everybody. A colluder that is not among the
 * survivors of a round takes nothing away.
 */
public record NoiseShares(int minimumSurvivors, int colluders) {
    private static final int SITES_MAX = 1_000_000;

    public NoiseShares {
        Require.that(
                minimumSurvivors >= 1 && minimumSurvivors <= SITES_MAX,
                "The fewest survivors must be 1 to a million sites, not " + minimumSurvivors);
        Require.that(
                colluders >= 0 && colluders < minimumSurvivors,
                "The colluding sites must be 0 to "
                        + (minimumSurvivors - 1)
                        + ", fewer than the fewest survivors, not "
                        + colluders);
    }

    /** One site's standard deviation over that of the whole noise. */
    public double share() {
        return 1 / Math.sqrt(minimumSurvivors - colluders);
    }

    /**
     * The standard deviation that is left over σ, seen by somebody who knows the shares of {@code colluding} of {@code
     * survivors} sites: √((S − t)/(S_min − c)). At least 1 within what was assumed.
     */
    public double left(int survivors, int colluding) {
        Require.that(
                survivors >= minimumSurvivors && survivors <= SITES_MAX,
                "A round with "
                        + survivors
                        + " survivors is not opened: it needs "
                        + minimumSurvivors);
        Require.that(
                colluding >= 0 && colluding <= colluders,
                "Nothing is promised against "
                        + colluding
                        + " colluding sites: "
                        + colluders
                        + " were assumed");
        return Math.sqrt((double) (survivors - colluding) / (minimumSurvivors - colluders));
    }
}
