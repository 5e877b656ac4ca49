package io.confide.common.wire;

import io.confide.common.model.JobId;
import io.confide.common.wire.v1.CoordinatorFrame;
import io.confide.common.wire.v1.Welcome;

import java.util.TreeSet;

/** The bodies the coordinator sends, except those of the secure aggregation protocol. */
final class CoordinatorFrames {
    private CoordinatorFrames() {}

    static void put(CoordinatorBody body, CoordinatorFrame.Builder frame) {
        switch (body) {
            case CoordinatorBody.Welcome(var clock, var session, var goesOn) ->
                    frame.getWelcomeBuilder()
                            .setClockMillis(clock.toEpochMilli())
                            .setResumed(session == CoordinatorBody.Session.RESUMED)
                            .addAllGoesOn(goesOn.stream().map(job -> Fields.raw(job)).toList());
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
            case WELCOME -> welcome(frame.getWelcome());
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

    private static CoordinatorBody welcome(Welcome proto) throws WireException {
        if (proto.getGoesOnCount() > WireLimits.JOBS_MAX) {
            throw new WireException("goes_on has over " + WireLimits.JOBS_MAX + " jobs");
        }
        var goesOn = new TreeSet<JobId>();
        for (var raw : proto.getGoesOnList()) {
            var job = Fields.job(raw);
            if (!goesOn.isEmpty() && goesOn.last().compareTo(job) >= 0) {
                throw new WireException("goes_on is not in ascending order");
            }
            goesOn.add(job);
        }
        return new CoordinatorBody.Welcome(
                Fields.clock(proto.getClockMillis()),
                proto.getResumed() ? CoordinatorBody.Session.RESUMED : CoordinatorBody.Session.NEW,
                goesOn);
    }
}
