package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.files.Examples;
import io.confide.common.files.PlanJson;
import io.confide.common.files.PolicyFile;
import io.confide.common.files.Words;
import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan.Release;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.SumAudit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An audit has parts of sums in it, and all of a small model's: to everybody it is a release of weights. */
class AuditRulesTest {
    private static final SiteId LONDON = new SiteId("london");
    private static final String STUDY = Examples.plan().study().name();
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** A site that lets at most {@code atMost} leave. */
    private static Decider site(Release atMost) {
        var policy =
                """
                defaults: {minimumCohort: 5, minimumIncluded: 5, approval: automatic}
                allow:
                  - {study: %s, models: [mlp], release: {atMost: %s}}
                """
                        .formatted(STUDY, Words.of(atMost));
        return new Decider(
                Facts.atSite(
                        LONDON,
                        Optional.of(PolicyFile.parse(policy)),
                        List.of(),
                        List.of(new Target.Dataset(LONDON, "pbc", STUDY, Sensitivity.SPECIAL))));
    }

    /** Also such as no job file makes: a coordinator need not keep to what it refuses there. */
    private static Target.Work work(Release wish, SumAudit audit) {
        String json =
                PlanJson.text(Examples.plan()).replace("\"weights\"", "\"" + Words.of(wish) + "\"");
        if (audit == SumAudit.ON) {
            json = json.replace("\"aggregation\":{", "\"aggregation\":{\"audit\":true,");
        }
        var plan = PlanJson.parse(Bytes.wrap(json.getBytes(StandardCharsets.UTF_8)));
        assertEquals(wish, plan.release());
        assertEquals(audit, plan.aggregation().audit());
        return new Target.Work(plan, PlanJson.hash(plan), 7);
    }

    private static List<String> against(Release atMost, Action action, Target.Work work) {
        var coordinator = Actor.of("coordinator", Role.COORDINATOR);
        return against(site(atMost).decide(coordinator, action, work, NOW));
    }

    private static List<String> against(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Permit _ -> List.of();
            case Verdict.Deny deny -> {
                assertEquals(
                        List.of(Reason.Code.RELEASE_EXCEEDS),
                        deny.reasons().stream().map(Reason::code).toList());
                yield deny.sentences();
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = Action.class,
            names = {"START_TRAINING", "OPEN_ROUND"})
    void aSitePermitsAnAuditOnlyWhereWeightsMayLeaveWhateverThePlanSaysItReleases(Action action) {
        for (Release atMost : Release.values()) {
            for (Release wish : Release.values()) {
                assertEquals(
                        wish.compareTo(atMost) <= 0,
                        against(atMost, action, work(wish, SumAudit.OFF)).isEmpty());
                assertEquals(
                        atMost == Release.WEIGHTS,
                        against(atMost, action, work(wish, SumAudit.ON)).isEmpty());
            }
        }
    }

    @Test
    void theRefusalSaysInOneSentenceWhatAnAuditShows() {
        assertEquals(
                List.of(
                        "The plan's audit shows parts of sums, and a small model whole, which is a"
                                + " release of weights and exceeds the site's policy, which allows"
                                + " metrics at most."),
                against(Release.METRICS, Action.START_TRAINING, work(Release.NONE, SumAudit.ON)));
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"ADMIN", "AUDITOR"})
    void itsRecordIsReadOnlyOfAJobThatReleasesItsWeights(Role role) {
        var job = JobId.of("00000000-0000-0000-0000-000000000001");
        for (Release released : Release.values()) {
            var verdict =
                    new Decider(Facts.atCoordinator())
                            .decide(
                                    Actor.of("ann", role),
                                    Action.READ_AUDIT,
                                    new Target.Audit(job, 1, released),
                                    NOW);
            assertEquals(released == Release.WEIGHTS, against(verdict).isEmpty());
        }
    }
}
