package io.confide.participant.baseline;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.ServerStep;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.vector.Words;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.privacy.NoiseGate;
import io.confide.participant.privacy.NoiseShare;
import io.confide.participant.privacy.RecordSums;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a plan with a guarantee gives out of fold. It takes every site's records in one process and uses each several
 * times, so it is for public data alone and outside every ε: the job itself trains one model and is not evaluated. Sums,
 * noise and steps are made by the code that the job runs.
 */
public final class PrivateTrials {
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final JobId NO_JOB = new JobId(new UUID(0, 0));

    private final Plan plan;
    private final Guarantee.RecordLevel records;
    private final NoiseGate gate;
    private long round;

    private PrivateTrials(Plan plan, Guarantee.RecordLevel records, SecureRandom random) {
        this.plan = plan;
        this.records = records;
        gate = NoiseGate.of(NO_JOB, records, new Unmetered(), random);
    }

    /**
     * Trains {@code plan} {@code trials} times for every fold, each time with fresh noise of all sites; returns per trial the
     * model of each fold.
     *
     * @param records the guarantee of {@code plan}; N₀ is taken in proportion to the rows outside a fold
     * @param evaluation how rows are dealt to folds
     */
    public static List<List<ModelState>> run(
            Plan plan,
            Guarantee.RecordLevel records,
            Plan.Evaluation evaluation,
            Collection<LocalData> sites,
            int trials,
            SecureRandom random) {
        var outside = outside(records, evaluation.folds());
        var folded = with(plan, outside);
        var trial = new PrivateTrials(folded, outside, random);
        var rows = sites.stream().map(site -> FoldedRows.of(evaluation, site)).toList();
        var runs = new ArrayList<List<ModelState>>();
        for (int run = 0; run < trials; run++) {
            var models = new ArrayList<ModelState>();
            for (int fold = 0; fold < evaluation.folds(); fold++) {
                int held = fold;
                models.add(trial.train(rows.stream().map(site -> site.training(held)).toList()));
            }
            runs.add(List.copyOf(models));
        }
        return List.copyOf(runs);
    }

    private ModelState train(List<LocalData> sites) {
        var model = InitialModel.of(plan);
        var codec = Payloads.codec(plan, TRAIN, sites.size());
        for (int step = 0; step < plan.training().rounds(); step++) {
            round++;
            long[] sum = new long[codec.words()];
            for (LocalData site : sites) {
                Words.addInto(sum, codec.encode(contribution(model, site)));
            }
            model = ServerStep.next(plan, TRAIN, model, decoded(codec, sum, sites.size()));
        }
        return model;
    }

    private long[] contribution(ModelState model, LocalData site) {
        NoiseShare share = gate.draw(model.parameters().length);
        long[] sum = RecordSums.of(plan, records, model, site, gate.sample(site));
        return switch (gate.release(round, sum, share)) {
            case NoiseGate.Release.Paid paid -> paid.noisy();
            case NoiseGate.Release.Refused(var why) -> throw new IllegalStateException(why);
        };
    }

    private static Map<String, double[]> decoded(Codec codec, long[] sum, int sites) {
        try {
            return codec.decode(sum, sites);
        } catch (IntegrityException e) {
            throw new IllegalStateException("a sum that was made here is not clean", e);
        }
    }

    private static Guarantee.RecordLevel outside(Guarantee.RecordLevel all, int folds) {
        return new Guarantee.RecordLevel(
                all.epsilon(),
                all.delta(),
                all.clipNorm(),
                all.minimumSurvivors(),
                all.colluders(),
                all.commits(),
                Math.max(1, all.records() * (folds - 1) / folds),
                all.samplingRate(),
                all.scaleBits(),
                all.sensitivity(),
                all.shareVariance());
    }

    private static Plan with(Plan plan, Guarantee guarantee) {
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                plan.training(),
                plan.aggregation(),
                plan.evaluation(),
                plan.release(),
                guarantee,
                plan.seed());
    }

    /** Public data cost nothing. */
    private static final class Unmetered implements PrivacyLedger {
        @Override
        public Verdict reserve(Terms terms) {
            return new Verdict.Granted();
        }

        @Override
        public Verdict commit(JobId job, long round, Digest input) {
            return new Verdict.Granted();
        }

        @Override
        public void release(JobId job) {}

        @Override
        public LedgerHead head() {
            return LedgerHead.START;
        }

        @Override
        public void close() {}
    }
}
