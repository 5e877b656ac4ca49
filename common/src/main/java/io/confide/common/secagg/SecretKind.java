package io.confide.common.secagg;

/** Which of a site's two round secrets a share belongs to; at most one of the two is ever opened (PROTOCOL.md §3.3). */
public enum SecretKind {
    /** b_i,r: opens the self mask of a site whose input is in the sum. */
    SELF(1),
    /** w_i,r: opens the recovery blob of a site that dropped out. */
    RECOVERY(2);

    private final int code;

    SecretKind(int code) {
        this.code = code;
    }

    /** The u8 of the layouts: 1 or 2. */
    public int code() {
        return code;
    }

    /** The kind of a u8; throws {@link IllegalArgumentException} for others. */
    public static SecretKind of(int code) {
        return switch (code) {
            case 1 -> SELF;
            case 2 -> RECOVERY;
            default -> throw new IllegalArgumentException("there is no share type " + code);
        };
    }
}
