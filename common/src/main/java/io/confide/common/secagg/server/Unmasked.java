package io.confide.common.secagg.server;

import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteSet;

/** The end of the unmasking of a round. */
public sealed interface Unmasked {
    /**
     * The sum of the inputs of a round, words modulo 2^64. The canaries are still to be checked against
     * the number of included sites (R8).
     */
    final class Sum implements Unmasked {
        private final long[] words;
        private final SiteSet included;

        Sum(long[] words, SiteSet included) {
            this.words = words;
            this.included = included;
        }

        /** Returns the words, without a copy. */
        public long[] words() {
            return words;
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
