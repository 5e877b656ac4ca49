package io.confide.common.secagg.graph;

import io.confide.common.secagg.graph.Hypergeometric.Draw;

import java.util.Optional;

/**
 * The neighbourhoods of the sparse graph (PROTOCOL.md §3.5, §3.6). A ring over all N is drawn after corruption and absence
 * are fixed, so the corrupt among any given positions are a hypergeometric draw; a union bound over the N windows and
 * the N neighbourhoods keeps each of the two failures below 2^−(σ+1), both together below 2^−σ.
 *
 * @param k neighbours of a site, an even number
 * @param neighbourBound c_k: more of the k neighbours of any site collude only with probability 2^−(σ+1)
 * @param windowBound c_w: more of k/2 consecutive ring positions collude only with probability 2^−(σ+1)
 * @param liveMax the most shares that are there after the assumed dropouts, but for 2^−η
 */
public record SparseParameters(int k, int neighbourBound, int windowBound, int liveMax) {
    /** σ: bits of statistical security per epoch. */
    public static final int SIGMA = 40;

    /** η: a round fails for want of neighbours with probability 2^−η at most, if no more than the assumed sites drop. */
    public static final int ETA = 30;

    /**
     * The smallest graph for {@code n} sites of which {@code colluders} collude and {@code dropouts} may be away; empty
     * if every smaller-than-complete one fails.
     */
    public static Optional<SparseParameters> find(int n, int colluders, int dropouts) {
        if (colluders < 0 || dropouts < 0 || colluders > n || dropouts > n) {
            throw new IllegalArgumentException("colluders and dropouts are among the sites");
        }
        var tails = new Hypergeometric(n);
        int corruptWindow = 0;
        int corruptNeighbours = 0;
        int absentWindow = 0;
        int absentNeighbours = 0;
        for (int k = 2; k < n; k += 2) {
            int window = k / 2;
            corruptWindow = tails.bound(new Draw(colluders, window), corruptWindow, n, SIGMA + 1);
            corruptNeighbours =
                    tails.bound(new Draw(colluders, k), corruptNeighbours, n, SIGMA + 1);
            absentWindow = tails.bound(new Draw(dropouts, window), absentWindow, n, ETA + 1);
            absentNeighbours = tails.bound(new Draw(dropouts, k), absentNeighbours, n, ETA + 1);
            boolean livesOn =
                    window - absentWindow > corruptWindow
                            && k - absentNeighbours > corruptNeighbours;
            if (livesOn) {
                return Optional.of(
                        new SparseParameters(
                                k, corruptNeighbours, corruptWindow, k - absentNeighbours));
            }
        }
        return Optional.empty();
    }

    /** The smallest t that keeps a secret from the colluders among the holders: c_k + 1. */
    public int thresholdMin() {
        return neighbourBound + 1;
    }

    /** t: half-way between what colluders may know and what may drop out, but never above what lives. */
    public int threshold() {
        return Math.min(liveMax, (k + neighbourBound) / 2 + 1);
    }

    /** c_w + 1: members of U3 in every k/2 consecutive ring positions (K16). */
    public int windowMin() {
        return windowBound + 1;
    }
}
