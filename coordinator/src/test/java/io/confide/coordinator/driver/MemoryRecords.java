package io.confide.coordinator.driver;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Check;
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

/** What a simulated site remembers over a restart. */
final class MemoryRecords implements SiteRecords, KeptInputs {
    private final Map<InputKey, List<RoundRecord>> spent = new HashMap<>();
    private final Map<JobId, Set<Set<SiteId>>> sums = new HashMap<>();
    private final Map<JobId, SignedBody> models = new HashMap<>();
    private final Map<Bytes, SignedBody> ledgers = new HashMap<>();
    private final Map<JobId, Long> lastRounds = new HashMap<>();
    private final Map<JobId, Long> lastEpochs = new HashMap<>();
    private final Map<JobId, Integer> seeds = new HashMap<>();
    private final Map<JobId, RoundRecord> pending = new HashMap<>();
    private final Map<JobId, Kept> inputs = new HashMap<>();

    private volatile boolean losesPower;

    private record Kept(long round, Bytes input) {}

    void losePowerWithProcess() {
        losesPower = true;
    }

    void processEnds() {
        if (losesPower) {
            inputs.clear();
        }
    }

    @Override
    public long lastRound(JobId job) {
        return lastRounds.getOrDefault(job, 0L);
    }

    @Override
    public long lastEpoch(JobId job) {
        return lastEpochs.getOrDefault(job, 0L);
    }

    @Override
    public int seedsRevealed(JobId job) {
        return seeds.getOrDefault(job, 0);
    }

    @Override
    public void recordSeed(JobId job) {
        seeds.merge(job, 1, Integer::sum);
    }

    @Override
    public void recordEpoch(EpochRecord epoch) {
        lastEpochs.merge(epoch.job(), epoch.epoch(), Math::max);
    }

    @Override
    public List<RoundRecord> spentBy(InputKey inputs) {
        return List.copyOf(spent.getOrDefault(inputs, List.of()));
    }

    @Override
    public void recordRound(RoundRecord round) {
        spent.computeIfAbsent(round.inputs(), _ -> new ArrayList<>()).add(round);
        lastRounds.merge(round.job(), round.round(), Math::max);
        pending.put(round.job(), round);
    }

    @Override
    public Optional<RoundRecord> pending(JobId job, long round) {
        return Optional.ofNullable(pending.get(job)).filter(record -> record.round() == round);
    }

    @Override
    public Set<Set<SiteId>> sums(JobId job) {
        return Set.copyOf(sums.getOrDefault(job, Set.of()));
    }

    @Override
    public void recordSum(SumRecord sum) {
        sums.computeIfAbsent(sum.job(), _ -> new HashSet<>()).add(sum.sites());
    }

    @Override
    public void recordOutcome(
            JobId job, long round, RoundOutcome outcome, Optional<Receipt> receipt) {
        pending.computeIfPresent(job, (_, record) -> record.round() <= round ? null : record);
    }

    @Override
    public Optional<SignedBody> newestModel(JobId job) {
        return Optional.ofNullable(models.get(job));
    }

    @Override
    public void recordModel(JobId job, SignedBody result) {
        models.put(job, result);
    }

    @Override
    public Optional<SignedBody> furthestLedger(Bytes identity) {
        return Optional.ofNullable(ledgers.get(identity));
    }

    @Override
    public void recordLedgers(LedgerRecord record) {
        ledgers.putAll(record.confirms());
    }

    @Override
    public void recordEvidence(Evidence evidence) {
        if (evidence.check() != Check.K6) {
            throw new AssertionError("an honest run leaves evidence of " + evidence.check());
        }
    }

    @Override
    public void keep(JobId job, long round, Bytes input, Instant until) {
        inputs.put(job, new Kept(round, input));
    }

    @Override
    public Optional<StoredVector> find(JobId job, long round) {
        return Optional.ofNullable(inputs.get(job))
                .filter(kept -> kept.round() == round)
                .map(kept -> StoredVector.of(kept.input()));
    }

    @Override
    public void extend(JobId job, long round, Instant until) {}

    @Override
    public void forget(JobId job, long last) {
        inputs.computeIfPresent(job, (_, kept) -> kept.round() <= last ? null : kept);
    }

    @Override
    public void forgetExpired(Instant now) {}
}
