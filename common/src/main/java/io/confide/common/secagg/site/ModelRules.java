package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;

/**
 * The part of check K10 that needs the approved plan: the protocol has verified hashes and
 * signatures, this decides whether the site wants to compute it. Called once per opening.
 */
@FunctionalInterface
public interface ModelRules {
    /**
     * Returns {@link Verdict#PERMITTED} only if {@code offer.config} is a task of the approved plan,
     * {@code offer.codec} is byte for byte the codec of that task, policy and grants still permit it,
     * and the model is {@link Origin#LAST_RESULT} or one that the plan names.
     */
    Verdict check(Offer offer);

    /**
     * @param sites how many sites the round is opened for: |U1|
     * @param model SHA-256 of the model bytes that the coordinator offers
     * @param origin whether the model is the newModelHash of the newest signed result
     */
    record Offer(long round, int sites, Bytes config, Bytes codec, Digest model, Origin origin) {}

    enum Origin {
        LAST_RESULT,
        OTHER
    }

    enum Verdict {
        PERMITTED,
        REFUSED
    }
}
