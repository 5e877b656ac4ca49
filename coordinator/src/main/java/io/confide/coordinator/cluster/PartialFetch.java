package io.confide.coordinator.cluster;

import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;
import io.confide.coordinator.aggregate.MemberSums;
import io.confide.coordinator.port.Partial;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Adds the sealed sum of one member to a sum, a few pieces ahead; blocking. */
final class PartialFetch {
    private static final Logger LOG = LoggerFactory.getLogger(PartialFetch.class);

    /** 4 MiB. */
    static final int PIECE_WORDS = 512 * 1024;

    private static final int AHEAD = 4;

    private final Asking asking;
    private final int words;

    /** Asks a member; throws ConfideException if it does not answer. */
    interface Asking {
        byte[] ask(String member, PeerMail.ReadSum question);
    }

    PartialFetch(Asking asking, int words) {
        this.asking = asking;
        this.words = words;
    }

    /** Where a partial sum is, and what it should be. */
    record Held(String member, MemberSums.Place place, Partial partial) {}

    /**
     * Returns whether what {@code held} says was added to {@code sum}; anything may have been added otherwise.
     */
    boolean addTo(VectorSum sum, Held held) {
        var pieces = Executors.newVirtualThreadPerTaskExecutor();
        boolean isWhole = false;
        try {
            isWhole = addTo(sum, held, pieces);
        } catch (ConfideException e) {
            LOG.warn("event=sumNotFetched member={}", held.partial().member(), e);
        } finally {
            if (!isWhole) {
                pieces.shutdownNow();
            }
            pieces.close();
        }
        return isWhole;
    }

    private boolean addTo(VectorSum sum, Held held, ExecutorService pieces) {
        var hash = Digest.sha256();
        Deque<Future<byte[]>> coming = new ArrayDeque<>();
        int asked = 0;
        for (int done = 0; done < words; ) {
            while (coming.size() < AHEAD && asked < words) {
                int from = asked;
                int count = Math.min(PIECE_WORDS, words - from);
                var question = new PeerMail.ReadSum(held.place(), from, count);
                coming.add(pieces.submit(() -> asking.ask(held.member(), question)));
                asked += count;
            }
            byte[] piece = get(coming.remove());
            if (piece.length != Words.BYTES * Math.min(PIECE_WORDS, words - done)) {
                LOG.warn("event=sumNotThere member={}", held.partial().member());
                return false;
            }
            hash.update(piece);
            sum.add(done, piece);
            done += piece.length / Words.BYTES;
        }
        boolean isIt = new Digest(Bytes.wrap(hash.digest())).equals(held.partial().hash());
        if (!isIt) {
            LOG.error("event=sumIsAnother member={}", held.partial().member());
        }
        return isIt;
    }

    /** Of a thread that is to be interrupted by nobody. */
    static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while members were asked", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ConfideException known) {
                throw known;
            }
            throw new IllegalStateException("asking a member failed", e);
        }
    }
}
