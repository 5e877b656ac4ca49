package io.confide.common.secagg.server;

import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.vector.VectorSum;

/** The end of the unmasking of a round. */
public sealed interface Unmasked {
    /**
     * The sum of the inputs of a round, words modulo 2^64. The canaries are still to be checked against
     * the number of included sites (R8).
     */
    final class Sum implements Unmasked {
        private final VectorSum vector;
        private final SiteSet included;

        Sum(VectorSum vector, SiteSet included) {
            this.vector = vector;
            this.included = included;
        }

        /** Returns the sum itself, until its round is closed. */
        public VectorSum vector() {
            return vector;
        }

        /** Returns all its words. */
        public long[] words() {
            return vector.toArray();
        }

        /** U3. */
        public SiteSet included() {
            return included;
        }
    }

    /** A secret came out wrong, or shares are missing because of one that did: ask what {@link Disputes#questions} says. */
    record Unclear() implements Unmasked {}

    /** Nothing of the round may be used. */
    record Failed(ResultBody.Status status) implements Unmasked {}
}
