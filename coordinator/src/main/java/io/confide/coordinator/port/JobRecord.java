package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Everything durable about a job that a driver needs to take it up: where {@link LogEntry} after {@link LogEntry} has led.
 *
 * @param lastEvent number of the newest kept event; 0 if there is none
 * @param sites the newest process of each site that was ever met
 * @param lastEpoch the highest number that was used for keys; 0 if none was
 * @param epochs those whose keys rounds may still be opened with, by number
 * @param newest the round opened last, with its events in order
 * @param ended all rounds that have ended, by number
 * @param lastResult the signed Result of the newest of them
 * @param lastModelResult the newest that made a model
 * @param made hash of the model that a round made, by round
 * @param sums over whom sites were asked to open one, by round that has ended
 * @param withdrawn by round
 * @param models the newest model of each slot
 * @param evaluations the sums of each evaluation, in order
 */
public record JobRecord(
        long lastEvent,
        SortedMap<SiteId, LogEntry.SiteMet> sites,
        long lastEpoch,
        SortedMap<Long, LogEntry.EpochMade> epochs,
        Optional<Opened> newest,
        List<RoundView> ended,
        Optional<SignedBody> lastResult,
        Optional<SignedBody> lastModelResult,
        SortedMap<Long, Digest> made,
        SortedMap<Long, SortedSet<SiteId>> sums,
        SortedMap<Long, AbortCert> withdrawn,
        Map<String, Bytes> models,
        List<Map<String, double[]>> evaluations) {
    /** Of a job that has just been submitted. */
    public static final JobRecord EMPTY =
            new JobRecord(
                    0,
                    Collections.emptySortedMap(),
                    0,
                    Collections.emptySortedMap(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Collections.emptySortedMap(),
                    Collections.emptySortedMap(),
                    Collections.emptySortedMap(),
                    Map.of(),
                    List.of());

    public JobRecord {
        sites = Collections.unmodifiableSortedMap(new TreeMap<>(sites));
        epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
        ended = List.copyOf(ended);
        made = Collections.unmodifiableSortedMap(new TreeMap<>(made));
        sums = Collections.unmodifiableSortedMap(new TreeMap<>(sums));
        withdrawn = Collections.unmodifiableSortedMap(new TreeMap<>(withdrawn));
        models = Map.copyOf(models);
        evaluations = List.copyOf(evaluations);
    }

    /** A round that was opened, and everything that is known to have happened in it. */
    public record Opened(LogEntry.RoundOpened opened, List<RoundEvent> events) {
        public Opened {
            events = List.copyOf(events);
        }
    }
}
