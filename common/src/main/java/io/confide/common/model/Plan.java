package io.confide.common.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A job resolved to the last number. Sites approve the SHA-256 of its canonical JSON ({@code
 * common.files.PlanJson}); every round of the job is derived from it alone.
 *
 * @param seed 16 bytes drawn when the plan is made; initial weights and fold assignment follow from it
 *     and from {@code foldSeed}
 * @param guarantee what is promised about single records
 */
public record Plan(
        String name,
        Study study,
        ModelSpec model,
        Training training,
        Aggregation aggregation,
        Evaluation evaluation,
        Release release,
        Guarantee guarantee,
        Bytes seed) {
    public Plan {
        if (guarantee instanceof Guarantee.RecordLevel records) {
            requireSound(study, training, aggregation, evaluation, records);
        }
    }

    /** Without differential privacy. */
    public Plan(
            String name,
            Study study,
            ModelSpec model,
            Training training,
            Aggregation aggregation,
            Evaluation evaluation,
            Release release,
            Bytes seed) {
        this(
                name,
                study,
                model,
                training,
                aggregation,
                evaluation,
                release,
                new Guarantee.None(),
                seed);
    }

    /**
     * What would void the guarantee cannot be written down, whoever made the plan: hidden local steps, whose noise does not
     * pool; exact counts and means, which would leave beside the noise; a smaller sum than the noise was made for, as that of a
     * group is.
     */
    private static void requireSound(
            Study study,
            Training training,
            Aggregation sums,
            Evaluation evaluation,
            Guarantee.RecordLevel records) {
        boolean sound =
                training.mode() == Training.Mode.FEDSGD
                        && training.localEpochs() == 1
                        && training.batchSize() == 0
                        && training.rounds() <= records.commits()
                        && evaluation.folds() == 0
                        && study.dictionary().missing() == Study.Missing.ZERO_AFTER_SCALING
                        && sums.groups().isEmpty()
                        && sums.minimumIncluded() == records.minimumSurvivors()
                        && sums.colluders() >= records.colluders();
        if (!sound) {
            throw new IllegalArgumentException(
                    "this plan does not keep the record-level guarantee that it states");
        }
    }

    /**
     * How inputs are summed.
     *
     * @param minimumIncluded smallest number of sites in a sum; the site's own floor may be higher
     * @param colluders C of PROTOCOL.md §1: how many sites may be dishonest together
     * @param clipNorm L2 bound of one site's update
     * @param bits of one update element on the wire, 8 to 24
     * @param recordsMax public cap of a site's sample weight: weight = min(rows, recordsMax) / recordsMax
     * @param roundSeconds how long a round stays open for uploads
     * @param rounding of the elements of an update
     * @param rotation of an update before its elements are rounded
     * @param minimumDifference two sums of the job are over the same sites or differ in at least so many; 1 asks for nothing
     * @param groups whose inputs are summed apart; empty: all sites make one sum
     * @param audit of one leaf of every sum; not with groups
     * @param earlyClose whether a round need not take the whole of {@code roundSeconds} to close without a site
     */
    public record Aggregation(
            int minimumIncluded,
            int colluders,
            double clipNorm,
            int bits,
            int recordsMax,
            int roundSeconds,
            Rounding rounding,
            Rotation rotation,
            int minimumDifference,
            Optional<Groups> groups,
            SumAudit audit,
            EarlyClose earlyClose) {
        public static final int BITS_MIN = 8;
        public static final int BITS_MAX = 24;

        public Aggregation {
            if (audit == SumAudit.ON && groups.isPresent()) {
                throw new IllegalArgumentException("the sums of groups are not audited");
            }
        }

        /** Without audit, with rounds that may close early. */
        public Aggregation(
                int minimumIncluded,
                int colluders,
                double clipNorm,
                int bits,
                int recordsMax,
                int roundSeconds,
                Rounding rounding,
                Rotation rotation,
                int minimumDifference,
                Optional<Groups> groups) {
            this(
                    minimumIncluded,
                    colluders,
                    clipNorm,
                    bits,
                    recordsMax,
                    roundSeconds,
                    rounding,
                    rotation,
                    minimumDifference,
                    groups,
                    SumAudit.OFF,
                    EarlyClose.ON);
        }

        /** Stochastic rounding without rotation, any difference, one sum: what a plan means that says nothing about them. */
        public Aggregation(
                int minimumIncluded,
                int colluders,
                double clipNorm,
                int bits,
                int recordsMax,
                int roundSeconds) {
            this(
                    minimumIncluded,
                    colluders,
                    clipNorm,
                    bits,
                    recordsMax,
                    roundSeconds,
                    Rounding.STOCHASTIC,
                    Rotation.NONE,
                    1,
                    Optional.empty());
        }
    }

    /**
     * Out-of-fold evaluation.
     *
     * @param folds k of k-fold cross-validation; 0 trains one model on all rows and evaluates nothing, 1 is not allowed
     * @param seed of the assignment of records to folds
     * @param bins of score histograms
     */
    public record Evaluation(int folds, long seed, int bins) {
        public Evaluation {
            if (folds == 1 || folds < 0 || folds > 20) {
                throw new IllegalArgumentException("kFold must be 0 or 2 to 20");
            }
            if (bins < 10 || bins > 2000) {
                throw new IllegalArgumentException("bins must be 10 to 2000");
            }
        }
    }

    /** What may leave, weakest first. */
    public enum Release {
        NONE,
        METRICS,
        LABEL,
        SCORES,
        WEIGHTS
    }

    /** The same work under another seed, and therefore another plan. */
    public Plan withSeed(Bytes other) {
        return new Plan(
                name, study, model, training, aggregation, evaluation, release, guarantee, other);
    }

    /**
     * m_diff of PROTOCOL.md K17, for the sums of this plan. Under a guarantee it is off: noise bounds what two sums tell, and a
     * round that is repeated costs privacy.
     */
    public int leastApart() {
        return switch (guarantee) {
            case Guarantee.None _ -> aggregation.minimumDifference();
            case Guarantee.RecordLevel _ -> 1;
        };
    }

    /** The rounds of this plan in order: per fold its training and its evaluation, then the final model. */
    public List<Task> schedule() {
        var rounds = new ArrayList<Task>();
        for (int fold = 0; fold < evaluation.folds(); fold++) {
            addTraining(rounds, new Fold.Held(fold));
            rounds.add(new Task.Evaluate(new Fold.Held(fold)));
        }
        addTraining(rounds, new Fold.All());
        return List.copyOf(rounds);
    }

    private void addTraining(List<Task> rounds, Fold fold) {
        if (study.dictionary().missing() == Study.Missing.SECURE_MEAN) {
            rounds.add(new Task.Statistics(fold));
        }
        for (int round = 0; round < training.rounds(); round++) {
            rounds.add(new Task.Train(fold));
        }
    }
}
