package io.confide.common.wire;

/** Named bounds of everything that comes from a peer. Beyond them a frame is refused with {@link WireException}. */
public final class WireLimits {
    /** A whole frame. A Deal of 20 sites and 4096 rounds has about 11 MB. */
    public static final int FRAME_BYTES_MAX = 16 << 20;

    /** Roster indices are below this. */
    public static final int SITES_MAX = 10_000;

    public static final int SIGNED_BODY_BYTES_MAX = 4 << 20;
    public static final int PLAN_BYTES_MAX = 1 << 20;
    public static final int CONFIG_BYTES_MAX = 64 << 10;
    public static final int CODEC_BYTES_MAX = 64 << 10;

    /** A vector that travels as chunks. */
    public static final long VECTOR_BYTES_MAX = 8L << 30;

    /** Jobs that go on over a restart of the coordinator. */
    public static final int JOBS_MAX = 4096;

    public static final int DATASETS_MAX = 256;
    public static final int COLUMNS_MAX = 4096;
    public static final int NAME_CHARS_MAX = 256;
    public static final int REASONS_MAX = 64;
    public static final int REASON_CHARS_MAX = 2000;

    /** 64 bytes per round of the epoch and a tag. */
    public static final int SHARE_CIPHERTEXT_BYTES_MAX = 64 * 4096 + 16;

    /** 32 bytes per neighbour and a tag. */
    public static final int RECOVERY_BLOB_BYTES_MAX = 32 * SITES_MAX + 16;

    /** A path in a tree of one leaf per site and per round: a count and at most 14 steps (PROTOCOL.md §3.1). */
    public static final int PATH_BYTES_MAX = 4 + 14 * 33;

    public static final int COMPLAINTS_MAX = SITES_MAX;

    /** Failed rounds with the same inputs; a job gives up long before. */
    public static final int ABORTED_MAX = 16;

    public static final int EPOCH_ROUNDS_MAX = 4096;

    /** The end of the year 9999. */
    public static final long CLOCK_MILLIS_MAX = 253_402_300_799_999L;

    /** Frames that wait for an acknowledgement; more end the session. */
    public static final int UNACKNOWLEDGED_MAX = 1024;

    /** After this many received frames without one of ours, an Acknowledge is owed at once. */
    public static final int UNANSWERED_MAX = 32;

    private WireLimits() {}
}
