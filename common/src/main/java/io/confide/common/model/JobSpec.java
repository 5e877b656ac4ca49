package io.confide.common.model;

import java.util.List;

/**
 * What a researcher asks for in {@code job.yaml}, read and checked but not yet resolved: the roster's
 * colluder bound and the seed are missing.
 *
 * @param study name of the study; the study file submitted with the job must carry the same name
 * @param metrics what to show first; the secure sum of an evaluation always carries all of them
 */
public record JobSpec(
        String name,
        String study,
        ModelSpec model,
        Training training,
        Aggregation aggregation,
        Plan.Evaluation evaluation,
        List<Metric> metrics,
        Plan.Release release) {
    public JobSpec {
        metrics = List.copyOf(metrics);
    }

    /** {@link Plan.Aggregation} without the colluder bound, which the roster fixes for everybody. */
    public record Aggregation(
            int minimumIncluded,
            double clipNorm,
            int bits,
            int recordsMax,
            int roundSeconds,
            Rounding rounding,
            Rotation rotation) {}

    /** What an evaluation can report. */
    public enum Metric {
        AUC,
        LOG_LOSS,
        ACCURACY,
        CALIBRATION
    }

    /**
     * The plan of this job; the same arguments give the same plan.
     *
     * @param asked must have the name {@link #study()}
     * @param colluders C of the roster
     * @param seed 16 random bytes
     * @throws IllegalArgumentException if the study's name differs or the seed has another length
     */
    public Plan plan(Study asked, int colluders, Bytes seed) {
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
                        aggregation.rotation());
        return new Plan(name, asked, model, training, sums, evaluation, release, seed);
    }
}
