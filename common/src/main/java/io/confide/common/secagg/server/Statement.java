package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.AuditRecord;
import io.confide.common.secagg.audit.CertifiedRound;

import java.util.Optional;
import java.util.SortedMap;

/** S_r of one round, fixed once (R6): its headers, who signed it, and the shares that are asked for under it. */
record Statement(
        IncludedHeaders headers,
        Bytes body,
        RevealedShares shares,
        Ballot ballot,
        Optional<AuditedLeaves> audited) {
    /**
     * @param proofs the headers of U3
     * @param voters who may sign
     * @param opening what the round was opened with
     * @param signer for the questions about wrong secrets (R11)
     */
    static Statement of(
            ReadyEpoch epoch,
            ContextFields context,
            SortedMap<Integer, UploadProof> proofs,
            SiteSet voters,
            RoundOpening opening,
            Disputes.Signer signer) {
        var headers = new IncludedHeaders(epoch.graph(), proofs);
        SiteSet included = headers.included();
        Bytes body =
                RoundLayout.statement(context.round(), context.ctx(), included, headers.root());
        Optional<AuditedLeaves> audited =
                switch (opening.audit()) {
                    case ON ->
                            Optional.of(
                                    new AuditedLeaves(proofs, Digest.of(body), opening.words()));
                    case OFF -> Optional.empty();
                };
        var shares =
                new RevealedShares(
                        epoch,
                        context,
                        included,
                        Digest.of(body),
                        signer,
                        audited.map(AuditedLeaves::seeds));
        return new Statement(headers, body, shares, new Ballot(epoch, voters, body), audited);
    }

    /** Step 6: the shares of {@code site}, and its leaf where sums are audited. */
    Acceptance reveal(int site, SiteMessage.Reveal message) {
        Acceptance taken = shares.accept(site, message);
        if (taken instanceof Acceptance.Accepted) {
            message.audited()
                    .ifPresent(proof -> audited.ifPresent(leaves -> leaves.take(site, proof)));
        }
        return taken;
    }

    /** See {@link RoundProtocol#audit}. */
    Optional<AuditRecord> record(
            Bytes roster, Bytes codec, CertifiedRound.Signed signed, MaskedInputs inputs) {
        return audited.map(
                leaves ->
                        new AuditRecord(
                                roster,
                                signed,
                                codec,
                                leaves.all(inputs.kept()),
                                leaves.seeds().self(),
                                leaves.seeds().pairs(),
                                leaves.of(inputs.sum())));
    }

    /** U3. */
    SiteSet included() {
        return headers.included();
    }
}
