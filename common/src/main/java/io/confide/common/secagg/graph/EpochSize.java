package io.confide.common.secagg.graph;

/** Rule B (PROTOCOL.md §3.2): how many rounds one set-up may be for. */
public final class EpochSize {
    public static final int ROUNDS_MIN = 16;
    public static final int ROUNDS_MAX = 4096;

    /** Two shares and one pair seed per neighbour and round. */
    private static final long SITE_BYTES_PER_ROUND = 96;

    private static final long SITE_BYTES_MAX = 8L << 20;

    /** A sealed share, a blob entry and a hash per directed pair and round. */
    private static final long SERVER_BYTES_PER_ROUND = 128;

    private static final long SERVER_BYTES_MAX = 512L << 20;

    private EpochSize() {}

    /** The largest B for {@code n} sites with {@code neighbours} each. */
    public static int roundsMax(int n, int neighbours) {
        long site = SITE_BYTES_MAX / (SITE_BYTES_PER_ROUND * neighbours);
        long server = SERVER_BYTES_MAX / (SERVER_BYTES_PER_ROUND * n * neighbours);
        return Math.toIntExact(Math.max(ROUNDS_MIN, Math.min(ROUNDS_MAX, Math.min(site, server))));
    }
}
