package io.confide.cli.bench;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.graph.SparseParameters;
import io.confide.common.vector.Words;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is measured.
 *
 * @param sites N of the roster
 * @param dimension d: reals of one update
 * @param bits b: bits of one encoded real
 * @param colluders C
 * @param lost sites lost, of N
 * @param rounds measured rounds
 * @param warmup rounds before them that are not counted
 * @param sample sites that are measured; if that is not all, the others do not check again what another has checked
 * @param graph complete up to {@value #COMPLETE_SITES_MAX} sites; a sparse one is made for a tenth of the sites away, or for
 *     as many as are lost if that is more
 */
public record Workload(
        int sites,
        int dimension,
        int bits,
        int colluders,
        int lost,
        LostAt lostAt,
        int rounds,
        int warmup,
        MaskGraph graph,
        int sample) {
    public static final int SITES_MIN = 3;
    public static final int SITES_MAX = Roster.MEMBERS_MAX;
    public static final int COMPLETE_SITES_MAX = SecAggPolicy.COMPLETE_SITES_MAX;
    public static final int ROUNDS_MAX = 4096;

    /** Up to this many sites all are measured, unless a sample is asked for. */
    public static final int ALL_MEASURED_MAX = 1000;

    private static final double RANGE = 1;
    private static final long FIXED_BYTES = 96L << 20;
    private static final long PAIR_ROUND_BYTES = 400;
    // Per pair of sites that verify each other, with what a key may take in a roster of more than
    // 256.
    private static final long PAIR_BYTES = 3500;
    private static final int PPM = 1_000_000;
    private static final int DROPOUTS_PPM_MIN = PPM / 10;

    /** On the complete graph. */
    Workload(
            int sites,
            int dimension,
            int bits,
            int colluders,
            int lost,
            LostAt lostAt,
            int rounds,
            int warmup) {
        this(sites, dimension, bits, colluders, lost, lostAt, rounds, warmup, MaskGraph.COMPLETE);
    }

    /** Measured on all sites. */
    Workload(
            int sites,
            int dimension,
            int bits,
            int colluders,
            int lost,
            LostAt lostAt,
            int rounds,
            int warmup,
            MaskGraph graph) {
        this(sites, dimension, bits, colluders, lost, lostAt, rounds, warmup, graph, sites);
    }

    /** Throws {@link IllegalArgumentException} with a sentence for a person if this cannot be run. */
    public Workload {
        require(sites >= SITES_MIN, "A sum needs at least 3 sites, not " + sites + ".");
        require(
                sites <= SITES_MAX,
                "A roster has at most %d sites, not %d.".formatted(SITES_MAX, sites));
        require(
                graph == MaskGraph.SPARSE || sites <= COMPLETE_SITES_MAX,
                "More than %d sites need --graph sparse.".formatted(COMPLETE_SITES_MAX));
        require(dimension >= 1, "A vector has at least 1 value, not " + dimension + ".");
        require(
                bits >= Segment.Reals.BITS_MIN && bits <= Segment.Reals.BITS_MAX,
                "A value is encoded in %d to %d bits, not %d."
                        .formatted(Segment.Reals.BITS_MIN, Segment.Reals.BITS_MAX, bits));
        require(
                colluders >= 0 && colluders <= sites - 2,
                "Of %d sites 0 to %d may collude, not %d.".formatted(sites, sites - 2, colluders));
        require(
                lost >= 0 && lost < sites,
                "Of %d sites 0 to %d can be lost, not %d.".formatted(sites, sites - 1, lost));
        require(rounds >= 1 && warmup >= 0, "At least 1 round is measured.");
        require(
                sample >= 1 && sample <= sites,
                "Of %d sites 1 to %d can be measured, not %d.".formatted(sites, sites, sample));
        require(
                (long) rounds + warmup <= ROUNDS_MAX,
                "An epoch has at most %d rounds, warm-up included.".formatted(ROUNDS_MAX));
        require(
                graph == MaskGraph.COMPLETE || sparse(sites, colluders, lost).isPresent(),
                ("No sparse graph of %d sites bears %d colluders and %d dropouts. Choose fewer"
                                + " --colluders, a smaller --dropout, or more --sites.")
                        .formatted(sites, colluders, dropouts(sites, lost)));
    }

    /** The share of sites that the sparse graph bears to be away. */
    int deltaPpm() {
        return deltaPpm(sites, lost);
    }

    private static int deltaPpm(int sites, int lost) {
        int least = Math.toIntExact(Math.ceilDiv((long) lost * PPM, (long) sites));
        return Math.max(DROPOUTS_PPM_MIN, least);
    }

    private static int dropouts(int sites, int lost) {
        return Math.toIntExact((long) deltaPpm(sites, lost) * sites / PPM);
    }

    private static Optional<SparseParameters> sparse(int sites, int colluders, int lost) {
        return SparseParameters.find(sites, colluders, dropouts(sites, lost));
    }

    /** How many others a site shares masks with, if all are there. */
    int neighbours() {
        return switch (graph) {
            case COMPLETE -> sites - 1;
            case SPARSE -> sparse(sites, colluders, lost).orElseThrow().k();
        };
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** The sites that are measured: {@code sample} of those that are not lost, spread over the roster. */
    SiteSet measuredSites() {
        List<Integer> staying = SiteSet.all(sites).minus(lostSites()).indices();
        int measured = Math.min(sample, staying.size());
        return SiteSet.of(
                sites,
                IntStream.range(0, measured)
                        .mapToObj(i -> staying.get((int) ((long) i * staying.size() / measured)))
                        .toList());
    }

    /** Whether sites share what they checked, because only some of them are measured. */
    boolean isSampled() {
        return sample < sites;
    }

    /** The codec of the rounds. */
    Codec codec() {
        return Codec.of(List.of(new Segment.Reals(Payloads.UPDATE, dimension, RANGE, bits)), sites);
    }

    /** The distance of two neighbouring codes: the largest error of one site's value. */
    double step() {
        return new Segment.Reals(Payloads.UPDATE, dimension, RANGE, bits).step();
    }

    /** The sites that are lost, spread over the roster. */
    SiteSet lostSites() {
        return SiteSet.of(
                sites,
                IntStream.range(0, sites)
                        .filter(i -> (i + 1L) * lost / sites > (long) i * lost / sites)
                        .boxed()
                        .toList());
    }

    /** Throws unless {@code heapBytes} of heap are enough. */
    public void requireHeap(long heapBytes) {
        long vector = vectorBytes();
        require(
                vector <= Integer.MAX_VALUE,
                "One masked vector would have %s; vectors above 2 GB are not built yet. Choose a"
                                .formatted(Units.bytes((double) vector))
                        + " smaller --dimension or fewer --bits.");
        long needed = heapNeeded();
        require(
                needed <= heapBytes,
                ("This needs about %s of memory, and the process may use %s. Choose fewer --sites"
                                + " or a smaller --dimension, or set CONFIDE_JVM=-Xmx%dg.")
                        .formatted(
                                Units.bytes((double) needed),
                                Units.bytes((double) heapBytes),
                                Math.ceilDiv(needed + needed / 4, 1L << 30)));
    }

    private long vectorBytes() {
        int headroom = Integer.SIZE - Integer.numberOfLeadingZeros(sites - 1);
        long lanes = Long.SIZE / (bits + headroom);
        return Words.BYTES * Math.ceilDiv((long) dimension, lanes);
    }

    /** Every measured site keeps its masked vector until the outcome; the server keeps one sum, the bench another. */
    private long heapNeeded() {
        long pairs = (long) sites * (neighbours() + 1);
        return FIXED_BYTES
                + (sample + 6L) * vectorBytes()
                + 4L * Double.BYTES * dimension
                + pairs * (PAIR_BYTES + PAIR_ROUND_BYTES * (rounds + warmup));
    }
}
