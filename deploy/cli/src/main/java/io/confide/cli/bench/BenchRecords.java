package io.confide.cli.bench;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.KeptInputs;
import io.confide.common.secagg.site.Receipt;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords;
import io.confide.common.vector.StoredVector;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a site remembers that exists for one measurement: in memory, of one job. */
final class BenchRecords implements SiteRecords, KeptInputs {
    private final Map<InputKey, List<RoundRecord>> spent = new HashMap<>();
    private final Set<Set<SiteId>> sums = new HashSet<>();
    private long lastRound;
    private long lastEpoch;
    private int seeds;

    @Override
    public long lastRound(JobId job) {
        return lastRound;
    }

    @Override
    public long lastEpoch(JobId job) {
        return lastEpoch;
    }

    @Override
    public int seedsRevealed(JobId job) {
        return seeds;
    }

    @Override
    public void recordSeed(JobId job) {
        seeds++;
    }

    @Override
    public void recordEpoch(EpochRecord epoch) {
        lastEpoch = Math.max(lastEpoch, epoch.epoch());
    }

    @Override
    public List<RoundRecord> spentBy(InputKey inputs) {
        return List.copyOf(spent.getOrDefault(inputs, List.of()));
    }

    @Override
    public void recordRound(RoundRecord round) {
        spent.computeIfAbsent(round.inputs(), _ -> new ArrayList<>()).add(round);
        lastRound = Math.max(lastRound, round.round());
    }

    @Override
    public Optional<RoundRecord> pending(JobId job, long round) {
        return Optional.empty();
    }

    @Override
    public Set<Set<SiteId>> sums(JobId job) {
        return Set.copyOf(sums);
    }

    @Override
    public void recordSum(SumRecord sum) {
        sums.add(sum.sites());
    }

    @Override
    public void recordOutcome(
            JobId job, long round, RoundOutcome outcome, Optional<Receipt> receipt) {
        // the bench reads outcomes at the coordinator
    }

    @Override
    public Optional<SignedBody> newestModel(JobId job) {
        return Optional.empty();
    }

    @Override
    public void recordModel(JobId job, SignedBody result) {
        throw new IllegalStateException("no round of a measurement makes a model");
    }

    @Override
    public Optional<SignedBody> furthestLedger(Bytes identity) {
        return Optional.empty();
    }

    @Override
    public void recordLedgers(LedgerRecord record) {
        throw new IllegalStateException("no site of a measurement has a ledger");
    }

    @Override
    public void recordEvidence(Evidence evidence) {
        throw new IllegalStateException("an honest coordinator was accused: " + evidence.check());
    }

    @Override
    public void keep(JobId job, long round, Bytes input, Instant until) {
        // no site of a measurement starts again
    }

    @Override
    public Optional<StoredVector> find(JobId job, long round) {
        return Optional.empty();
    }

    @Override
    public void extend(JobId job, long round, Instant until) {}

    @Override
    public void forget(JobId job, long last) {}

    @Override
    public void forgetExpired(Instant now) {}
}
