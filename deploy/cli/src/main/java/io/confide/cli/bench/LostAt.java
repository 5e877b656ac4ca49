package io.confide.cli.bench;

import java.util.Locale;

/** The step at which sites fall silent; the steps before they still answer. */
public enum LostAt {
    /** No answer to the proposal of the epoch: the set-up goes on without them. */
    SETUP,
    /** Silent when shares are dealt: the attempt fails, and the next one is made without them. */
    SHARE,
    /** They join the round and send no input: their pair masks must be taken off. */
    UPLOAD,
    /** Their input is in the sum, but they neither sign nor reveal. */
    UNMASK;

    /** The name as people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the lost sites are in the epoch at all. */
    boolean isInRound() {
        return switch (this) {
            case SETUP, SHARE -> false;
            case UPLOAD, UNMASK -> true;
        };
    }
}
