package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

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

    private static List<Reason.Code> against(Plan plan) {
        var facts =
                Facts.atSite(
                        LONDON,
                        Optional.of(PolicyFile.parse(POLICY)),
                        List.of(),
                        List.of(
                                new Target.Dataset(
                                        LONDON, "pbc", plan.study().name(), Sensitivity.SPECIAL)));
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
        var cheaper =
                new Guarantee.RecordLevel(
                        noise.epsilon() - 0.01,
                        noise.delta(),
                        noise.clipNorm(),
                        noise.minimumSurvivors(),
                        noise.colluders(),
                        noise.commits(),
                        noise.records(),
                        noise.scaleBits(),
                        noise.sensitivity(),
                        noise.shareVariance());
        var plan =
                new Plan(
                        honest.name(),
                        honest.study(),
                        honest.model(),
                        honest.training(),
                        honest.aggregation(),
                        honest.evaluation(),
                        honest.release(),
                        cheaper,
                        honest.seed());
        assertEquals(List.of(Reason.Code.EPSILON_UNDERSTATED), against(plan));
    }
}
