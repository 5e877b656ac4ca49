package io.confide.coordinator.cluster;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.coordinator.aggregate.MemberSums;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/** What this member answers to leaders about the sums that it makes for them, once it makes any. */
final class SumAnswers {
    private volatile Optional<MemberSums> mine = Optional.empty();

    void areOf(MemberSums sums) {
        mine = Optional.of(sums);
    }

    /** Waits for nothing, and so keeps the order of what is told and asked. */
    void told(PeerMail.SumOrder order) {
        mine.ifPresent(
                sums -> {
                    switch (order) {
                        case PeerMail.Unseal(var leader, var job, var round) ->
                                sums.unseal(leader, job, round);
                        case PeerMail.Discard(var leader, var job, var round) ->
                                Thread.ofVirtual()
                                        .name("confide-discard")
                                        .start(() -> sums.discard(leader, job, round));
                    }
                });
    }

    /** May take long. */
    byte[] answer(PeerMail.SumQuestion question) {
        var sums =
                mine.orElseThrow(
                        () ->
                                new ConfideException(
                                        ErrorCode.UNREACHABLE,
                                        "This process adds nothing up yet."));
        return switch (question) {
            case PeerMail.Fold(var leader, var input, var words) ->
                    sums.fold(leader, input, words).name().getBytes(StandardCharsets.US_ASCII);
            case PeerMail.Seal(var leader, var job, var round) ->
                    PeerWriter.sealed(sums.seal(leader, job, round));
            case PeerMail.ReadSum(var place, var from, var count) ->
                    sums.read(place, from, count).orElseGet(() -> new byte[0]);
        };
    }

    void staged(JobId job, long round) {
        mine.ifPresent(sums -> sums.staged(job, round));
    }

    void led(Set<JobId> jobs) {
        mine.ifPresent(sums -> sums.led(jobs));
    }
}
