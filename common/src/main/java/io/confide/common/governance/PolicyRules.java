package io.confide.common.governance;

import io.confide.common.files.PlanJson;
import io.confide.common.files.Words;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SitePolicy;
import io.confide.common.model.SumAudit;
import io.confide.common.privacy.PlanPrivacy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A site's policy applied to one target. Every method returns all reasons against; none means it passes. */
record PolicyRules(Facts facts, SitePolicy policy, Instant now) {
    /** Everything but the person's approval. */
    List<Reason> plan(Target.Work work) {
        var reasons = new ArrayList<>(hash(work));
        reasons.addAll(data(work.plan().study().name()));
        policy.allowance(work.plan().study().name())
                .ifPresentOrElse(
                        allowance -> reasons.addAll(allowed(work, allowance)),
                        () -> reasons.add(studyNotAllowed(work.plan().study().name())));
        return reasons;
    }

    List<Reason> training(Target.Work work) {
        var reasons = new ArrayList<>(plan(work));
        policy.allowance(work.plan().study().name())
                .filter(allowance -> allowance.approval() == SitePolicy.Approval.MANUAL)
                .filter(_ -> !facts.approved(work.planHash(), now))
                .ifPresent(
                        _ ->
                                reasons.add(
                                        new Reason(
                                                Reason.Code.APPROVAL_MISSING,
                                                "This plan waits for approval: confide participant"
                                                        + " approve --plan "
                                                        + work.planHash().hex()
                                                        + ".")));
        return reasons;
    }

    List<Reason> binding(Target.Dataset dataset) {
        return policy.allowance(dataset.study()).isPresent()
                ? List.of()
                : List.of(studyNotAllowed(dataset.study()));
    }

    /** Approval is of bytes: a plan under another hash is another plan. */
    static List<Reason> hash(Target.Work work) {
        return PlanJson.hash(work.plan()).equals(work.planHash())
                ? List.of()
                : List.of(
                        new Reason(
                                Reason.Code.PLAN_CHANGED,
                                "The plan is not the one with the hash "
                                        + work.planHash().shortHex()
                                        + "."));
    }

    static List<Reason> atMost(Plan.Release wish, Plan.Release ceiling, String whose) {
        return wish.compareTo(ceiling) <= 0
                ? List.of()
                : List.of(
                        new Reason(
                                Reason.Code.RELEASE_EXCEEDS,
                                "The release of "
                                        + Words.of(wish)
                                        + " exceeds "
                                        + whose
                                        + ", which allows "
                                        + Words.of(ceiling)
                                        + " at most."));
    }

    private List<Reason> data(String study) {
        var bound = facts.datasets().stream().filter(d -> d.study().equals(study)).toList();
        if (bound.isEmpty()) {
            return List.of(
                    new Reason(
                            Reason.Code.NO_DATASET,
                            "No dataset is bound to the study " + study + " at this site."));
        }
        return bound.stream().anyMatch(d -> d.sensitivity() == Sensitivity.SECRET)
                ? List.of(
                        new Reason(
                                Reason.Code.SECRET_DATA,
                                "The dataset of the study "
                                        + study
                                        + " is secret, and secret data is not used for training."))
                : List.of();
    }

    private List<Reason> allowed(Target.Work work, SitePolicy.Allowance allowance) {
        Plan plan = work.plan();
        var reasons = new ArrayList<Reason>();
        allowance
                .until()
                .filter(day -> now.atZone(ZoneOffset.UTC).toLocalDate().isAfter(day))
                .ifPresent(
                        day ->
                                reasons.add(
                                        new Reason(
                                                Reason.Code.ALLOWANCE_ENDED,
                                                "The policy allowed this study until "
                                                        + day
                                                        + ".")));
        String kind = kind(plan.model());
        if (!allowance.models().contains(kind)) {
            reasons.add(
                    new Reason(
                            Reason.Code.MODEL_NOT_ALLOWED,
                            "The policy does not allow the model kind " + kind + "."));
        }
        reasons.addAll(sizes(work, allowance));
        reasons.addAll(guarantee(plan, allowance));
        reasons.addAll(release(plan, allowance.releaseAtMost()));
        return reasons;
    }

    /** The record of an audit has a part of a sum in it, and all of a small model's: that is a release of weights. */
    private static List<Reason> release(Plan plan, Plan.Release ceiling) {
        var reasons = atMost(plan.release(), ceiling, "the site's policy");
        boolean hidden =
                plan.aggregation().audit() == SumAudit.ON
                        && Plan.Release.WEIGHTS.compareTo(ceiling) > 0;
        return reasons.isEmpty() && hidden
                ? List.of(
                        new Reason(
                                Reason.Code.RELEASE_EXCEEDS,
                                "The plan's audit shows parts of sums, and a small model whole,"
                                        + " which is a release of weights and exceeds the site's"
                                        + " policy, which allows "
                                        + Words.of(ceiling)
                                        + " at most."))
                : reasons;
    }

    /** What a plan states about its cost is computed again here, from the noise it freezes. */
    private List<Reason> guarantee(Plan plan, SitePolicy.Allowance allowance) {
        return switch (plan.guarantee()) {
            case Guarantee.None _ ->
                    privacyRequired(allowance)
                            ? List.of(
                                    new Reason(
                                            Reason.Code.DP_REQUIRED,
                                            "The policy requires differential privacy, and this"
                                                    + " plan has none."))
                            : List.of();
            case Guarantee.RecordLevel records -> {
                var reasons = new ArrayList<>(cost(plan, records));
                reasons.addAll(colluders(plan));
                yield reasons;
            }
        };
    }

    /** Also where another budget covers the rows: what is released of them without noise would break its promise. */
    private boolean privacyRequired(SitePolicy.Allowance allowance) {
        return allowance.privacy() == SitePolicy.Privacy.REQUIRED
                || facts.datasets().stream()
                        .filter(dataset -> dataset.study().equals(allowance.study()))
                        .anyMatch(
                                dataset ->
                                        policy.totals().stream()
                                                .anyMatch(
                                                        total ->
                                                                total.datasets()
                                                                        .contains(dataset.name())));
    }

    /** Numbers that no accountant takes cost something unknown. */
    private static List<Reason> cost(Plan plan, Guarantee.RecordLevel records) {
        double epsilon;
        try {
            epsilon = PlanPrivacy.of(plan, records).epsilon();
        } catch (ConfideException e) {
            return List.of(
                    new Reason(
                            Reason.Code.EPSILON_UNDERSTATED,
                            "What the noise of this plan costs cannot be computed: "
                                    + e.sentence()));
        }
        return epsilon <= records.epsilon()
                ? List.of()
                : List.of(
                        new Reason(
                                Reason.Code.EPSILON_UNDERSTATED,
                                "The plan states an ε of "
                                        + records.epsilon()
                                        + ", but its noise costs "
                                        + epsilon
                                        + "."));
    }

    /** Beyond the roster's C one site's part of a sum is not hidden, and its own share of the noise is too little alone. */
    private List<Reason> colluders(Plan plan) {
        int planned = plan.aggregation().colluders();
        return facts.colluders().isEmpty() || facts.colluders().getAsInt() == planned
                ? List.of()
                : List.of(
                        new Reason(
                                Reason.Code.COLLUDERS_UNLIKE_ROSTER,
                                "The plan counts on up to "
                                        + planned
                                        + " dishonest sites, the roster pinned at this site on up"
                                        + " to "
                                        + facts.colluders().getAsInt()
                                        + "."));
    }

    private static List<Reason> sizes(Target.Work work, SitePolicy.Allowance allowance) {
        var reasons = new ArrayList<Reason>();
        if (work.cohort() < allowance.minimumCohort()) {
            reasons.add(
                    new Reason(
                            Reason.Code.COHORT_TOO_SMALL,
                            "Only "
                                    + work.cohort()
                                    + " sites take part; the policy asks for at least "
                                    + allowance.minimumCohort()
                                    + "."));
        }
        int included = work.plan().aggregation().minimumIncluded();
        if (included < allowance.minimumIncluded()) {
            reasons.add(
                    new Reason(
                            Reason.Code.INCLUDED_TOO_FEW,
                            "The plan accepts sums of "
                                    + included
                                    + " sites; the policy asks for at least "
                                    + allowance.minimumIncluded()
                                    + "."));
        }
        int apart = work.plan().aggregation().minimumDifference();
        if (work.plan().guarantee() instanceof Guarantee.None
                && apart < allowance.minimumDifference()) {
            reasons.add(
                    new Reason(
                            Reason.Code.SUMS_TOO_CLOSE,
                            "The plan accepts sums that differ in "
                                    + apart
                                    + " of their sites; the policy asks for at least "
                                    + allowance.minimumDifference()
                                    + " (aggregation.minimumDifference)."));
        }
        return reasons;
    }

    private static Reason studyNotAllowed(String study) {
        return new Reason(
                Reason.Code.STUDY_NOT_ALLOWED,
                "The policy does not allow the study " + study + ".");
    }

    private static String kind(ModelSpec model) {
        return switch (model) {
            case ModelSpec.Logistic _ -> "logistic";
            case ModelSpec.Mlp _ -> "mlp";
        };
    }
}
