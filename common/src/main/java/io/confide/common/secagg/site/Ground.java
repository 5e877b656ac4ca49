package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.ComplaintBody;
import io.confide.common.secagg.SignedBody;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * The only ground for a complaint (K6): bytes with the accused's valid signature over the own T1 that are invalid by their
 * own content. Bytes that are missing, or are not the signed ones, are the coordinator's fault.
 *
 * @param shown what the accused signed
 */
record Ground(ComplaintBody.Reason reason, SignedBody shown) {
    /** Signs a complaint for each of {@code grounds}, by accused; with what the accused signed it is in the evidence log first. */
    static List<SignedBody> complain(
            SiteSetting setting, Digest t1, SortedMap<Integer, Ground> grounds) {
        var complaints = new ArrayList<SignedBody>();
        grounds.forEach(
                (accused, ground) -> {
                    Bytes body =
                            new ComplaintBody(t1, accused, setting.self(), ground.reason).bytes();
                    var complaint = new SignedBody(body, setting.identity().sign(body));
                    setting.ports()
                            .records()
                            .recordEvidence(
                                    new SiteRecords.Evidence(
                                            setting.job(),
                                            Check.K6,
                                            0,
                                            List.of(ground.shown, complaint)));
                    complaints.add(complaint);
                });
        return complaints;
    }
}
