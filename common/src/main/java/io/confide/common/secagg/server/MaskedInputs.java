package io.confide.common.secagg.server;

import io.confide.common.model.Digest;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorSum;
import io.confide.common.vector.Words;

import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The masked vectors of one round: each is held against its signed header, then added once, whole (R1,
 * R3). Until when this may happen is the round's affair.
 *
 * <p>Memory: the sum, and what is in memory of the vectors that are verified but not added yet.
 */
final class MaskedInputs {
    private final ReadyEpoch epoch;
    private final ContextFields context;
    private final Digest ctx;
    private final SortedMap<Integer, SignedBody> headers = new TreeMap<>();
    private final SortedMap<Integer, Waiting> waiting = new TreeMap<>();
    private final SortedMap<Integer, UploadProof> proofs = new TreeMap<>();
    private final SortedMap<Integer, UploadProof> earlier = new TreeMap<>();
    private final SortedSet<Integer> lost = new TreeSet<>();
    private final VectorSum sum;
    private final SumAudit audit;
    private final SortedMap<Integer, StoredVector> kept = new TreeMap<>();
    private boolean isClosed;

    /** A verified vector that is not in the sum yet. */
    private record Waiting(UploadProof proof, StoredVector vector) {}

    /**
     * @param words length of every vector
     * @param audit whether vectors stay at hand after they were added: small ones in memory, others where they were staged
     */
    MaskedInputs(ReadyEpoch epoch, ContextFields context, int words, SumAudit audit) {
        this.epoch = epoch;
        this.context = context;
        this.ctx = context.ctx();
        this.sum = VectorSum.zeros(words);
        this.audit = audit;
    }

    /** What sites uploaded to a process before this one: nothing else is taken from them (R1, R7). */
    void remember(SortedMap<Integer, UploadProof> uploads) {
        earlier.putAll(uploads);
    }

    /** A process before this one fixed U3 with these proofs; its sum is lost, so every vector has to come again (R7). */
    void restore(SortedMap<Integer, UploadProof> included) {
        earlier.putAll(included);
        proofs.putAll(included);
        lost.addAll(included.keySet());
    }

    /** Whether {@code site} is in U3 but its vector is not in the sum of this process. */
    boolean isLost(int site) {
        return lost.contains(site);
    }

    /** Every vector of U3 is in the sum. */
    void requireWhole() {
        if (!lost.isEmpty()) {
            throw new IllegalStateException("inputs of the sum are still missing");
        }
    }

    /** Keeps a header that the site signed for this round; a site has one. */
    Acceptance checkHeader(int site, SignedBody header) {
        if (!context.opened().contains(site)) {
            return rejected(Reason.UNEXPECTED);
        }
        if (header.equals(headers.get(site))) {
            return new Acceptance.Accepted();
        }
        Optional<HeaderBody> body = HeaderBody.parse(header.body());
        if (body.isEmpty()) {
            return rejected(Reason.MALFORMED);
        }
        boolean same =
                body.get().round().equals(context.round())
                        && body.get().site() == site
                        && body.get().ctx().equals(ctx);
        if (!same) {
            return rejected(Reason.OTHER_CONTEXT);
        }
        if (!epoch.keys().isBySite(site, header.body(), header.signature())) {
            return rejected(Reason.BAD_SIGNATURE);
        }
        UploadProof before = earlier.get(site);
        boolean another = before != null && !before.signature().equals(header.signature());
        if (another || headers.containsKey(site)) {
            return rejected(Reason.CONFLICT);
        }
        headers.put(site, header);
        return new Acceptance.Accepted();
    }

    /** Keeps a vector that hashes to what its header says; it waits for {@link #add}. */
    Acceptance verify(int site, SignedBody header, StoredVector vector) {
        Acceptance checked = checkHeader(site, header);
        boolean known = waiting.containsKey(site) || (proofs.containsKey(site) && !isLost(site));
        if (checked instanceof Acceptance.Rejected || known) {
            return checked;
        }
        if (vector.length() != (long) Words.BYTES * sum.words()) {
            return rejected(Reason.MALFORMED);
        }
        Digest hash = VectorHash.of(vector);
        boolean right =
                HeaderBody.parse(header.body())
                        .filter(body -> body.vectorHash().equals(hash))
                        .isPresent();
        if (!right) {
            return rejected(Reason.WRONG_HASH);
        }
        var proof = new UploadProof(hash.value(), header.signature());
        if (earlier.containsKey(site) && !proof.equals(earlier.get(site))) {
            return rejected(Reason.CONFLICT);
        }
        waiting.put(site, new Waiting(proof, vector));
        return new Acceptance.Accepted();
    }

    /** Adds the verified vector of {@code site}; nothing if there is none or it is in already. */
    void add(int site) {
        Optional.ofNullable(waiting.remove(site))
                .filter(_ -> !isClosed)
                .ifPresent(
                        input -> {
                            sum.add(input.vector);
                            proofs.put(site, input.proof);
                            lost.remove(site);
                            if (audit == SumAudit.ON) {
                                kept.put(site, input.vector);
                            }
                        });
    }

    /** What {@link #verify} accepted from {@code site}; empty if nothing. */
    Optional<UploadProof> proof(int site) {
        return Optional.ofNullable(waiting.get(site))
                .map(input -> input.proof)
                .or(() -> Optional.ofNullable(proofs.get(site)));
    }

    /** Returns the proofs of exactly what is in the sum, or of U3 while a lost sum is made again. */
    SortedMap<Integer, UploadProof> proofs() {
        return new TreeMap<>(proofs);
    }

    /** The vectors in the sum, if they were to stay at hand. */
    SortedMap<Integer, StoredVector> kept() {
        return kept;
    }

    /** The sum itself, not a copy: whoever takes the masks off does so in place. */
    VectorSum sum() {
        return sum;
    }

    /** The sum is not needed any more; what still waits is not added to it. */
    void close() {
        isClosed = true;
        sum.close();
        kept.clear();
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }
}
