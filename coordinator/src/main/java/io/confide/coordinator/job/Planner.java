package io.confide.coordinator.job;

import io.confide.common.encoding.Payloads;
import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Groups;
import io.confide.common.model.JobSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.SumAudit;
import io.confide.common.privacy.PrivatePlanning;
import io.confide.common.secagg.Partition;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;

import java.util.Collections;
import java.util.Optional;

/** From the files a researcher writes to the plan that sites approve. Pure: the same texts and seed give the same plan. */
public final class Planner {
    /** Of one round's record for its audit, before it is written as text. */
    static final long AUDIT_BYTES_MAX = 32L << 20;

    private Planner() {}

    /**
     * Returns the plan of {@code jobYaml} over {@code roster}.
     *
     * @param seed 16 random bytes
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem found
     */
    public static Plan plan(String jobYaml, String studyYaml, Roster roster, Bytes seed) {
        return plan(read(jobYaml, studyYaml), roster, seed);
    }

    /** The two files of a submission, each right in itself. */
    public record Submission(JobSpec spec, Study study) {}

    /**
     * Reads both files; needs no roster, so that mistakes in them are named before anything else.
     *
     * @throws ConfideException BAD_FILE or NOT_BUILT with every problem found
     */
    public static Submission read(String jobYaml, String studyYaml) {
        var spec = JobFile.parse(jobYaml);
        var study = StudyFile.parse(studyYaml);
        if (!spec.study().equals(study.name())) {
            throw new ConfideException(
                    ErrorCode.BAD_FILE,
                    "job.yaml asks for the study %s, but the study file describes %s; submit the matching study file."
                            .formatted(spec.study(), study.name()));
        }
        return new Submission(spec, study);
    }

    /** Resolves a submission; the same errors as {@link #plan(String, String, Roster, Bytes)}. */
    public static Plan plan(Submission submission, Roster roster, Bytes seed) {
        var spec = submission.spec();
        var sums = spec.aggregation();
        int groups = sums.groups().map(JobSpec.GroupWish::count).orElse(1);
        problem(sums.minimumIncluded(), sums.minimumDifference(), groups, roster)
                .ifPresent(
                        sentence -> {
                            throw new ConfideException(ErrorCode.BAD_FILE, sentence);
                        });
        var plan = PrivatePlanning.plan(spec, submission.study(), roster.colluders(), seed);
        auditProblem(plan, roster.size())
                .ifPresent(
                        sentence -> {
                            throw new ConfideException(ErrorCode.BAD_FILE, sentence);
                        });
        return plan;
    }

    /** Why what a round keeps for its audit would be too large: one leaf of every input. */
    private static Optional<String> auditProblem(Plan plan, int sites) {
        if (plan.aggregation().audit() == SumAudit.OFF) {
            return Optional.empty();
        }
        long words =
                plan.schedule().stream()
                        .mapToLong(task -> Payloads.codec(plan, task, sites).words())
                        .max()
                        .orElse(0);
        long bytes = (sites + 1) * Math.min(VectorHash.LEAF_BYTES, Words.BYTES * words);
        return bytes <= AUDIT_BYTES_MAX
                ? Optional.empty()
                : Optional.of(
                        "aggregation.audit would keep %d MiB of every round, one leaf of the input of each of %d sites, but at most %d MiB are kept; remove it or use a smaller model."
                                .formatted(
                                        Math.ceilDiv(bytes, 1L << 20),
                                        sites,
                                        AUDIT_BYTES_MAX >> 20));
    }

    /** Why {@code roster} does not make so many groups whose sums are of at least {@code minimum} sites. */
    private static Optional<String> problem(int minimum, int apart, int groups, Roster roster) {
        int n = roster.size();
        if (groups == 1) {
            return minimum <= n
                    ? Optional.empty()
                    : Optional.of(
                            "aggregation.minimumIncluded is %d, but the roster has %d sites; lower it or enlarge the roster."
                                    .formatted(minimum, n));
        }
        int colluders = roster.colluders();
        int most = Partition.countMax(n, colluders);
        if (groups > most) {
            boolean none = most < Groups.COUNT_MIN;
            return Optional.of(
                    "aggregation.groups is %d, but %d sites make %s: a group has at least %d, so that its honest members hide each other beside %d others and one of them may be missing; %s or enlarge the roster."
                            .formatted(
                                    groups,
                                    n,
                                    none ? "too few" : "at most " + most,
                                    Partition.blockMin(colluders),
                                    colluders,
                                    none ? "remove it" : "lower it"));
        }
        var sizes = Partition.sizes(n, colluders, groups);
        if (minimum > Collections.min(sizes)) {
            return Optional.of(
                    "aggregation.minimumIncluded is %d, but the smallest of %d groups of %d sites has %d; lower it or use fewer groups."
                            .formatted(minimum, groups, n, Collections.min(sizes)));
        }
        if (apart > Collections.min(sizes)) {
            return Optional.of(
                    "aggregation.minimumDifference is %d, but the smallest of %d groups of %d sites has %d; lower it or use fewer groups."
                            .formatted(apart, groups, n, Collections.min(sizes)));
        }
        return Collections.max(sizes) <= SecAggPolicy.COMPLETE_SITES_MAX
                ? Optional.empty()
                : Optional.of(
                        "aggregation.groups is %d, but a group of %d sites is larger than %d; raise it."
                                .formatted(
                                        groups,
                                        Collections.max(sizes),
                                        SecAggPolicy.COMPLETE_SITES_MAX));
    }

    /**
     * Returns {@code kept} with another {@code seed}, to be run again over {@code roster}. Under its own seed every site would
     * refuse it as work that it has done (K11).
     *
     * @throws ConfideException CONFLICT if the plan was made for another kind of roster
     */
    public static Plan again(Plan kept, Roster roster, Bytes seed) {
        var sums = kept.aggregation();
        int groups = sums.groups().map(Groups::count).orElse(1);
        if (problem(sums.minimumIncluded(), sums.minimumDifference(), groups, roster).isPresent()
                || sums.colluders() != roster.colluders()) {
            throw new ConfideException(
                    ErrorCode.CONFLICT,
                    "The plan was made for at least %d sites, %d of them dishonest, but the roster now has %d sites and bears %d; submit the job's files again."
                            .formatted(
                                    sums.minimumIncluded(),
                                    sums.colluders(),
                                    roster.size(),
                                    roster.colluders()));
        }
        return kept.withSeed(seed);
    }
}
