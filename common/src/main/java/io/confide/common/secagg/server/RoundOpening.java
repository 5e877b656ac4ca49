package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.RoundFields;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.VectorBody;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a round is opened with.
 *
 * @param cohort U1: accepted sites of the epoch, at least the smallest sum of the policy
 * @param model inline, or chunked for the data plane
 * @param modelHash SHA-256 of the model's bytes
 * @param words length of an encoded input with its canaries
 * @param lastModelResult the newest signed DONE result with a new model; empty only before the first
 * @param aborted of each failed round that had the same inputs
 * @param audit whether the plan asks for an audit of its sums
 */
public record RoundOpening(
        long round,
        SiteSet cohort,
        Bytes config,
        Bytes codec,
        VectorBody model,
        Digest modelHash,
        int words,
        Instant deadline,
        Optional<SignedBody> lastModelResult,
        List<AbortCert> aborted,
        SumAudit audit) {
    /** Of a plan without audit. */
    public RoundOpening(
            long round,
            SiteSet cohort,
            Bytes config,
            Bytes codec,
            VectorBody model,
            Digest modelHash,
            int words,
            Instant deadline,
            Optional<SignedBody> lastModelResult,
            List<AbortCert> aborted) {
        this(
                round,
                cohort,
                config,
                codec,
                model,
                modelHash,
                words,
                deadline,
                lastModelResult,
                aborted,
                SumAudit.OFF);
    }

    public RoundOpening {
        aborted = List.copyOf(aborted);
        if (words < 1) {
            throw new IllegalArgumentException("an input has at least one word");
        }
    }

    /** What ctx_r is made of. */
    ContextFields context(JobId job, Digest epochId) {
        return new ContextFields(
                new RoundFields(job, epochId, round),
                modelHash,
                Digest.of(config),
                Digest.of(codec),
                cohort);
    }

    /** The Open with its signed {@code body}. */
    CoordinatorMessage.Open message(JobId job, SignedBody body) {
        return new CoordinatorMessage.Open(
                job, body, config, codec, model, lastModelResult, aborted);
    }
}
