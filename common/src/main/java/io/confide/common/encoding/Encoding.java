package io.confide.common.encoding;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Makes a vector leaf by leaf, canaries included, so that it need not be in memory as a whole (PROTOCOL.md §4). */
public final class Encoding {
    private final Deque<Part> parts = new ArrayDeque<>();
    private final int words;
    private int made;

    /** The words that are left of a segment. */
    private static final class Part {
        private final SegmentCodec.Encoder encoder;
        private long left;

        Part(SegmentCodec.Encoder encoder, long left) {
            this.encoder = encoder;
            this.left = left;
        }
    }

    /** @param words of the vector */
    Encoding(List<SegmentCodec> codecs, List<SegmentCodec.Encoder> encoders, int words) {
        for (int at = 0; at < encoders.size(); at++) {
            parts.add(new Part(encoders.get(at), codecs.get(at).words()));
        }
        this.words = words;
    }

    /** The words of the vector. */
    public int words() {
        return words;
    }

    /**
     * Puts the next leaf into {@code into} from {@code at} on; all but the last have {@link Canaries#LEAF_WORDS} words.
     *
     * @return how many words it has; 0 after the last
     * @throws IllegalArgumentException if a value in it is NaN or infinite, or a count or integer cannot be one
     */
    public int next(long[] into, int at) {
        int leaf = Math.min(Canaries.LEAF_WORDS, words - made);
        if (leaf == 0) {
            return 0;
        }
        int canary = at + leaf - 1;
        for (int to = at; to < canary; ) {
            var part = parts.element();
            int some = (int) Math.min(canary - to, part.left);
            part.encoder.next(into, to, some);
            part.left -= some;
            to += some;
            if (part.left == 0) {
                parts.remove();
            }
        }
        into[canary] = 1;
        made += leaf;
        return leaf;
    }
}
