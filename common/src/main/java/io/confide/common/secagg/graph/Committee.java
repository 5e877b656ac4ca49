package io.confide.common.secagg.graph;

import io.confide.common.secagg.graph.Hypergeometric.Draw;

import java.util.Optional;

/**
 * Who signs the statements of a large roster (PROTOCOL.md §3.6): the first sites of a second public order.
 *
 * @param size s
 * @param corruptBound c_s: more of the s members collude only with probability 2^−40
 */
public record Committee(int size, int corruptBound) {
    /** From this roster size on a committee signs in place of all accepted sites. */
    public static final int ROSTER_MIN = 1000;

    private static final int SIZE_MIN = 5;

    /**
     * The smallest committee of {@code n} sites that keeps its quorum when {@code dropouts} are away, but for 2^−30; empty
     * if there is none.
     */
    public static Optional<Committee> find(int n, int colluders, int dropouts) {
        var tails = new Hypergeometric(n);
        int corrupt = 0;
        int absent = 0;
        for (int size = SIZE_MIN; size < n; size++) {
            corrupt = tails.bound(new Draw(colluders, size), corrupt, 1, SparseParameters.SIGMA);
            absent = tails.bound(new Draw(dropouts, size), absent, 1, SparseParameters.ETA);
            var committee = new Committee(size, corrupt);
            if (size - absent >= committee.quorum()) {
                return Optional.of(committee);
            }
        }
        return Optional.empty();
    }

    /** q_s = ⌊(s + c_s)/2⌋ + 1: two quorums share an honest member. */
    public int quorum() {
        return (size + corruptBound) / 2 + 1;
    }
}
