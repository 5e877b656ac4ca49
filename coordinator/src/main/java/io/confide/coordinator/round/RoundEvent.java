package io.confide.coordinator.round;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;

/** A fact that has already happened and was checked. Carries whatever time or chance decided, so that replay needs neither. */
public sealed interface RoundEvent {
    /** A fact about one site; only those of U1 count. */
    sealed interface FromSite extends RoundEvent {
        SiteId site();
    }

    /** The input of {@code site} matched its signed header and is in the sum (R1, R3). */
    record InputFolded(SiteId site, UploadProof proof) implements FromSite {}

    /** The connection of {@code site} broke. */
    record SiteLost(SiteId site) implements FromSite {}

    /** The same process of {@code site} is connected again. */
    record SiteReturned(SiteId site) implements FromSite {}

    /** {@code site} was away for the whole grace. */
    record GracePassed(SiteId site) implements FromSite {}

    /** {@code site} refused a message of this round; {@code check} is the id of its check. */
    record SiteDeclined(SiteId site, String check) implements FromSite {}

    /** What {@code site} sent in this round cannot be used; {@code why} is a code. */
    record MessageUnusable(SiteId site, String why) implements FromSite {}

    /** The time for {@code phase} is over. */
    record DeadlinePassed(Phase phase) implements RoundEvent {}

    /** A valid signature of S_r. */
    record SignVerified(SiteId site, Bytes signature) implements FromSite {}

    /** A well-formed reveal for S_r. */
    record RevealVerified(SiteId site) implements FromSite {}

    /** The sum is open and the server step taken; {@link Digest#ZERO} if the task changes no model. */
    record Unmasked(Digest newModel) implements RoundEvent {}

    /** A rebuilt secret or a canary was wrong: nothing of this round may be used. */
    record IntegrityBroken() implements RoundEvent {}

    /** The coordinator that led this round is gone. */
    record LeaderLost() implements RoundEvent {}

    /**
     * Another process leads this round from now on: the vectors and shares that were in the memory of the one before are
     * gone, and nobody is connected to it yet.
     */
    record TakenOver() implements RoundEvent {}

    /** What can run out of time. */
    enum Phase {
        COLLECTING,
        /** As long as the sites of the round usually need ({@link UsualTimes}): it closes only a round that has a sum. */
        USUAL,
        /** Too few inputs, and those missing are away: how long to wait for their return. */
        RETURN,
        SIGNING,
        REVEALING,
        /** A secret came out wrong: how long to wait for proofs and further shares (R11). */
        UNMASKING
    }
}
