package io.confide.common.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a researcher asks for in {@code job.yaml}, read and checked but not yet resolved: the roster's
 * colluder bound and the seed are missing.
 *
 * @param study name of the study; the study file submitted with the job must carry the same name
 * @param priority among the jobs that wait for a place at the coordinator
 * @param metrics what to show first; the secure sum of an evaluation always carries all of them
 */
public record JobSpec(
        String name,
        String study,
        Priority priority,
        ModelSpec model,
        Training training,
        Aggregation aggregation,
        Plan.Evaluation evaluation,
        List<Metric> metrics,
        Plan.Release release,
        Optional<Privacy> privacy) {
    public JobSpec {
        metrics = List.copyOf(metrics);
    }

    /** Of normal priority, without differential privacy. */
    public JobSpec(
            String name,
            String study,
            ModelSpec model,
            Training training,
            Aggregation aggregation,
            Plan.Evaluation evaluation,
            List<Metric> metrics,
            Plan.Release release) {
        this(
                name,
                study,
                Priority.NORMAL,
                model,
                training,
                aggregation,
                evaluation,
                metrics,
                release,
                Optional.empty());
    }

    /**
     * Record-level differential privacy as it is asked for; see {@link Guarantee.RecordLevel}.
     *
     * @param colluders empty: as many as the roster assumes
     * @param commits empty: as many as there are rounds
     * @param samplingRate 1: every record is in every step
     */
    public record Privacy(
            double epsilon,
            double delta,
            double clipNorm,
            OptionalInt colluders,
            OptionalInt commits,
            long records,
            double samplingRate) {}

    /**
     * {@link Plan.Aggregation} without the colluder bound, which the roster fixes for everybody.
     */
    public record Aggregation(
            int minimumIncluded,
            double clipNorm,
            int bits,
            int recordsMax,
            int roundSeconds,
            Rounding rounding,
            Rotation rotation,
            int minimumDifference,
            Optional<GroupWish> groups,
            SumAudit audit,
            EarlyClose earlyClose) {
        /** One sum, without audit, with rounds that may close early. */
        public Aggregation(
                int minimumIncluded,
                double clipNorm,
                int bits,
                int recordsMax,
                int roundSeconds,
                Rounding rounding,
                Rotation rotation,
                int minimumDifference) {
            this(
                    minimumIncluded,
                    clipNorm,
                    bits,
                    recordsMax,
                    roundSeconds,
                    rounding,
                    rotation,
                    minimumDifference,
                    Optional.empty(),
                    SumAudit.OFF,
                    EarlyClose.ON);
        }
    }

    /**
     * {@link Groups} as they are asked for.
     *
     * @param tolerated empty: what the combination bears, but for all others than the median no more than sites may be dishonest
     */
    public record GroupWish(int count, Groups.Combine combine, OptionalInt tolerated) {
        /** @param colluders C of the roster */
        Groups resolve(int colluders) {
            int most = Groups.toleratedMax(combine, count);
            int usual = combine == Groups.Combine.MEDIAN ? most : Math.clamp(colluders, 1, most);
            return new Groups(count, combine, tolerated.orElse(usual));
        }
    }

    /** What an evaluation can report. */
    public enum Metric {
        AUC,
        LOG_LOSS,
        ACCURACY,
        CALIBRATION
    }

    /**
     * The plan of this job without differential privacy; the same arguments give the same plan.
     *
     * @param asked must have the name {@link #study()}
     * @param colluders C of the roster
     * @param seed 16 random bytes
     * @throws IllegalArgumentException if the study's name differs, the seed has another length, or the job asks for
     *     privacy
     */
    public Plan plan(Study asked, int colluders, Bytes seed) {
        return plan(asked, colluders, new Guarantee.None(), seed);
    }

    /**
     * The same with the guarantee that was made for it.
     *
     * @throws IllegalArgumentException also if the guarantee is not of the kind that the job asks for
     */
    public Plan plan(Study asked, int colluders, Guarantee guarantee, Bytes seed) {
        if (privacy.isPresent() != (guarantee instanceof Guarantee.RecordLevel)) {
            throw new IllegalArgumentException("the guarantee is not what the job asks for");
        }
        if (!asked.name().equals(study)) {
            throw new IllegalArgumentException(
                    "the job names the study " + study + ", not " + asked.name());
        }
        if (seed.length() != 16) {
            throw new IllegalArgumentException("a plan's seed has 16 bytes, not " + seed.length());
        }
        var sums =
                new Plan.Aggregation(
                        aggregation.minimumIncluded(),
                        colluders,
                        aggregation.clipNorm(),
                        aggregation.bits(),
                        aggregation.recordsMax(),
                        aggregation.roundSeconds(),
                        aggregation.rounding(),
                        aggregation.rotation(),
                        aggregation.minimumDifference(),
                        aggregation.groups().map(wish -> wish.resolve(colluders)),
                        aggregation.audit(),
                        aggregation.earlyClose());
        return new Plan(name, asked, model, training, sums, evaluation, release, guarantee, seed);
    }
}
