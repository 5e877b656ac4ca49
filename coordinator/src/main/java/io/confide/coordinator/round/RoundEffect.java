package io.confide.coordinator.round;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

import java.util.SortedMap;
import java.util.SortedSet;

/** Work for the shell. Idempotent: performing an effect twice is the same as once. */
public sealed interface RoundEffect {
    /** Send Open to {@code sites}: U1, or those of it whose vectors have to come again. */
    record AskInputs(SortedSet<SiteId> sites) implements RoundEffect {}

    /** Wait the patience for {@code missing} to come back, then say that it passed. */
    record AwaitReturn(SortedSet<SiteId> missing) implements RoundEffect {}

    /** Send Propose with the headers of U3 to U1. */
    record Propose(SortedSet<SiteId> cohort, SortedMap<SiteId, UploadProof> included)
            implements RoundEffect {}

    /** Send the certificate: at least q signatures of S_r. */
    record SendCert(
            SortedSet<SiteId> cohort,
            SortedMap<SiteId, UploadProof> included,
            SortedMap<SiteId, Bytes> signatures)
            implements RoundEffect {}

    /** Send the certificate that needs no vote, with the headers of all of U1. */
    record SendFastCert(SortedSet<SiteId> cohort, SortedMap<SiteId, UploadProof> included)
            implements RoundEffect {}

    /** Rebuild the seeds from the shares of {@code revealed} and take the masks off the sum of {@code included}. */
    record Unmask(SortedSet<SiteId> included, SortedSet<SiteId> revealed) implements RoundEffect {}

    /** Publish the sum of {@code included} and tell the sites. */
    record PublishResult(SortedSet<SiteId> included, Digest newModel) implements RoundEffect {}

    /** Tell the sites that the round is over without a sum. */
    record PublishFailed(RoundState.FailureReason reason) implements RoundEffect {}
}
