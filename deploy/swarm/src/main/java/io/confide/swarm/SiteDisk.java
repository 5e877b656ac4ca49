package io.confide.swarm;

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
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What a site keeps over a crash. Every record is durable when its method returns, as the port demands; the input that is
 * kept beside them is not.
 */
final class SiteDisk implements SiteRecords, KeptInputs {
    private static final int POWER_FAILS_ONE_IN = 4;

    private final Map<InputKey, List<RoundRecord>> spent = new HashMap<>();
    private final Set<Long> uploaded = new HashSet<>();
    private final Set<Set<SiteId>> sums = new HashSet<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private Optional<SignedBody> model = Optional.empty();
    private Optional<RoundRecord> pending = Optional.empty();
    private Optional<Kept> input = Optional.empty();
    private long lastRound;
    private long lastEpoch;
    private int seeds;

    /** Whether the input of {@code round} is recorded as spent. */
    boolean hasSpent(long round) {
        return uploaded.contains(round);
    }

    int evidence() {
        return evidence.size();
    }

    private record Kept(long round, Bytes input, Instant until) {}

    /** The process is killed, or the power fails under an input that is written in part or not at all. */
    void crash(RandomGenerator chance, Tally tally) {
        if (chance.nextInt(POWER_FAILS_ONE_IN) > 0) {
            return;
        }
        tally.count("power failed");
        input =
                input.filter(_ -> chance.nextBoolean())
                        .map(
                                kept -> {
                                    byte[] bytes = kept.input().toArray();
                                    Arrays.fill(
                                            bytes,
                                            chance.nextInt(bytes.length),
                                            bytes.length,
                                            (byte) 0);
                                    return new Kept(kept.round(), Bytes.wrap(bytes), kept.until());
                                });
    }

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
        uploaded.add(round.round());
        lastRound = Math.max(lastRound, round.round());
        pending = Optional.of(round);
    }

    @Override
    public Optional<RoundRecord> pending(JobId job, long round) {
        return pending.filter(record -> record.round() == round);
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
        pending = pending.filter(record -> record.round() > round);
    }

    @Override
    public Optional<SignedBody> newestModel(JobId job) {
        return model;
    }

    @Override
    public void recordModel(JobId job, SignedBody result) {
        model = Optional.of(result);
    }

    @Override
    public Optional<SignedBody> furthestLedger(Bytes identity) {
        return Optional.empty();
    }

    @Override
    public void recordLedgers(LedgerRecord record) {
        throw new IllegalStateException("no site of a simulation has a ledger");
    }

    @Override
    public void recordEvidence(Evidence found) {
        evidence.add(found);
    }

    @Override
    public void keep(JobId job, long round, Bytes made, Instant until) {
        input = Optional.of(new Kept(round, made, until));
    }

    @Override
    public Optional<StoredVector> find(JobId job, long round) {
        return input.filter(kept -> kept.round() == round)
                .map(kept -> StoredVector.of(kept.input()));
    }

    @Override
    public void extend(JobId job, long round, Instant until) {
        input =
                input.map(
                        kept ->
                                kept.round() == round && until.isAfter(kept.until())
                                        ? new Kept(round, kept.input(), until)
                                        : kept);
    }

    @Override
    public void forget(JobId job, long last) {
        input = input.filter(kept -> kept.round() > last);
    }

    @Override
    public void forgetExpired(Instant now) {
        input = input.filter(kept -> !now.isAfter(kept.until()));
    }
}
