package io.confide.common.model;

/**
 * Separate sums of fixed random groups of sites (PROTOCOL.md §6). The coordinator turns the means of the groups into one model,
 * so that sites that poison their updates spoil the mean of their own group alone.
 *
 * @param count G
 * @param combine how G means become one
 * @param tolerated f: so many means may be anything; at most {@link #toleratedMax}
 */
public record Groups(int count, Combine combine, int tolerated) {
    public static final int COUNT_MIN = 3;
    public static final int COUNT_MAX = 64;

    public Groups {
        if (count < COUNT_MIN || count > COUNT_MAX) {
            throw new IllegalArgumentException(
                    "there are %d to %d groups, not %d".formatted(COUNT_MIN, COUNT_MAX, count));
        }
        if (tolerated < 1 || tolerated > toleratedMax(combine, count)) {
            throw new IllegalArgumentException(
                    "of %d groups %d cannot be spoiled".formatted(count, tolerated));
        }
    }

    /** What is made of the means. */
    public enum Combine {
        /** Of each coordinate on its own, the middle value, or the mean of the two in the middle. */
        MEDIAN,
        /** Of each coordinate on its own, the mean without the f lowest and the f highest. */
        TRIMMED_MEAN,
        /** The one mean whose G−f−2 nearest ones are nearest. */
        KRUM,
        /** The mean of the G−f that {@link #KRUM} would choose first. */
        MULTI_KRUM
    }

    /** The most groups of {@code count} that {@code combine} bears; below 1 if it needs more groups to bear any. */
    public static int toleratedMax(Combine combine, int count) {
        return switch (combine) {
            case MEDIAN, TRIMMED_MEAN -> (count - 1) / 2;
            case KRUM, MULTI_KRUM -> (count - 3) / 2;
        };
    }

    /** The fewest groups with which {@code combine} bears one that is spoiled. */
    public static int countMin(Combine combine) {
        return switch (combine) {
            case MEDIAN, TRIMMED_MEAN -> COUNT_MIN;
            case KRUM, MULTI_KRUM -> 5;
        };
    }
}
