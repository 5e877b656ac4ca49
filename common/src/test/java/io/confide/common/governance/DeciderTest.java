package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Examples;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

class DeciderTest {
    private static final SiteId LONDON = new SiteId("london");
    private static final SiteId LYON = new SiteId("lyon");
    private static final JobId JOB = JobId.of("00000000-0000-0000-0000-000000000001");
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Plan PLAN = Examples.plan();
    private static final Target.Work WORK = new Target.Work(PLAN, PlanJson.hash(PLAN), 7);
    private static final Target.Dataset DATASET =
            new Target.Dataset(LONDON, "pbc", PLAN.study().name(), Sensitivity.SPECIAL);
    private static final SitePolicy.Allowance ALLOWANCE =
            new SitePolicy.Allowance(
                    PLAN.study().name(),
                    Set.of("logistic", "mlp"),
                    5,
                    5,
                    1,
                    SitePolicy.RolledBackLedger.NOTE,
                    SitePolicy.Privacy.NOT_REQUIRED,
                    Optional.empty(),
                    Plan.Release.WEIGHTS,
                    SitePolicy.Approval.MANUAL,
                    Optional.of(LocalDate.of(2026, 6, 30)));
    private static final Grant APPROVAL =
            new Grant(
                    Grant.Kind.PLAN,
                    "london/steward",
                    "coordinator",
                    PlanJson.hash(PLAN).hex(),
                    NOW.minusSeconds(60),
                    Optional.empty(),
                    Grant.Standing.ACTIVE);

    private static Facts site(SitePolicy.Allowance allowance, Grant... grants) {
        return Facts.atSite(
                LONDON,
                Optional.of(new SitePolicy(List.of(allowance))),
                List.of(grants),
                List.of(DATASET));
    }

    private static Verdict start(Facts facts) {
        return start(facts, WORK, NOW);
    }

    private static Verdict start(Facts facts, Target.Work work, Instant now) {
        var coordinator = Actor.of("coordinator", Role.COORDINATOR);
        return new Decider(facts).decide(coordinator, Action.START_TRAINING, work, now);
    }

    private static void denies(Verdict verdict, Reason.Code... codes) {
        Verdict.Deny deny = assertInstanceOf(Verdict.Deny.class, verdict);
        assertEquals(
                List.of(codes), deny.reasons().stream().map(Reason::code).toList(), "" + verdict);
    }

    private static void permits(Verdict verdict) {
        assertInstanceOf(Verdict.Permit.class, verdict, "" + verdict);
    }

    private static Target targetOf(Action action) {
        return switch (action) {
            case APPROVE_PLAN, START_TRAINING, OPEN_ROUND -> WORK;
            case BIND_DATASET -> DATASET;
            case SUBMIT_JOB -> new Target.Submission("job", PLAN.study().name());
            case CANCEL_JOB, PAUSE_JOB, RESUME_JOB, READ_JOB ->
                    new Target.Job(JOB, "somebody else");
            case RELEASE_MODEL -> new Target.Model(JOB, Plan.Release.METRICS, Plan.Release.WEIGHTS);
            case READ_ARTIFACT ->
                    new Target.Artifact(JOB, "card.md", Plan.Release.METRICS, Plan.Release.METRICS);
            case ENROL_SITE -> new Target.Site(LONDON);
            case OBSERVE, READ_LOG -> new Target.Coordinator();
            case READ_AUDIT -> new Target.Audit(JOB, 1, Plan.Release.WEIGHTS);
        };
    }

    private static final Set<Role> PEOPLE =
            Set.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR, Role.STEWARD, Role.OPERATOR);

    /** Note 50 §4.2; whoever is not listed here is denied. */
    private static final Map<Action, Set<Role>> AT_COORDINATOR =
            Map.ofEntries(
                    Map.entry(Action.START_TRAINING, Set.of(Role.COORDINATOR)),
                    Map.entry(Action.OPEN_ROUND, Set.of(Role.COORDINATOR)),
                    Map.entry(Action.RELEASE_MODEL, Set.of(Role.COORDINATOR)),
                    Map.entry(Action.SUBMIT_JOB, Set.of(Role.RESEARCHER)),
                    Map.entry(Action.CANCEL_JOB, Set.of(Role.ADMIN, Role.AUDITOR)),
                    Map.entry(Action.PAUSE_JOB, Set.of(Role.ADMIN, Role.AUDITOR)),
                    Map.entry(Action.RESUME_JOB, Set.of(Role.ADMIN, Role.AUDITOR)),
                    Map.entry(Action.READ_JOB, PEOPLE),
                    Map.entry(Action.OBSERVE, PEOPLE),
                    Map.entry(Action.READ_LOG, Set.of(Role.ADMIN, Role.AUDITOR)),
                    Map.entry(Action.READ_AUDIT, Set.of(Role.ADMIN, Role.AUDITOR)),
                    Map.entry(Action.READ_ARTIFACT, Set.of(Role.RESEARCHER, Role.AUDITOR)),
                    Map.entry(Action.ENROL_SITE, Set.of(Role.ADMIN)));

    private static final Map<Action, Set<Role>> AT_SITE =
            Map.of(
                    Action.START_TRAINING, Set.of(Role.COORDINATOR),
                    Action.OPEN_ROUND, Set.of(Role.COORDINATOR),
                    Action.APPROVE_PLAN, Set.of(Role.STEWARD),
                    Action.BIND_DATASET, Set.of(Role.STEWARD, Role.PARTICIPANT));

    @ParameterizedTest
    @EnumSource
    void everyUndeclaredPairOfRoleAndActionIsDenied(Action action) {
        for (Role role : Role.values()) {
            Actor actor = Actor.at(LONDON, role);
            Verdict here =
                    new Decider(Facts.atCoordinator()).decide(actor, action, targetOf(action), NOW);
            assertEquals(
                    AT_COORDINATOR.getOrDefault(action, Set.of()).contains(role),
                    here instanceof Verdict.Permit,
                    role + " " + action + " at the coordinator: " + here);
            Verdict there =
                    new Decider(site(ALLOWANCE, APPROVAL))
                            .decide(actor, action, targetOf(action), NOW);
            assertEquals(
                    AT_SITE.getOrDefault(action, Set.of()).contains(role),
                    there instanceof Verdict.Permit,
                    role + " " + action + " at a site: " + there);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyMayDoAnythingAtASiteWithoutAPolicy(Action action) {
        var facts = Facts.atSite(LONDON, Optional.empty(), List.of(APPROVAL), List.of(DATASET));
        for (Role role : Role.values()) {
            Verdict verdict =
                    new Decider(facts)
                            .decide(Actor.at(LONDON, role), action, targetOf(action), NOW);
            Verdict.Deny deny = assertInstanceOf(Verdict.Deny.class, verdict);
            assertTrue(deny.reasons().stream().anyMatch(r -> r.code() == Reason.Code.NO_POLICY));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anActorWithoutRolesMayNothing(Action action) {
        Actor nobody = Actor.of("nobody");
        for (Facts facts : List.of(Facts.atCoordinator(), site(ALLOWANCE, APPROVAL))) {
            assertInstanceOf(
                    Verdict.Deny.class,
                    new Decider(facts).decide(nobody, action, targetOf(action), NOW));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTargetOfTheWrongKindIsDenied(Action action) {
        Set<Role> all = EnumSet.allOf(Role.class);
        var actor = new Actor("everybody", all, Optional.of(LONDON));
        Set<Class<?>> right =
                action == Action.READ_JOB
                        ? Set.of(Target.Job.class, Target.Round.class)
                        : Set.of(targetOf(action).getClass());
        for (Action other : Action.values()) {
            Target target = targetOf(other);
            if (right.contains(target.getClass())) {
                continue;
            }
            for (Facts facts : List.of(Facts.atCoordinator(), site(ALLOWANCE, APPROVAL))) {
                assertInstanceOf(
                        Verdict.Deny.class,
                        new Decider(facts).decide(actor, action, target, NOW),
                        action + " on " + target);
            }
        }
    }

    @Test
    void anApprovedPlanWithinThePolicyMayTrain() {
        var permit = assertInstanceOf(Verdict.Permit.class, start(site(ALLOWANCE, APPROVAL)));
        assertEquals(
                Set.of(
                        Obligation.Kind.RECORD,
                        Obligation.Kind.ASK_EVERY_ROUND,
                        Obligation.Kind.MINIMUM_INCLUDED),
                permit.obligations().stream().map(Obligation::kind).collect(Collectors.toSet()));
    }

    @Test
    void withoutApprovalAManualPolicyWaitsForAPerson() {
        Verdict verdict = start(site(ALLOWANCE));
        denies(verdict, Reason.Code.APPROVAL_MISSING);
        assertTrue(((Verdict.Deny) verdict).onlyApprovalMissing());
        assertEquals(
                List.of(
                        "This plan waits for approval: confide participant approve --plan "
                                + WORK.planHash().hex()
                                + "."),
                ((Verdict.Deny) verdict).sentences());
    }

    @Test
    void anAutomaticPolicyNeedsNoGrant() {
        permits(start(site(with(SitePolicy.Approval.AUTOMATIC))));
    }

    private static SitePolicy.Allowance with(SitePolicy.Approval approval) {
        var a = ALLOWANCE;
        return new SitePolicy.Allowance(
                a.study(),
                a.models(),
                a.minimumCohort(),
                a.minimumIncluded(),
                a.minimumDifference(),
                a.rolledBackLedger(),
                a.privacy(),
                a.budget(),
                a.releaseAtMost(),
                approval,
                a.until());
    }

    @Test
    void approvalIsOfOneExactPlan() {
        var other =
                new Grant(
                        Grant.Kind.PLAN,
                        "london/steward",
                        "coordinator",
                        Digest.ZERO.hex(),
                        NOW,
                        Optional.empty(),
                        Grant.Standing.ACTIVE);
        denies(start(site(ALLOWANCE, other)), Reason.Code.APPROVAL_MISSING);
        var lied = new Target.Work(Examples.logisticPlan(), WORK.planHash(), 7);
        denies(start(site(ALLOWANCE, APPROVAL), lied, NOW), Reason.Code.PLAN_CHANGED);
    }

    @Test
    void aGrantOfAnotherKindIsNoApproval() {
        var ethics =
                new Grant(
                        Grant.Kind.ETHICS,
                        APPROVAL.by(),
                        APPROVAL.to(),
                        APPROVAL.on(),
                        APPROVAL.from(),
                        APPROVAL.until(),
                        APPROVAL.standing());
        denies(start(site(ALLOWANCE, ethics)), Reason.Code.APPROVAL_MISSING);
    }

    @Test
    void anExpiredOrRevokedOrFutureGrantIsNone() {
        var expired =
                new Grant(
                        Grant.Kind.PLAN,
                        APPROVAL.by(),
                        APPROVAL.to(),
                        APPROVAL.on(),
                        APPROVAL.from(),
                        Optional.of(NOW),
                        Grant.Standing.ACTIVE);
        permits(start(site(ALLOWANCE, expired)));
        denies(
                start(site(ALLOWANCE, expired), WORK, NOW.plusMillis(1)),
                Reason.Code.APPROVAL_MISSING);
        denies(
                start(site(ALLOWANCE, APPROVAL), WORK, APPROVAL.from().minusMillis(1)),
                Reason.Code.APPROVAL_MISSING);
        var revoked =
                new Grant(
                        Grant.Kind.PLAN,
                        APPROVAL.by(),
                        APPROVAL.to(),
                        APPROVAL.on(),
                        APPROVAL.from(),
                        Optional.empty(),
                        Grant.Standing.REVOKED);
        denies(start(site(ALLOWANCE, revoked)), Reason.Code.APPROVAL_MISSING);
    }

    @Test
    void aBudgetOverTheRowsRefusesWhatIsReleasedOfThemWithoutNoise() {
        var budget = new SitePolicy.Budget(SitePolicy.Unit.RECORD, 3, 1e-5);
        var total = new SitePolicy.Total("liver", Set.of(DATASET.name()), budget);
        var policy = new SitePolicy(List.of(ALLOWANCE), List.of(total));
        denies(
                start(
                        Facts.atSite(
                                LONDON, Optional.of(policy), List.of(APPROVAL), List.of(DATASET))),
                Reason.Code.DP_REQUIRED);
        var elsewhere = new SitePolicy.Total("liver", Set.of("other"), budget);
        permits(
                start(
                        Facts.atSite(
                                LONDON,
                                Optional.of(new SitePolicy(List.of(ALLOWANCE), List.of(elsewhere))),
                                List.of(APPROVAL),
                                List.of(DATASET))));
    }

    @Test
    void everyRuleOfThePolicyHasItsReason() {
        var strict =
                new SitePolicy.Allowance(
                        PLAN.study().name(),
                        Set.of("logistic"),
                        8,
                        7,
                        2,
                        SitePolicy.RolledBackLedger.NOTE,
                        SitePolicy.Privacy.REQUIRED,
                        Optional.empty(),
                        Plan.Release.METRICS,
                        SitePolicy.Approval.MANUAL,
                        Optional.of(LocalDate.of(2026, 5, 31)));
        Verdict verdict = start(site(strict));
        denies(
                verdict,
                Reason.Code.ALLOWANCE_ENDED,
                Reason.Code.MODEL_NOT_ALLOWED,
                Reason.Code.COHORT_TOO_SMALL,
                Reason.Code.INCLUDED_TOO_FEW,
                Reason.Code.SUMS_TOO_CLOSE,
                Reason.Code.DP_REQUIRED,
                Reason.Code.RELEASE_EXCEEDS,
                Reason.Code.APPROVAL_MISSING);
        assertFalse(((Verdict.Deny) verdict).onlyApprovalMissing());
        assertEquals(
                List.of(
                        "The policy allowed this study until 2026-05-31.",
                        "The policy does not allow the model kind mlp.",
                        "Only 7 sites take part; the policy asks for at least 8.",
                        "The plan accepts sums of 6 sites; the policy asks for at least 7.",
                        "The plan accepts sums that differ in 1 of their sites; the policy asks"
                                + " for at least 2 (aggregation.minimumDifference).",
                        "The policy requires differential privacy, and this plan has none.",
                        "The release of weights exceeds the site's policy, which allows metrics at"
                                + " most.",
                        "This plan waits for approval: confide participant approve --plan "
                                + WORK.planHash().hex()
                                + "."),
                ((Verdict.Deny) verdict).sentences());
    }

    @Test
    void theLastDayOfAnAllowanceStillCounts() {
        permits(start(site(ALLOWANCE, APPROVAL), WORK, Instant.parse("2026-06-30T23:59:59.999Z")));
        denies(
                start(site(ALLOWANCE, APPROVAL), WORK, Instant.parse("2026-07-01T00:00:00Z")),
                Reason.Code.ALLOWANCE_ENDED);
    }

    @Test
    void anotherStudyIsNotAllowed() {
        var facts =
                Facts.atSite(
                        LONDON,
                        Optional.of(new SitePolicy(List.of())),
                        List.of(APPROVAL),
                        List.of(DATASET));
        denies(start(facts), Reason.Code.STUDY_NOT_ALLOWED);
    }

    @Test
    void secretOrMissingDataIsNotTrainedOn() {
        var policy = Optional.of(new SitePolicy(List.of(ALLOWANCE)));
        denies(
                start(Facts.atSite(LONDON, policy, List.of(APPROVAL), List.of())),
                Reason.Code.NO_DATASET);
        var secret = new Target.Dataset(LONDON, "pbc", PLAN.study().name(), Sensitivity.SECRET);
        denies(
                start(Facts.atSite(LONDON, policy, List.of(APPROVAL), List.of(secret))),
                Reason.Code.SECRET_DATA);
    }

    @Test
    void theStewardOfAnotherSiteMayNotApprove() {
        Verdict verdict =
                new Decider(site(ALLOWANCE))
                        .decide(Actor.at(LYON, Role.STEWARD), Action.APPROVE_PLAN, WORK, NOW);
        denies(verdict, Reason.Code.OTHER_SITE);
    }

    @Test
    void whatThePolicyRefusesCannotBeApprovedEither() {
        var facts = site(with(SitePolicy.Approval.MANUAL));
        var small = new Target.Work(PLAN, PlanJson.hash(PLAN), 4);
        denies(
                new Decider(facts)
                        .decide(Actor.at(LONDON, Role.STEWARD), Action.APPROVE_PLAN, small, NOW),
                Reason.Code.COHORT_TOO_SMALL);
    }

    @Test
    void aResearcherCancelsPausesAndResumesOnlyTheirOwnJobs() {
        var decider = new Decider(Facts.atCoordinator());
        Actor jane = Actor.of("jane", Role.RESEARCHER);
        for (var action : List.of(Action.CANCEL_JOB, Action.PAUSE_JOB, Action.RESUME_JOB)) {
            permits(decider.decide(jane, action, new Target.Job(JOB, "jane"), NOW));
            denies(
                    decider.decide(jane, action, new Target.Job(JOB, "joe"), NOW),
                    Reason.Code.NOT_OWNER);
        }
    }

    @Test
    void nothingLeavesBeyondTheReleasedLevel() {
        var decider = new Decider(Facts.atCoordinator());
        Actor jane = Actor.of("jane", Role.RESEARCHER);
        Actor process = Actor.of("coordinator", Role.COORDINATOR);
        for (Plan.Release ceiling : Plan.Release.values()) {
            for (Plan.Release wish : Plan.Release.values()) {
                boolean within = wish.ordinal() <= ceiling.ordinal();
                var read =
                        decider.decide(
                                jane,
                                Action.READ_ARTIFACT,
                                new Target.Artifact(JOB, "f", wish, ceiling),
                                NOW);
                var release =
                        decider.decide(
                                process,
                                Action.RELEASE_MODEL,
                                new Target.Model(JOB, wish, ceiling),
                                NOW);
                assertEquals(within, read instanceof Verdict.Permit);
                assertEquals(within, release instanceof Verdict.Permit);
            }
        }
    }
}
