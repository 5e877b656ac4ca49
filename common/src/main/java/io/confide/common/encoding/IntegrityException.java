package io.confide.common.encoding;

/** A sum that cannot have come from honest inputs or complete unmasking; it is discarded and the round fails. */
public final class IntegrityException extends Exception {
    private static final long serialVersionUID = 1L;

    public IntegrityException(String sentence) {
        super(sentence);
    }
}
