package io.confide.common.secagg.site;

import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody.Reason;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.NeighbourGraph;
import io.confide.common.secagg.S3Body;
import io.confide.common.secagg.SignedBody;

import java.util.List;
import java.util.Optional;

/**
 * The S3 of the neighbours as one site received them, and what K4 says of each: theirs and sound, theirs and unsound, or not
 * theirs. Only the second is a ground for a complaint.
 */
final class ReceivedKems {
    private final int self;
    private final ActiveChecks checks;
    private final Transcript transcript;
    private final NeighbourGraph graph;
    private final CoordinatorMessage.Kems message;

    /** Requires that nothing came from strangers, and that the own S3 came back. */
    ReceivedKems(
            int self,
            ActiveChecks checks,
            Transcript transcript,
            NeighbourGraph graph,
            CoordinatorMessage.Kems message)
            throws RefusedException {
        this.self = self;
        this.checks = checks;
        this.transcript = transcript;
        this.graph = graph;
        this.message = message;
        var around = graph.around(self);
        for (int site : message.s3().keySet()) {
            checks.require(Check.K4, around.contains(site));
        }
        checks.require(Check.K4, isAuthentic(self));
    }

    /** Refuses what {@code peer} did not sign over this transcript; else empty, or why it is unsound. */
    Optional<Ground> check(int peer) throws RefusedException {
        if (!isAuthentic(peer) && checks.isOn(Check.K4)) {
            checks.require(Check.K4, !checks.isOn(Check.K6));
            return Optional.of(
                    new Ground(Reason.KEM, sent(peer).orElse(transcript.signedHello(peer))));
        }
        boolean sound =
                body(peer)
                        .filter(
                                body ->
                                        List.copyOf(body.ciphertextHashes().keySet())
                                                .equals(graph.neighboursAbove(peer)))
                        .isPresent();
        return sound ? Optional.empty() : Optional.of(new Ground(Reason.KEM, signed(peer)));
    }

    /** The ciphertext of a lower neighbour for this site. */
    Bytes ciphertext(int peer) throws RefusedException {
        return checks.requirePresent(
                Check.K4, Optional.ofNullable(message.ciphertexts().get(peer)));
    }

    SignedBody signed(int peer) throws RefusedException {
        return checks.requirePresent(Check.K4, sent(peer));
    }

    private Optional<SignedBody> sent(int peer) {
        return Optional.ofNullable(message.s3().get(peer));
    }

    private Optional<S3Body> body(int peer) {
        return sent(peer).flatMap(signed -> S3Body.parse(signed.body()));
    }

    /** Whether {@code peer} signed the body over the own T1, and the ciphertext beside it is the signed one. */
    private boolean isAuthentic(int peer) {
        Bytes prefix = LayoutWriter.of(Label.KEM).raw(transcript.t1()).u32(peer).toBytes();
        boolean signed =
                sent(peer)
                        .filter(each -> each.body().startsWith(prefix))
                        .filter(each -> checks.keys().isBySite(peer, each))
                        .isPresent();
        Optional<Digest> promised = body(peer).map(body -> body.ciphertextHashes().get(self));
        Optional<Digest> got = Optional.ofNullable(message.ciphertexts().get(peer)).map(Digest::of);
        return signed && (promised.isEmpty() || promised.equals(got));
    }
}
