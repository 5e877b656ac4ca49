package io.confide.common.secagg.site;

import io.confide.common.model.Digest;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.LeafProof;
import io.confide.common.secagg.RevealBody;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SecretKind;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.StoredVector;
import io.confide.common.vector.VectorLostException;

import java.util.Optional;

/**
 * The leaf of this site's masked input that is audited (PROTOCOL.md §3.10). It leaves only if this site's own plan asks for it,
 * for the one statement that the shares beside it are for, and only of an input that is in its sum and that the coordinator has.
 */
final class OwnLeaf {
    private OwnLeaf() {}

    /**
     * @param shares that leave in the same message
     * @param header that this process signed in the round
     * @param upload the input, as long as it is in memory; after that it is looked for where inputs are kept
     */
    static Optional<LeafProof> of(
            SiteSetting setting,
            RevealBody shares,
            Optional<SignedBody> header,
            Optional<Reaction.Upload> upload) {
        var own = Optional.ofNullable(shares.shares().get(setting.self()));
        boolean included = own.filter(share -> share.kind() == SecretKind.SELF).isPresent();
        if (setting.audit() == SumAudit.OFF || !included) {
            return Optional.empty();
        }
        long round = shares.round().round();
        return header.flatMap(signed -> HeaderBody.parse(signed.body()))
                .flatMap(
                        sent ->
                                upload.map(Reaction.Upload::vector)
                                        .or(
                                                () ->
                                                        setting.ports()
                                                                .inputs()
                                                                .find(setting.job(), round))
                                        .flatMap(
                                                input ->
                                                        proof(
                                                                input,
                                                                shares.statementHash(),
                                                                sent.vectorHash())));
    }

    /** Nothing rests on the leaf, so what cannot be read any more, or is not what was sent, is left out. */
    private static Optional<LeafProof> proof(StoredVector input, Digest statement, Digest hash) {
        if (input.length() == 0) {
            return Optional.empty();
        }
        int leaf = RoundLayout.auditedLeaf(statement, VectorHash.leaves(input.length()));
        try {
            return Optional.of(VectorHash.proof(input, leaf))
                    .filter(proof -> VectorHash.holds(proof, leaf, input.length(), hash));
        } catch (VectorLostException _) {
            return Optional.empty();
        }
    }
}
