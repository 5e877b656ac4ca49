package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.OpenBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.Acceptance;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.round.RoundEvent;
import io.confide.coordinator.round.RoundMachine;
import io.confide.coordinator.round.RoundRules;
import io.confide.coordinator.round.RoundState;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A round that was open when the coordinator stopped, as its durable events tell it.
 *
 * @param events how many there are
 * @param uploads what each site has uploaded: nothing else is ever taken from it (R1)
 */
record InterruptedRound(
        LogEntry.RoundOpened opened,
        Instant deadline,
        RoundState state,
        long events,
        SortedMap<SiteId, UploadProof> uploads) {
    InterruptedRound {
        uploads = Collections.unmodifiableSortedMap(new TreeMap<>(uploads));
    }

    /**
     * Folds the events.
     *
     * @param members sites of the epoch that still have its keys
     */
    static InterruptedRound of(
            JobRecord.Opened round, JobFacts facts, RoundRules rules, SortedSet<SiteId> members) {
        var body = OpenBody.parse(round.opened().open().body()).orElseThrow();
        var cohort = facts.sites(body.context().opened());
        var all = new TreeSet<>(members);
        all.addAll(cohort);
        var state = RoundMachine.open(rules, all, cohort).next();
        var uploads = new TreeMap<SiteId, UploadProof>();
        for (var event : round.events()) {
            state = RoundMachine.step(state, event).next();
            if (event instanceof RoundEvent.InputFolded(var site, var proof)) {
                uploads.put(site, proof);
            }
        }
        return new InterruptedRound(
                round.opened(),
                Instant.ofEpochMilli(body.deadlineMillis()),
                state,
                round.events().size(),
                uploads);
    }

    /** Brings the protocol of a new process to where the one before had come: what it said is said again with the same bytes. */
    void restore(RoundProtocol protocol, JobFacts facts) {
        protocol.remember(byIndex(uploads, facts));
        switch (state) {
            case RoundState.Signing s -> {
                protocol.restore(byIndex(s.included(), facts));
                require(protocol.propose());
                sign(protocol, facts, s.signatures());
            }
            case RoundState.Revealing s -> certify(protocol, facts, s);
            case RoundState.Unmasking s -> certify(protocol, facts, s.certified());
            case RoundState.Collecting _, RoundState.Done _, RoundState.Failed _ -> {}
        }
    }

    private void certify(RoundProtocol protocol, JobFacts facts, RoundState.Revealing s) {
        protocol.restore(byIndex(s.included(), facts));
        switch (s.certificate()) {
            case FAST -> require(protocol.fastCert());
            case VOTED -> {
                require(protocol.propose());
                sign(protocol, facts, s.signatures());
                require(protocol.cert());
            }
        }
    }

    private static void require(Optional<? extends CoordinatorMessage> said) {
        if (said.isEmpty()) {
            throw new IllegalStateException("what was said cannot be said again");
        }
    }

    private void sign(RoundProtocol protocol, JobFacts facts, SortedMap<SiteId, Bytes> signatures) {
        signatures.forEach(
                (site, signature) -> {
                    var sign = new SiteMessage.Sign(facts.job(), opened.round(), signature);
                    if (!(protocol.sign(facts.index(site).orElseThrow(), sign)
                            instanceof Acceptance.Accepted)) {
                        throw new IllegalStateException("a kept signature does not verify");
                    }
                });
    }

    private static SortedMap<Integer, UploadProof> byIndex(
            SortedMap<SiteId, UploadProof> proofs, JobFacts facts) {
        var indexed = new TreeMap<Integer, UploadProof>();
        proofs.forEach((site, proof) -> indexed.put(facts.index(site).orElseThrow(), proof));
        return indexed;
    }
}
