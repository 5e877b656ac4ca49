package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.vector.StoredVector;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Records that survive a restart of the site in a test, because the test keeps them. */
final class MemoryRecords implements SiteRecords, KeptInputs {
    final List<RoundRecord> rounds = new ArrayList<>();
    final List<EpochRecord> epochs = new ArrayList<>();
    final List<Evidence> evidence = new ArrayList<>();
    final Map<Bytes, SignedBody> ledgers = new HashMap<>();
    final Map<Long, RoundOutcome> outcomes = new HashMap<>();
    final Map<Long, Receipt> receipts = new HashMap<>();
    private final Map<JobId, Set<Set<SiteId>>> sums = new HashMap<>();
    private final Map<JobId, SignedBody> models = new HashMap<>();
    private final Map<JobId, Long> lastRounds = new HashMap<>();
    private final Map<JobId, Long> lastEpochs = new HashMap<>();
    final Map<JobId, Integer> seeds = new HashMap<>();
    final Map<JobId, Kept> inputs = new HashMap<>();

    record Kept(long round, Bytes input, Instant until) {}

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
        epochs.add(epoch);
        lastEpochs.merge(epoch.job(), epoch.epoch(), Math::max);
    }

    @Override
    public List<RoundRecord> spentBy(InputKey inputs) {
        return rounds.stream().filter(round -> round.inputs().equals(inputs)).toList();
    }

    @Override
    public void recordRound(RoundRecord round) {
        rounds.add(round);
        lastRounds.merge(round.job(), round.round(), Math::max);
    }

    @Override
    public Optional<RoundRecord> pending(JobId job, long round) {
        return rounds.stream()
                .filter(record -> record.job().equals(job))
                .max(Comparator.comparingLong(RoundRecord::round))
                .filter(record -> record.round() == round && !outcomes.containsKey(round));
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
        outcomes.put(round, outcome);
        receipt.ifPresent(kept -> receipts.put(round, kept));
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
    public void recordEvidence(Evidence item) {
        evidence.add(item);
    }

    @Override
    public void keep(JobId job, long round, Bytes input, Instant until) {
        inputs.put(job, new Kept(round, input, until));
    }

    /** Where an input grows that comes piece by piece; nowhere but in memory, if this is empty. */
    Optional<Growing> growing = Optional.empty();

    @Override
    public Optional<Growing> begin(JobId job, long round, long length, Instant until) {
        return growing;
    }

    @Override
    public Optional<StoredVector> find(JobId job, long round) {
        return Optional.ofNullable(inputs.get(job))
                .filter(kept -> kept.round() == round)
                .map(kept -> StoredVector.of(kept.input()));
    }

    @Override
    public void extend(JobId job, long round, Instant until) {
        inputs.computeIfPresent(
                job,
                (_, kept) ->
                        kept.round() == round && until.isAfter(kept.until())
                                ? new Kept(round, kept.input(), until)
                                : kept);
    }

    @Override
    public void forget(JobId job, long last) {
        inputs.computeIfPresent(job, (_, kept) -> kept.round() <= last ? null : kept);
    }

    @Override
    public void forgetExpired(Instant now) {
        inputs.values().removeIf(kept -> now.isAfter(kept.until()));
    }
}
