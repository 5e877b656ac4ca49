package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.port.RoundEvidence.Certificate;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.round.PastSums;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundMachine;
import io.confide.coordinator.round.RoundState;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * How far a round came before it ended, worked out from its durable events by the machine that ran it.
 *
 * @param inputs those of U3; before that was fixed, those that were in the sum when the round ended
 * @param votes signatures of S_r; none where no vote was held
 * @param certificate the one that was decided: whether anybody saw it is not durable
 */
record RoundCourse(
        SortedMap<SiteId, UploadProof> inputs,
        SortedMap<SiteId, Bytes> votes,
        Certificate certificate) {
    RoundCourse {
        inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
        votes = Collections.unmodifiableSortedMap(new TreeMap<>(votes));
    }

    /**
     * By the rules of the job.
     *
     * @param opened U1
     * @param past before this round
     */
    static RoundCourse of(RoundRecord record, SiteSet opened, JobFacts facts, PastSums past) {
        var cohort = facts.sites(opened);
        var uploads = new TreeMap<SiteId, UploadProof>();
        var state = RoundMachine.open(facts.roundRules(past), cohort, cohort).next();
        var course = new RoundCourse(uploads, new TreeMap<>(), Certificate.NONE);
        for (var event : record.events()) {
            if (event instanceof RoundEvent.InputFolded(var site, var proof)) {
                uploads.putIfAbsent(site, proof);
            }
            state = RoundMachine.step(state, event).next();
            course = course.at(state, uploads);
        }
        boolean isDone = record.view().isDone();
        return isDone && course.certificate == Certificate.NONE ? course.unknown() : course;
    }

    /** By the outcome alone, where the rules of the job are not known: then nobody can say which certificate there was. */
    static RoundCourse unruled(RoundRecord record) {
        var inputs = new TreeMap<SiteId, UploadProof>();
        var votes = new TreeMap<SiteId, Bytes>();
        for (var event : record.events()) {
            if (event instanceof RoundEvent.InputFolded(var site, var proof)) {
                inputs.put(site, proof);
            } else if (event instanceof RoundEvent.SignVerified(var site, var signature)) {
                votes.put(site, signature);
            }
        }
        if (record.view().isDone()) {
            // Of an input that was lost with a process and never came again the sum knows nothing.
            inputs.keySet().removeIf(site -> !record.view().included().contains(site.value()));
        }
        return new RoundCourse(inputs, votes, Certificate.UNKNOWN);
    }

    private RoundCourse at(RoundState state, SortedMap<SiteId, UploadProof> uploads) {
        return switch (state) {
            case RoundState.Collecting s -> new RoundCourse(s.folded(), votes, certificate);
            case RoundState.Signing s -> new RoundCourse(s.included(), s.signatures(), certificate);
            case RoundState.Revealing s -> certified(s);
            case RoundState.Unmasking s -> certified(s.certified());
            case RoundState.Done s -> over(s.included(), uploads);
            case RoundState.Failed s -> over(s.included(), uploads);
        };
    }

    private static RoundCourse certified(RoundState.Revealing s) {
        return new RoundCourse(
                s.included(),
                s.signatures(),
                switch (s.certificate()) {
                    case VOTED -> Certificate.VOTED;
                    case FAST -> Certificate.FAST;
                });
    }

    private RoundCourse over(SortedSet<SiteId> included, SortedMap<SiteId, UploadProof> uploads) {
        var last = new TreeMap<>(uploads);
        last.keySet().retainAll(included);
        return new RoundCourse(last, votes, certificate);
    }

    private RoundCourse unknown() {
        return new RoundCourse(inputs, votes, Certificate.UNKNOWN);
    }
}
