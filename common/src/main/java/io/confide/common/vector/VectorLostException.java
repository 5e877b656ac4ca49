package io.confide.common.vector;

/** The bytes of a {@link StoredVector} cannot be read any more. */
public final class VectorLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public VectorLostException(Throwable cause) {
        super(cause);
    }
}
