package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.round.RoundEvent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** Leases and journal in memory, as strict as the database's. */
public final class InMemoryRoundLog implements RoundLog, Leases {
    private final Map<JobId, Lease> leases = new HashMap<>();
    private final Map<JobId, List<LogEntry>> entries = new HashMap<>();
    private final Set<Object> keys = new HashSet<>();
    private int commits;

    private record Lease(String holder, long fence, Instant until) {}

    private record Key(JobId job, String table, long round, Object rest) {}

    @Override
    public synchronized Optional<FencingToken> take(JobId job, String holder, Duration length) {
        var now = Instant.now();
        var old = leases.get(job);
        if (old != null && !old.holder().equals(holder) && old.until().isAfter(now)) {
            return Optional.empty();
        }
        long fence = old == null ? 1 : old.fence() + 1;
        leases.put(job, new Lease(holder, fence, now.plus(length)));
        return Optional.of(new FencingToken(fence));
    }

    @Override
    public synchronized Optional<FencingToken> takeFree(JobId job, String holder, Duration length) {
        var old = leases.get(job);
        return old != null && old.until().isAfter(Instant.now())
                ? Optional.empty()
                : take(job, holder, length);
    }

    @Override
    public synchronized boolean keep(JobId job, FencingToken token, Duration length) {
        var now = Instant.now();
        var old = leases.get(job);
        boolean newest = old != null && old.fence() == token.value();
        if (newest) {
            leases.put(job, new Lease(old.holder(), old.fence(), now.plus(length)));
        }
        return newest;
    }

    @Override
    public synchronized void vacate(String holder) {
        leases.replaceAll(
                (_, old) ->
                        old.holder().equals(holder)
                                ? new Lease(holder, old.fence(), Instant.EPOCH)
                                : old);
    }

    @Override
    public synchronized void release(JobId job, FencingToken token) {
        leases.computeIfPresent(
                job,
                (_, old) ->
                        old.fence() == token.value()
                                ? new Lease(old.holder(), old.fence(), Instant.EPOCH)
                                : old);
    }

    @Override
    public synchronized List<RoundEvent> read(JobId job, long round) {
        var events = new ArrayList<RoundEvent>();
        for (var entry : all(job)) {
            if (entry instanceof LogEntry.RoundHappened h && h.round() == round) {
                events.add(h.event());
            }
        }
        return List.copyOf(events);
    }

    @Override
    public synchronized JobRecord recall(JobId job) {
        var sites = new TreeMap<SiteId, LogEntry.SiteMet>();
        var epochs = new TreeMap<Long, LogEntry.EpochMade>();
        var ended = new ArrayList<Views.RoundView>();
        var sums = new TreeMap<Long, SortedSet<SiteId>>();
        var made = new TreeMap<Long, Digest>();
        var withdrawn = new TreeMap<Long, AbortCert>();
        var models = new HashMap<String, Bytes>();
        var evaluations = new ArrayList<Map<String, double[]>>();
        Optional<LogEntry.RoundOpened> opened = Optional.empty();
        Optional<SignedBody> result = Optional.empty();
        Optional<SignedBody> modelResult = Optional.empty();
        long lastEvent = 0;
        long lastEpoch = 0;
        for (var entry : all(job)) {
            switch (entry) {
                case LogEntry.SiteMet met -> sites.put(met.site(), met);
                case LogEntry.EpochBegun(var epoch) -> lastEpoch = Math.max(lastEpoch, epoch);
                case LogEntry.EpochMade keys -> epochs.put((long) keys.epoch().epoch(), keys);
                case LogEntry.RoundOpened open -> opened = Optional.of(open);
                case LogEntry.RoundEnded(var view) -> ended.add(view);
                case LogEntry.ResultSigned(var round, var signed, var newModel) -> {
                    result = Optional.of(signed);
                    if (newModel == LogEntry.ResultSigned.NewModel.MADE) {
                        modelResult = result;
                        made.put(
                                round,
                                ResultBody.parse(signed.body()).orElseThrow().newModelHash());
                    }
                }
                case LogEntry.SumFixed(var round, var included) -> sums.put(round, included);
                case LogEntry.RoundWithdrawn(var round, var proof) -> withdrawn.put(round, proof);
                case LogEntry.ModelMade(var slot, _, var state) -> models.put(slot, state);
                case LogEntry.Evaluated(_, var report) -> evaluations.add(report);
                case LogEntry.EventShown(var event) -> lastEvent = event.sequence();
                case LogEntry.RoundHappened _,
                        LogEntry.UploadFolded _,
                        LogEntry.RoundAudited _,
                        LogEntry.JobChanged _,
                        LogEntry.ArtifactsMade _ -> {}
            }
        }
        return new JobRecord(
                lastEvent,
                sites,
                lastEpoch,
                epochs,
                opened.map(round -> new JobRecord.Opened(round, read(job, round.round()))),
                ended,
                result,
                modelResult,
                made,
                sums,
                withdrawn,
                models,
                evaluations);
    }

    @Override
    public synchronized void append(JobId job, FencingToken token, List<LogEntry> added)
            throws FencedException {
        var lease = leases.get(job);
        if (lease == null || lease.fence() != token.value()) {
            throw new FencedException(job, token);
        }
        var fresh = new HashSet<Object>();
        for (var entry : added) {
            key(job, entry)
                    .ifPresent(
                            key -> {
                                if (keys.contains(key) || !fresh.add(key)) {
                                    throw new IllegalStateException("taken: " + key);
                                }
                            });
        }
        keys.addAll(fresh);
        entries.computeIfAbsent(job, _ -> new ArrayList<>()).addAll(added);
        commits++;
    }

    private static Optional<Key> key(JobId job, LogEntry entry) {
        return switch (entry) {
            case LogEntry.RoundOpened e -> Optional.of(new Key(job, "opened", e.round(), ""));
            case LogEntry.RoundHappened e ->
                    Optional.of(new Key(job, "happened", e.round(), e.sequence()));
            case LogEntry.UploadFolded e ->
                    Optional.of(new Key(job, "upload", e.round(), e.site()));
            case LogEntry.RoundEnded e -> Optional.of(new Key(job, "ended", e.view().round(), ""));
            case LogEntry.EventShown e ->
                    Optional.of(new Key(job, "event", e.event().sequence(), ""));
            case LogEntry.ResultSigned e -> Optional.of(new Key(job, "result", e.round(), ""));
            case LogEntry.RoundAudited e -> Optional.of(new Key(job, "audited", e.round(), ""));
            case LogEntry.SumFixed e -> Optional.of(new Key(job, "sum", e.round(), ""));
            case LogEntry.RoundWithdrawn e -> Optional.of(new Key(job, "withdrawn", e.round(), ""));
            case LogEntry.Evaluated e -> Optional.of(new Key(job, "evaluated", e.round(), ""));
            case LogEntry.EpochBegun e -> Optional.of(new Key(job, "begun", e.epoch(), ""));
            case LogEntry.EpochMade e -> Optional.of(new Key(job, "epoch", e.epoch().epoch(), ""));
            case LogEntry.ModelMade _,
                    LogEntry.JobChanged _,
                    LogEntry.ArtifactsMade _,
                    LogEntry.SiteMet _ ->
                    Optional.empty();
        };
    }

    /** Everything appended to {@code job}, in order. */
    public synchronized List<LogEntry> all(JobId job) {
        return List.copyOf(entries.getOrDefault(job, List.of()));
    }

    public synchronized int commits() {
        return commits;
    }
}
