package io.confide.swarm;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.AbortCert;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.FencedException;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.JobRecord;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.RoundEvent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/** The journal of one job in memory, as strict about tokens as the database; what it holds survives every process. */
final class DurableLog {
    private final List<LogEntry> entries = new ArrayList<>();
    private long newest;

    /** A token higher than every one before: whoever held the lease has lost it. */
    FencingToken lead() {
        newest++;
        return new FencingToken(newest);
    }

    boolean isNewest(FencingToken token) {
        return token.value() == newest;
    }

    void append(JobId job, FencingToken token, List<LogEntry> added) throws FencedException {
        if (!isNewest(token)) {
            throw new FencedException(job, token);
        }
        entries.addAll(added);
    }

    List<RoundEvent> events(long round) {
        var events = new ArrayList<RoundEvent>();
        for (var entry : entries) {
            if (entry instanceof LogEntry.RoundHappened happened && happened.round() == round) {
                events.add(happened.event());
            }
        }
        return events;
    }

    /** Everything durable, as the database would tell it. */
    JobRecord recall() {
        var sites = new TreeMap<SiteId, LogEntry.SiteMet>();
        var epochs = new TreeMap<Long, LogEntry.EpochMade>();
        var ended = new ArrayList<RoundView>();
        var made = new TreeMap<Long, Digest>();
        var sums = new TreeMap<Long, SortedSet<SiteId>>();
        var withdrawn = new TreeMap<Long, AbortCert>();
        var models = new HashMap<String, Bytes>();
        var evaluations = new ArrayList<Map<String, double[]>>();
        Optional<LogEntry.RoundOpened> opened = Optional.empty();
        Optional<SignedBody> result = Optional.empty();
        Optional<SignedBody> modelResult = Optional.empty();
        long lastEvent = 0;
        long lastEpoch = 0;
        for (var entry : entries) {
            switch (entry) {
                case LogEntry.SiteMet met -> sites.put(met.site(), met);
                case LogEntry.EpochBegun(var epoch) -> lastEpoch = Math.max(lastEpoch, epoch);
                case LogEntry.EpochMade keys -> epochs.put((long) keys.epoch().epoch(), keys);
                case LogEntry.RoundOpened open -> opened = Optional.of(open);
                case LogEntry.RoundEnded(var view) -> ended.add(view);
                case LogEntry.ResultSigned(var round, var signed, var newModel) -> {
                    result = Optional.of(signed);
                    if (newModel == LogEntry.ResultSigned.NewModel.MADE) {
                        made.put(
                                round,
                                ResultBody.parse(signed.body()).orElseThrow().newModelHash());
                        modelResult = result;
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
                opened.map(round -> new JobRecord.Opened(round, events(round.round()))),
                ended,
                result,
                modelResult,
                made,
                sums,
                withdrawn,
                models,
                evaluations);
    }
}
