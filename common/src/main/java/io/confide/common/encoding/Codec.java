package io.confide.common.encoding;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.vector.VectorSum;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Turns the named real vectors and counts of a round into words that are summed modulo 2^64, and the sum back
 * (PROTOCOL.md §4). Segments follow each other, each starting at a new word; the coordinator and every site make the codec
 * from the plan and compare its bytes (K10).
 */
public final class Codec {
    public static final int SEGMENTS_MAX = 64;
    public static final int ROSTER_MAX = 10_000;

    private final List<Segment> segments;
    private final List<SegmentCodec> codecs;
    private final int rosterSize;
    private final int words;

    private Codec(List<Segment> segments, int rosterSize) {
        this.segments = List.copyOf(segments);
        this.rosterSize = rosterSize;
        requireForm();
        var placed = new ArrayList<SegmentCodec>();
        long dataWords = 0;
        for (Segment segment : this.segments) {
            var codec = SegmentCodec.of(segment, rosterSize);
            placed.add(codec);
            dataWords += codec.words();
        }
        this.codecs = List.copyOf(placed);
        this.words = Canaries.totalWords(dataWords);
    }

    /**
     * The codec of {@code segments} for sums of up to {@code rosterSize} sites. Throws {@link IllegalArgumentException} if
     * names repeat, the vector would not fit an array, or a lane would be too narrow.
     */
    public static Codec of(List<Segment> segments, int rosterSize) {
        return new Codec(segments, rosterSize);
    }

    /** The most bits of a real that take no more bytes than {@code bits} do, when {@code rosterSize} sites are summed. */
    public static int bitsAtTheSameSize(int bits, int rosterSize) {
        return Lanes.bitsAtTheSameSize(bits, rosterSize);
    }

    /** The words of one vector, canaries included. */
    public int words() {
        return words;
    }

    /** The segments in order. */
    public List<Segment> segments() {
        return segments;
    }

    /** N, that the lanes have room for. */
    public int rosterSize() {
        return rosterSize;
    }

    /**
     * The vector of {@code payload}: one array per segment, by name. Values outside a range are clipped (see {@link
     * #clipped}); codes are rounded up or down at random so that their mean is exact. {@code rounding} must be backed by a
     * cryptographic generator, and draws one double per real that is rounded stochastically.
     *
     * @throws IllegalArgumentException if a name or length differs, a value is NaN or infinite, or a count is not an
     *     integer in 0..2^40−1
     */
    public long[] encode(Map<String, double[]> payload, RandomGenerator rounding) {
        return whole(encoding(payload, rounding));
    }

    /** As {@link #encodingOf} of values that are in memory. */
    public Encoding encoding(Map<String, double[]> payload, RandomGenerator rounding) {
        return encodingOf(views(payload), rounding);
    }

    /**
     * The same leaf by leaf, from values that may be anywhere. They are read once, in order.
     *
     * @throws IllegalArgumentException if a name or length differs; of a value, when its leaf is made
     */
    public Encoding encodingOf(Map<String, Values> payload, RandomGenerator rounding) {
        requireNames(payload);
        return new Encoding(
                codecs,
                codecs.stream()
                        .map(codec -> codec.encoder(values(codec.segment(), payload), rounding))
                        .toList(),
                words);
    }

    private static long[] whole(Encoding encoding) {
        long[] vector = new long[encoding.words()];
        for (int at = 0; at < vector.length; ) {
            at += encoding.next(vector, at);
        }
        return vector;
    }

    private static Map<String, Values> views(Map<String, double[]> payload) {
        var views = new HashMap<String, Values>();
        payload.forEach((name, values) -> views.put(name, Values.of(values)));
        return views;
    }

    /**
     * The vector of a payload that is nothing but {@code integers}; no floating point is involved.
     *
     * @throws IllegalArgumentException if this codec has another segment, the length differs, or an integer is larger than
     *     a lane can hold
     */
    public long[] encode(long[] integers) {
        if (codecs.size() != 1 || !(codecs.getFirst() instanceof IntegersCodec codec)) {
            throw new IllegalArgumentException("this codec is not for integers alone");
        }
        if (integers.length != codec.segment().length()) {
            throw new IllegalArgumentException(
                    "the payload needs %d integers, not %d"
                            .formatted(codec.segment().length(), integers.length));
        }
        return whole(new Encoding(codecs, List.of(codec.encoder(integers)), words));
    }

    /** How many reals of {@code payload} lie outside their range and are clipped; for the site's own log only. */
    public long clipped(Map<String, double[]> payload) {
        var views = views(payload);
        requireNames(views);
        long count = 0;
        for (SegmentCodec codec : codecs) {
            count += codec.clipped(values(codec.segment(), views));
        }
        return count;
    }

    /**
     * The sums of {@code included} inputs by segment name, in segment order. Throws {@link IntegrityException} if a canary
     * is not {@code included} or a lane holds more than that many inputs can add up to.
     */
    public Map<String, double[]> decode(long[] sum, int included) throws IntegrityException {
        var decoded = new LinkedHashMap<String, double[]>();
        var decoding = decoding(included, into(decoded));
        requireWords(sum.length);
        Canaries.check(sum, included);
        for (int at = 0; at < sum.length; ) {
            at += decoding.next(sum, at);
        }
        return Collections.unmodifiableMap(decoded);
    }

    /** As {@link #decode(long[], int)}. */
    public Map<String, double[]> decode(VectorSum sum, int included) throws IntegrityException {
        if (sum.array().isPresent()) {
            return decode(sum.array().get(), included);
        }
        var decoded = new LinkedHashMap<String, double[]>();
        decode(sum, included, into(decoded));
        return Collections.unmodifiableMap(decoded);
    }

    /** As {@link #decode(long[], int)}; what is decoded goes to {@code taker}, also before a later leaf is refused. */
    public void decode(VectorSum sum, int included, Decoding.Taker taker)
            throws IntegrityException {
        var decoding = decoding(included, taker);
        requireWords(sum.words());
        long[] leaf = new long[Math.min(Canaries.LEAF_WORDS, words)];
        for (int at = 0; at < words; ) {
            sum.read(at, leaf, Math.min(leaf.length, words - at));
            at += decoding.next(leaf, 0);
        }
    }

    private Decoding.Taker into(Map<String, double[]> decoded) {
        segments.forEach(segment -> decoded.put(segment.name(), new double[segment.length()]));
        return (segment, from, values, count) ->
                System.arraycopy(
                        values, 0, decoded.getOrDefault(segment.name(), values), from, count);
    }

    private void requireWords(int given) throws IntegrityException {
        if (given != words) {
            throw new IntegrityException("a sum has %d words, not %d".formatted(words, given));
        }
    }

    /** The same leaf by leaf; what is decoded goes to {@code taker}, also before a later leaf is refused. */
    public Decoding decoding(int included, Decoding.Taker taker) {
        if (included < 1 || included > rosterSize) {
            throw new IllegalArgumentException(
                    "%d of %d sites cannot be included".formatted(included, rosterSize));
        }
        return new Decoding(codecs, words, included, taker);
    }

    /** The canonical bytes, see {@link CodecLayout}. */
    public Bytes bytes() {
        return CodecLayout.bytes(segments, rosterSize);
    }

    /** The codec of exactly these bytes; throws {@link IllegalArgumentException} if they are malformed. */
    public static Codec parse(Bytes body) {
        return CodecLayout.parse(body)
                .orElseThrow(() -> new IllegalArgumentException("malformed codec bytes"));
    }

    /** SHA-256 of {@link #bytes()}. */
    public Digest hash() {
        return Digest.of(bytes());
    }

    private void requireForm() {
        if (segments.isEmpty() || segments.size() > SEGMENTS_MAX) {
            throw new IllegalArgumentException(
                    "a codec has 1 to %d segments".formatted(SEGMENTS_MAX));
        }
        if (rosterSize < 1 || rosterSize > ROSTER_MAX) {
            throw new IllegalArgumentException(
                    "a codec is for 1 to %d sites, not %d".formatted(ROSTER_MAX, rosterSize));
        }
        var names = new HashSet<String>();
        for (Segment segment : segments) {
            if (!names.add(segment.name())) {
                throw new IllegalArgumentException("two segments have the name " + segment.name());
            }
        }
    }

    private void requireNames(Map<String, Values> payload) {
        if (payload.size() != segments.size()) {
            throw new IllegalArgumentException(
                    "the payload has %d parts, the codec %d"
                            .formatted(payload.size(), segments.size()));
        }
    }

    private static Values values(Segment segment, Map<String, Values> payload) {
        Values values = payload.get(segment.name());
        if (values == null || values.length() != segment.length()) {
            throw new IllegalArgumentException(
                    "the payload needs %d values named %s"
                            .formatted(segment.length(), segment.name()));
        }
        return values;
    }
}
