package io.confide.swarm;

import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.site.Receipt;
import io.confide.common.secagg.site.RoundOutcome;
import io.confide.common.secagg.site.SiteRecords;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a site keeps over a crash. Every record is durable when its method returns, as the port demands. */
final class SiteDisk implements SiteRecords {
    private final Map<InputKey, List<RoundRecord>> spent = new HashMap<>();
    private final Set<Long> uploaded = new HashSet<>();
    private final Set<Set<SiteId>> sums = new HashSet<>();
    private final List<Evidence> evidence = new ArrayList<>();
    private Optional<SignedBody> model = Optional.empty();
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
            JobId job, long round, RoundOutcome outcome, Optional<Receipt> receipt) {}

    @Override
    public Optional<SignedBody> newestModel(JobId job) {
        return model;
    }

    @Override
    public void recordModel(JobId job, SignedBody result) {
        model = Optional.of(result);
    }

    @Override
    public void recordEvidence(Evidence found) {
        evidence.add(found);
    }
}
