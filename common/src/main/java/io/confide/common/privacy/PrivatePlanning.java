package io.confide.common.privacy;

import io.confide.common.encoding.ParameterManifest;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * Resolves what a job asks of privacy to the last number: the least noise whose Rényi cost is at most ε, rounded up to a
 * whole variance of a share and accounted again.
 */
public final class PrivatePlanning {
    /** Above it the sum of single records' gradients is another computation, with rounding of its own to account for. */
    public static final int PARAMETERS_MAX = 100_000;

    private PrivatePlanning() {}

    /**
     * The plan of {@code spec}, with or without a guarantee; the same arguments give the same plan.
     *
     * @param colluders C of the roster
     * @param seed 16 random bytes
     * @throws ConfideException BAD_FILE or NOT_BUILT if the job asks for a guarantee that cannot be given
     */
    public static Plan plan(JobSpec spec, Study study, int colluders, Bytes seed) {
        if (spec.privacy().isEmpty()) {
            return spec.plan(study, colluders, seed);
        }
        return spec.plan(
                study, colluders, guarantee(spec, spec.privacy().get(), study, colluders), seed);
    }

    private static Guarantee.RecordLevel guarantee(
            JobSpec spec, JobSpec.Privacy wish, Study study, int rosterColluders) {
        int parameters = ParameterManifest.of(spec.model(), study.dictionary()).parameterCount();
        int survivors = spec.aggregation().minimumIncluded();
        int colluders = wish.colluders().orElse(rosterColluders);
        requireMissing(study);
        require(
                rosterColluders >= 1,
                "privacy needs a roster with at least one colluder: every site knows its own share"
                        + " of the noise; the consortium agrees on another roster.");
        require(
                colluders <= rosterColluders,
                "privacy.colluders is %d, but the secure aggregation of this roster bears %d at most; lower it."
                        .formatted(colluders, rosterColluders));
        require(
                colluders < survivors,
                "privacy.colluders is %d, so a sum of %d sites may hold no honest noise; raise aggregation.minimumIncluded."
                        .formatted(colluders, survivors));
        if (parameters > PARAMETERS_MAX) {
            throw new ConfideException(
                    ErrorCode.NOT_BUILT,
                    "model has %d parameters; differential privacy is available up to %d."
                            .formatted(parameters, PARAMETERS_MAX));
        }
        return noise(spec, wish, survivors, colluders, parameters);
    }

    /** A dataset that is refused, or a mean that is learnt, tells about single records beside the noise. */
    private static void requireMissing(Study study) {
        switch (study.dictionary().missing()) {
            case ZERO_AFTER_SCALING -> {}
            case SECURE_MEAN ->
                    throw new ConfideException(
                            ErrorCode.NOT_BUILT,
                            "dictionary.missing: secure-mean learns exact means, which differential"
                                    + " privacy does not allow; use zero-after-scaling.");
            case REFUSE ->
                    throw new ConfideException(
                            ErrorCode.NOT_BUILT,
                            "dictionary.missing: refuse would tell whether any record lacks a"
                                    + " value, which differential privacy does not allow; use"
                                    + " zero-after-scaling.");
        }
    }

    private static Guarantee.RecordLevel noise(
            JobSpec spec, JobSpec.Privacy wish, int survivors, int colluders, int parameters) {
        int scaleBits = Guarantee.RecordLevel.scaleBits(wish.clipNorm());
        long sensitivity = Guarantee.RecordLevel.sensitivity(wish.clipNorm(), scaleBits);
        int commits = wish.commits().orElse(spec.training().rounds());
        var unit =
                new PrivacyEvent(
                        Relation.ADD_REMOVE,
                        PrivacyUnit.RECORD,
                        Sampling.atRate(wish.samplingRate()),
                        new Noise.Grid(sensitivity, sensitivity, parameters),
                        commits);
        var answer =
                Calibration.factor(List.of(unit), wish.epsilon(), wish.delta(), Accountant.RDP);
        long share = shareVariance(answer.factor(), sensitivity, survivors - colluders);
        require(
                share >= Guarantee.RecordLevel.SHARE_VARIANCE_MIN
                        && share <= Guarantee.RecordLevel.SHARE_VARIANCE_MAX / survivors,
                "privacy.epsilon %s needs noise that cannot be drawn exactly; choose another epsilon."
                        .formatted(wish.epsilon()));
        return atMost(
                wish.epsilon(),
                parameters,
                new Guarantee.RecordLevel(
                        wish.epsilon(),
                        wish.delta(),
                        wish.clipNorm(),
                        survivors,
                        colluders,
                        commits,
                        wish.records(),
                        wish.samplingRate(),
                        scaleBits,
                        sensitivity,
                        share));
    }

    /** ⌈(zΔ)²/(S_min − c)⌉ in exact decimals; beyond 2^62, 2^62. */
    private static long shareVariance(double multiplier, long sensitivity, int honest) {
        var sigma = new BigDecimal(multiplier).multiply(BigDecimal.valueOf(sensitivity));
        var share =
                sigma.multiply(sigma).divide(BigDecimal.valueOf(honest), 0, RoundingMode.CEILING);
        return share.min(BigDecimal.valueOf(1L << 62)).longValueExact();
    }

    /** The accountant's own word on what was frozen; rounding may have to be made good by a grid step or two. */
    private static Guarantee.RecordLevel atMost(
            double epsilon, int parameters, Guarantee.RecordLevel drawn) {
        var records = drawn;
        while (new PlanPrivacy(records, parameters).epsilon() > epsilon) {
            long more = records.shareVariance() + 1 + (records.shareVariance() >> 40);
            records =
                    new Guarantee.RecordLevel(
                            records.epsilon(),
                            records.delta(),
                            records.clipNorm(),
                            records.minimumSurvivors(),
                            records.colluders(),
                            records.commits(),
                            records.records(),
                            records.samplingRate(),
                            records.scaleBits(),
                            records.sensitivity(),
                            more);
        }
        return records;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfideException(ErrorCode.BAD_FILE, sentence);
        }
    }
}
