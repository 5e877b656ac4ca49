package io.confide.coordinator.driver;

import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.server.Disputes;
import io.confide.common.secagg.server.Fault;
import io.confide.common.secagg.server.RoundProtocol;
import io.confide.coordinator.round.RoundEvent;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Secrets of a round that came out wrong (PROTOCOL.md §3.8, R11): asks their holders, and tells people whose fault it is. */
final class Blaming {
    private static final Logger LOG = LoggerFactory.getLogger(Blaming.class);

    private final JobParts parts;
    private final long round;
    private final RoundProtocol protocol;
    private final RoundTimers timers;
    private boolean asked;
    private int told;

    Blaming(JobParts parts, long round, RoundProtocol protocol, RoundTimers timers) {
        this.parts = parts;
        this.round = round;
        this.protocol = protocol;
        this.timers = timers;
    }

    /** Asks who has not answered; the first time the clock starts. */
    void ask() {
        for (var question : protocol.disputes().map(Disputes::questions).orElse(List.of())) {
            parts.send(new TreeSet<>(List.of(site(question.site()))), question.message());
        }
        if (!asked) {
            asked = true;
            timers.disputed();
        }
    }

    /** Keeps the evidence against whoever was found at fault since the last call, and returns what it means for the round. */
    List<RoundEvent> tell() {
        var faults = faults();
        var events = new ArrayList<RoundEvent>();
        for (Fault fault : faults.subList(told, faults.size())) {
            var site = site(fault.site());
            parts.feed()
                    .keep(
                            parts.journal(),
                            "blame",
                            Map.of(
                                    "round", round,
                                    "site", site.value(),
                                    "reason", fault.kind().words(),
                                    "evidence", evidence(fault)));
            LOG.warn(
                    "event=blame job={} round={} site={} kind={}",
                    parts.facts().job(),
                    round,
                    site,
                    fault.kind());
            if (fault.kind() == Fault.Kind.WRONG_SHARE) {
                events.add(new RoundEvent.MessageUnusable(site, fault.kind().name()));
            }
        }
        told = faults.size();
        return events;
    }

    /** The site whose deal spoiled the round, if that is why. */
    Optional<SiteId> dealerAtFault() {
        return faults().stream()
                .filter(fault -> fault.kind() == Fault.Kind.WRONG_DEAL)
                .map(fault -> site(fault.site()))
                .findFirst();
    }

    private List<Fault> faults() {
        return protocol.disputes().map(Disputes::faults).orElse(List.of());
    }

    private static List<Map<String, String>> evidence(Fault fault) {
        var evidence = new ArrayList<Map<String, String>>();
        for (SignedBody each : fault.evidence()) {
            evidence.add(Map.of("body", each.body().hex(), "signature", each.signature().hex()));
        }
        return evidence;
    }

    private SiteId site(int index) {
        return parts.facts().site(index);
    }
}
