package io.confide.common.encoding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Reads a sum leaf by leaf, so that neither the sum nor its values need be in memory as a whole. */
public final class Decoding {
    private final Deque<Part> parts = new ArrayDeque<>();
    private final int words;
    private final int included;
    private int read;

    /** Takes the decoded values of all segments, in order. */
    public interface Taker {
        /** The first {@code count} of {@code values}, which is used again, are elements {@code from} and on of {@code segment}. */
        void take(Segment segment, int from, double[] values, int count);
    }

    private static final class Part {
        private final SegmentCodec.Decoder decoder;
        private long left;

        Part(SegmentCodec.Decoder decoder, long left) {
            this.decoder = decoder;
            this.left = left;
        }
    }

    /** @param words of the vector */
    Decoding(List<SegmentCodec> codecs, int words, int included, Taker taker) {
        for (var codec : codecs) {
            var segment = codec.segment();
            parts.add(
                    new Part(
                            codec.decoder(
                                    included,
                                    (from, values, count) ->
                                            taker.take(segment, from, values, count)),
                            codec.words()));
        }
        this.words = words;
        this.included = included;
    }

    /**
     * Takes the next leaf, which stands in {@code sum} from {@code at} on; what it holds goes to the taker.
     *
     * @return how many words it has; 0 after the last
     * @throws IntegrityException if its canary is not the number of included inputs, or a lane holds more than that many
     *     inputs can add up to
     */
    public int next(long[] sum, int at) throws IntegrityException {
        int leaf = Math.min(Canaries.LEAF_WORDS, words - read);
        if (leaf == 0) {
            return 0;
        }
        int canary = at + leaf - 1;
        Canaries.check(sum[canary], read / Canaries.LEAF_WORDS, included);
        for (int from = at; from < canary; ) {
            var part = parts.element();
            int some = (int) Math.min(canary - from, part.left);
            part.decoder.next(sum, from, some);
            part.left -= some;
            from += some;
            if (part.left == 0) {
                parts.remove();
            }
        }
        read += leaf;
        return leaf;
    }
}
