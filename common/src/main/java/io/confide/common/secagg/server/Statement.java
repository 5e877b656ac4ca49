package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SiteSet;

import java.util.SortedMap;

/** S_r of one round, fixed once (R6): its headers, who signed it, and the shares that are asked for under it. */
record Statement(IncludedHeaders headers, Bytes body, RevealedShares shares, Ballot ballot) {
    /**
     * @param proofs the headers of U3
     * @param voters who may sign
     * @param signer for the questions about wrong secrets (R11)
     */
    static Statement of(
            ReadyEpoch epoch,
            ContextFields context,
            SortedMap<Integer, UploadProof> proofs,
            SiteSet voters,
            Disputes.Signer signer) {
        var headers = new IncludedHeaders(epoch.graph(), proofs);
        SiteSet included = headers.included();
        Bytes body =
                RoundLayout.statement(context.round(), context.ctx(), included, headers.root());
        var shares = new RevealedShares(epoch, context, included, Digest.of(body), signer);
        return new Statement(headers, body, shares, new Ballot(epoch, voters, body));
    }

    /** U3. */
    SiteSet included() {
        return headers.included();
    }
}
