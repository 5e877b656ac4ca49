package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.vector.VectorSum;

import java.util.SortedMap;
import java.util.SortedSet;

/** The way into a round for sums of verified vectors that others have made (PROTOCOL.md R4 to R7). */
public final class SumElsewhere {
    private final MaskedInputs inputs;
    private final boolean isFixed;

    SumElsewhere(MaskedInputs inputs, boolean isFixed) {
        this.inputs = inputs;
        this.isFixed = isFixed;
    }

    /**
     * Takes a sum of exactly these inputs, whose headers and vectors were verified; nothing was added by the round itself, and
     * U3 is not fixed yet. It belongs to the round from now on.
     */
    public void take(VectorSum sum, SortedMap<Integer, UploadProof> made) {
        requireOpen();
        inputs.take(sum, made);
    }

    /** Forgets what {@link #take} brought; U3 is not fixed yet. */
    public void giveBack() {
        requireOpen();
        inputs.giveBack();
    }

    private void requireOpen() {
        if (isFixed) {
            throw new IllegalStateException("the set of included sites is fixed");
        }
    }

    /** The sum over U3 that a process before this one fixed: what is made of the same vectors must have this hash (R7). */
    public void expect(Digest sum) {
        inputs.expect(sum);
    }

    /**
     * Adds a sum of the vectors of {@code sites}, all of which a process before this one had in its own; returns false, and adds
     * nothing, if one of them has come again by itself.
     */
    public boolean addAgain(VectorSum part, SortedSet<Integer> sites) {
        return inputs.addAgain(part, sites);
    }
}
