package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.files.Examples;
import io.confide.common.files.PlanJson;
import io.confide.common.files.PolicyFile;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a site's policy says of guarantees. */
class GuaranteeRulesTest {
    private static final SiteId LONDON = new SiteId("london");
    private static final String POLICY =
            """
            defaults: {minimumCohort: 5, minimumIncluded: 5, approval: automatic}
            allow:
              - study: pbc-two-year-risk
                models: [logistic, mlp]
                privacy: {required: true, epsilonPerRecord: 6.0, delta: 1e-5}
                release: {atMost: weights}
            """;

    private static Facts facts() {
        return Facts.atSite(
                LONDON,
                Optional.of(PolicyFile.parse(POLICY)),
                List.of(),
                List.of(
                        new Target.Dataset(
                                LONDON,
                                "pbc",
                                Examples.privatePlan().study().name(),
                                Sensitivity.SPECIAL)));
    }

    private static List<Reason.Code> against(Plan plan) {
        return against(plan, facts());
    }

    private static List<Reason.Code> against(Plan plan, Facts facts) {
        var work = new Target.Work(plan, PlanJson.hash(plan), 7);
        var verdict =
                new Decider(facts)
                        .decide(
                                Actor.of("coordinator", Role.COORDINATOR),
                                Action.START_TRAINING,
                                work,
                                Instant.parse("2026-06-01T00:00:00Z"));
        return switch (verdict) {
            case Verdict.Permit _ -> List.of();
            case Verdict.Deny deny -> deny.reasons().stream().map(Reason::code).toList();
        };
    }

    @Test
    void aPolicyThatRequiresPrivacyPermitsAPlanThatHasIt() {
        assertEquals(List.of(Reason.Code.DP_REQUIRED), against(Examples.logisticPlan()));
        assertEquals(List.of(), against(Examples.privatePlan()));
    }

    /** Whoever made the plan: the site's own accountant says what its noise costs. */
    @Test
    void aPlanThatUnderstatesItsCostIsDenied() {
        Plan honest = Examples.privatePlan();
        var noise = assertInstanceOf(Guarantee.RecordLevel.class, honest.guarantee());
        var cheaper = noise(honest, noise.epsilon() - 0.01, noise.shareVariance());
        assertEquals(List.of(Reason.Code.EPSILON_UNDERSTATED), against(cheaper));
    }

    /** Noise that is enough for records of which few are sampled is not enough for more of them. */
    @Test
    void aPlanThatSamplesMoreThanItsNoiseBearsIsDenied() {
        Plan plan = Examples.privatePlan("samplingRate: 0.2, commits: 40");
        var noise = assertInstanceOf(Guarantee.RecordLevel.class, plan.guarantee());
        assertEquals(List.of(), against(plan));
        assertEquals(List.of(), against(with(plan, atRate(noise, 0.19))));
        for (double rate : new double[] {0.21, 0.5, 1}) {
            assertEquals(
                    List.of(Reason.Code.EPSILON_UNDERSTATED),
                    against(with(plan, atRate(noise, rate))));
        }
    }

    private static Plan with(Plan plan, Guarantee.RecordLevel guarantee) {
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

    private static Guarantee.RecordLevel atRate(Guarantee.RecordLevel noise, double rate) {
        return new Guarantee.RecordLevel(
                noise.epsilon(),
                noise.delta(),
                noise.clipNorm(),
                noise.minimumSurvivors(),
                noise.colluders(),
                noise.commits(),
                noise.records(),
                rate,
                noise.scaleBits(),
                noise.sensitivity(),
                noise.shareVariance());
    }

    /** A plan that no accountant takes must not stop the site that reads it. */
    @Test
    void aPlanWhoseCostCannotBeComputedIsDenied() {
        var silent = noise(Examples.privatePlan(), 3, Guarantee.RecordLevel.SHARE_VARIANCE_MIN);
        assertEquals(List.of(Reason.Code.EPSILON_UNDERSTATED), against(silent));
    }

    @Test
    void aPlanThatCountsOnOtherColludersThanThePinnedRosterIsDenied() {
        var plan = Examples.privatePlan();
        int planned = plan.aggregation().colluders();
        assertEquals(List.of(), against(plan, facts().withColluders(planned)));
        for (int pinned : List.of(planned - 1, planned + 1)) {
            assertEquals(
                    List.of(Reason.Code.COLLUDERS_UNLIKE_ROSTER),
                    against(plan, facts().withColluders(pinned)));
        }
    }

    /** Every site knows its own share, and one record in so many may not leave whole. */
    @Test
    void noPlanPromisesMoreThanItsNoiseCanKeep() {
        var noise =
                assertInstanceOf(Guarantee.RecordLevel.class, Examples.privatePlan().guarantee());
        assertThrows(
                IllegalArgumentException.class,
                () -> changed(noise, noise.delta(), 0, noise.epsilon(), noise.shareVariance()));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        changed(
                                noise,
                                2.0 / noise.records(),
                                1,
                                noise.epsilon(),
                                noise.shareVariance()));
    }

    private static Guarantee.RecordLevel changed(
            Guarantee.RecordLevel noise,
            double delta,
            int colluders,
            double epsilon,
            long shareVariance) {
        return new Guarantee.RecordLevel(
                epsilon,
                delta,
                noise.clipNorm(),
                noise.minimumSurvivors(),
                colluders,
                noise.commits(),
                noise.records(),
                noise.samplingRate(),
                noise.scaleBits(),
                noise.sensitivity(),
                shareVariance);
    }

    private static Plan noise(Plan honest, double epsilon, long shareVariance) {
        var noise = assertInstanceOf(Guarantee.RecordLevel.class, honest.guarantee());
        return new Plan(
                honest.name(),
                honest.study(),
                honest.model(),
                honest.training(),
                honest.aggregation(),
                honest.evaluation(),
                honest.release(),
                changed(noise, noise.delta(), noise.colluders(), epsilon, shareVariance),
                honest.seed());
    }
}
