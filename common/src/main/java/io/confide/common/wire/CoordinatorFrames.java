package io.confide.common.wire;

import io.confide.common.wire.v1.CoordinatorFrame;

/** The bodies the coordinator sends, except those of the secure aggregation protocol. */
final class CoordinatorFrames {
    private CoordinatorFrames() {}

    static void put(CoordinatorBody body, CoordinatorFrame.Builder frame) {
        switch (body) {
            case CoordinatorBody.Welcome(var clock, var session) ->
                    frame.getWelcomeBuilder()
                            .setClockMillis(clock.toEpochMilli())
                            .setResumed(session == CoordinatorBody.Session.RESUMED);
            case CoordinatorBody.PlanOffer(var job, var plan) ->
                    frame.getPlanOfferBuilder().setJob(Fields.raw(job)).setPlan(Fields.raw(plan));
            case CoordinatorBody.JobEnded(var job, var outcome) ->
                    frame.getJobEndedBuilder().setJob(Fields.raw(job)).setOutcome(outcome);
            case CoordinatorBody.Acknowledge() -> frame.getAcknowledgeBuilder();
            case CoordinatorBody.Protocol(var message) ->
                    CoordinatorProtocolFrames.put(message, frame);
        }
    }

    static CoordinatorBody read(CoordinatorFrame frame) throws WireException {
        return switch (frame.getBodyCase()) {
            case WELCOME ->
                    new CoordinatorBody.Welcome(
                            Fields.clock(frame.getWelcome().getClockMillis()),
                            frame.getWelcome().getResumed()
                                    ? CoordinatorBody.Session.RESUMED
                                    : CoordinatorBody.Session.NEW);
            case PLAN_OFFER ->
                    new CoordinatorBody.PlanOffer(
                            Fields.job(frame.getPlanOffer().getJob()),
                            Fields.atMost(
                                    "plan",
                                    frame.getPlanOffer().getPlan(),
                                    WireLimits.PLAN_BYTES_MAX));
            case JOB_ENDED ->
                    new CoordinatorBody.JobEnded(
                            Fields.job(frame.getJobEnded().getJob()),
                            Fields.text(
                                    "outcome",
                                    frame.getJobEnded().getOutcome(),
                                    WireLimits.REASON_CHARS_MAX));
            case ACKNOWLEDGE -> new CoordinatorBody.Acknowledge();
            case PROPOSAL,
                    HELLOS,
                    SEEDS,
                    KEMS,
                    DEALS,
                    SUMMARY,
                    EPOCH_CERT,
                    OPEN,
                    PROPOSE,
                    CERT,
                    FAST_CERT,
                    RESULT,
                    BLAME ->
                    new CoordinatorBody.Protocol(CoordinatorProtocolFrames.read(frame));
            case BODY_NOT_SET -> throw new WireException("the frame has no body");
        };
    }
}
