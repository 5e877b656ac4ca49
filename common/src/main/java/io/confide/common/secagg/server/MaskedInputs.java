package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.secagg.server.Acceptance.Reason;
import io.confide.common.vector.Words;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The masked vectors of one round: each is held against its signed header, then added once, whole (R1,
 * R3). Until when this may happen is the round's affair.
 *
 * <p>Memory: one vector, and those verified but not added yet.
 */
final class MaskedInputs {
    private final ReadyEpoch epoch;
    private final ContextFields context;
    private final Digest ctx;
    private final SortedMap<Integer, SignedBody> headers = new TreeMap<>();
    private final SortedMap<Integer, Waiting> waiting = new TreeMap<>();
    private final SortedMap<Integer, UploadProof> proofs = new TreeMap<>();
    private final long[] sum;

    /** A verified vector that is not in the sum yet. */
    private record Waiting(UploadProof proof, Bytes vector) {}

    /** @param words length of every vector */
    MaskedInputs(ReadyEpoch epoch, ContextFields context, int words) {
        this.epoch = epoch;
        this.context = context;
        this.ctx = context.ctx();
        this.sum = new long[words];
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
        if (headers.containsKey(site)) {
            return rejected(Reason.CONFLICT);
        }
        headers.put(site, header);
        return new Acceptance.Accepted();
    }

    /** Keeps a vector that hashes to what its header says; it waits for {@link #add}. */
    Acceptance verify(int site, SignedBody header, Bytes vector) {
        Acceptance checked = checkHeader(site, header);
        boolean known = proofs.containsKey(site) || waiting.containsKey(site);
        if (checked instanceof Acceptance.Rejected || known) {
            return checked;
        }
        if (vector.length() != (long) Words.BYTES * sum.length) {
            return rejected(Reason.MALFORMED);
        }
        Digest hash = VectorHash.ofBytes(vector.unsafeArray());
        boolean right =
                HeaderBody.parse(header.body())
                        .filter(body -> body.vectorHash().equals(hash))
                        .isPresent();
        if (!right) {
            return rejected(Reason.WRONG_HASH);
        }
        var proof = new UploadProof(hash.value(), header.signature());
        waiting.put(site, new Waiting(proof, vector));
        return new Acceptance.Accepted();
    }

    /** Adds the verified vector of {@code site}; nothing if there is none or it is in already. */
    void add(int site) {
        Optional.ofNullable(waiting.remove(site))
                .ifPresent(
                        input -> {
                            Words.addInto(sum, input.vector.unsafeArray());
                            proofs.put(site, input.proof);
                        });
    }

    /** What {@link #verify} accepted from {@code site}; empty if nothing. */
    Optional<UploadProof> proof(int site) {
        return Optional.ofNullable(waiting.get(site))
                .map(input -> input.proof)
                .or(() -> Optional.ofNullable(proofs.get(site)));
    }

    /** Returns the proofs of exactly what is in the sum. */
    SortedMap<Integer, UploadProof> proofs() {
        return new TreeMap<>(proofs);
    }

    /** The sum itself, not a copy: whoever takes the masks off does so in place. */
    long[] sum() {
        return sum;
    }

    private static Acceptance rejected(Reason reason) {
        return new Acceptance.Rejected(reason);
    }
}
