package io.confide.coordinator.port;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.vector.VectorSum;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The members of a cluster, each of which adds up the inputs that were uploaded to it (PROTOCOL.md R2 to R5), for whoever leads
 * the job. Nothing here blocks; answers come on any thread.
 */
public interface PartialSums {
    /**
     * Has {@code input}, whose header the caller has checked, verified and added by the member to which its site is connected.
     *
     * @param words length of the vector
     */
    void fold(Claims.Input input, int words, Consumer<Folding> answer);

    /** What became of an input. */
    enum Folding {
        /** It is in the sum of a member. */
        FOLDED,
        /** It is not whole where it should be, or its member is gone: its site has to be asked again. */
        MISSING,
        /** It does not hash to what its header says. */
        WRONG_HASH,
        /** The site has uploaded another vector before. */
        ANOTHER_INPUT
    }

    /**
     * Seals the sums of every member that is there (R4) and adds them up; a sealed member adds nothing until {@link #unseal}. A
     * member that does not answer is fenced and left out, and so is one whose bytes do not have the hash that it says.
     */
    void gather(JobId job, long round, int words, Consumer<Gathered> answer);

    /**
     * The sum of {@code partials}. Whoever is given it closes it.
     *
     * @param hash SHA-256 of the little-endian words of {@code sum}
     * @param partials those that are in it, none of them empty
     */
    record Gathered(VectorSum sum, Digest hash, List<Partial> partials) {
        public Gathered {
            partials = List.copyOf(partials);
        }
    }

    /** Lets the members go on adding (R5: gen+1, with P_m and F_m as they are). */
    void unseal(JobId job, long round);

    /** Fetches a partial sum that was recorded, from a sealed member that still has it; the answer has the recorded hash, or is empty. */
    void again(
            JobId job,
            long round,
            int words,
            Partial partial,
            Consumer<Optional<VectorSum>> answer);

    /** The round is over: every member forgets its sum and what was staged. */
    void discard(JobId job, long round);
}
