package io.confide.common.governance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Examples;
import io.confide.common.files.PlanJson;
import io.confide.common.model.Plan;
import io.confide.common.model.Sensitivity;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class DeciderPropertiesTest {
    private static final SiteId SITE = new SiteId("london");
    private static final Plan PLAN = Examples.plan();
    private static final LocalDate DAY = LocalDate.of(2026, 6, 1);
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @Provide
    Arbitrary<SitePolicy.Allowance> allowances() {
        return Combinators.combine(
                        Arbitraries.of("logistic", "mlp", "cox").set(),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.of(SitePolicy.Privacy.class),
                        Arbitraries.of(Plan.Release.class),
                        Arbitraries.of(SitePolicy.Approval.class),
                        Arbitraries.integers().between(-2, 2).optional())
                .as(
                        (models, cohort, included, apart, privacy, release, approval, days) ->
                                new SitePolicy.Allowance(
                                        PLAN.study().name(),
                                        models,
                                        cohort,
                                        included,
                                        apart,
                                        SitePolicy.RolledBackLedger.NOTE,
                                        privacy,
                                        Optional.empty(),
                                        release,
                                        approval,
                                        days.map(DAY::plusDays)));
    }

    @Provide
    Arbitrary<Facts> facts() {
        Arbitrary<List<Grant>> grants =
                Combinators.combine(
                                Arbitraries.of(Grant.Kind.class),
                                Arbitraries.of(PlanJson.hash(PLAN).hex(), "other"),
                                Arbitraries.integers().between(-5, 5),
                                Arbitraries.of(Grant.Standing.class))
                        .as(
                                (kind, on, from, standing) ->
                                        new Grant(
                                                kind,
                                                "a",
                                                "b",
                                                on,
                                                NOW.plusSeconds(from),
                                                Optional.empty(),
                                                standing))
                        .list()
                        .ofMaxSize(3);
        Arbitrary<List<Target.Dataset>> datasets =
                Arbitraries.of(Sensitivity.class)
                        .map(s -> new Target.Dataset(SITE, "d", PLAN.study().name(), s))
                        .list()
                        .ofMaxSize(2);
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        allowances().list().ofMaxSize(1).map(SitePolicy::new).optional(),
                        grants,
                        datasets)
                .as(
                        (site, policy, given, bound) ->
                                site
                                        ? Facts.atSite(SITE, policy, given, bound)
                                        : Facts.atCoordinator());
    }

    @Provide
    Arbitrary<Actor> actors() {
        return Combinators.combine(
                        Arbitraries.of(Role.class).set(),
                        Arbitraries.of(SITE, new SiteId("lyon")).optional())
                .as((roles, site) -> new Actor("x", roles, site));
    }

    private static Verdict start(SitePolicy.Allowance allowance, Target.Work work) {
        var dataset = new Target.Dataset(SITE, "d", PLAN.study().name(), Sensitivity.SPECIAL);
        var facts =
                Facts.atSite(
                        SITE,
                        Optional.of(new SitePolicy(List.of(allowance))),
                        List.of(),
                        List.of(dataset));
        return new Decider(facts)
                .decide(
                        Actor.of("coordinator", Role.COORDINATOR),
                        Action.START_TRAINING,
                        work,
                        NOW);
    }

    /** The stricter of each rule of two allowances. */
    private static SitePolicy.Allowance both(SitePolicy.Allowance a, SitePolicy.Allowance b) {
        Set<String> models = new HashSet<>(a.models());
        models.retainAll(b.models());
        return new SitePolicy.Allowance(
                a.study(),
                models,
                Math.max(a.minimumCohort(), b.minimumCohort()),
                Math.max(a.minimumIncluded(), b.minimumIncluded()),
                Math.max(a.minimumDifference(), b.minimumDifference()),
                a.rolledBackLedger(),
                a.privacy().compareTo(b.privacy()) >= 0 ? a.privacy() : b.privacy(),
                a.budget(),
                a.releaseAtMost().compareTo(b.releaseAtMost()) <= 0
                        ? a.releaseAtMost()
                        : b.releaseAtMost(),
                a.approval().compareTo(b.approval()) <= 0 ? a.approval() : b.approval(),
                earlier(a.until(), b.until()));
    }

    private static Optional<LocalDate> earlier(Optional<LocalDate> a, Optional<LocalDate> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        return a.get().isBefore(b.get()) ? a : b;
    }

    @Property
    void tighteningAPolicyNeverTurnsADenialIntoAPermit(
            @ForAll("allowances") SitePolicy.Allowance policy,
            @ForAll("allowances") SitePolicy.Allowance tighter,
            @ForAll @IntRange(min = 1, max = 12) int cohort) {
        var work = new Target.Work(PLAN, PlanJson.hash(PLAN), cohort);
        boolean before = start(policy, work) instanceof Verdict.Permit;
        boolean after = start(both(policy, tighter), work) instanceof Verdict.Permit;
        assertTrue(before || !after);
    }

    /** With both policies permitting, so does their meet: nothing else sneaks in. */
    @Property
    void theMeetOfTwoPoliciesPermitsExactlyWhatBothPermit(
            @ForAll("allowances") SitePolicy.Allowance a,
            @ForAll("allowances") SitePolicy.Allowance b,
            @ForAll @IntRange(min = 1, max = 12) int cohort) {
        var work = new Target.Work(PLAN, PlanJson.hash(PLAN), cohort);
        boolean each =
                start(a, work) instanceof Verdict.Permit
                        && start(b, work) instanceof Verdict.Permit;
        assertEquals(each, start(both(a, b), work) instanceof Verdict.Permit);
    }

    @Property
    void everyQuestionHasAnAnswerAndTheSameOneTwice(
            @ForAll("facts") Facts facts,
            @ForAll("actors") Actor actor,
            @ForAll Action action,
            @ForAll @IntRange(min = 0, max = 8) int which,
            @ForAll @IntRange(min = -1, max = 300) int cohort) {
        Target target = target(which, cohort);
        Verdict verdict = new Decider(facts).decide(actor, action, target, NOW);
        assertEquals(verdict, new Decider(facts).decide(actor, action, target, NOW));
        Event event = Event.of(NOW, actor, action, target, verdict);
        assertEquals(
                verdict instanceof Verdict.Permit, event.decision().equals(Optional.of("permit")));
        assertEquals(verdict instanceof Verdict.Permit, event.reasons().isEmpty());
    }

    private static Target target(int which, int cohort) {
        var job = io.confide.common.model.JobId.of("00000000-0000-0000-0000-000000000001");
        return switch (which) {
            case 0 -> new Target.Work(PLAN, PlanJson.hash(PLAN), cohort);
            case 1 -> new Target.Work(PLAN, io.confide.common.model.Digest.ZERO, cohort);
            case 2 -> new Target.Dataset(SITE, "d", "s", Sensitivity.OPEN);
            case 3 -> new Target.Submission("j", "s");
            case 4 -> new Target.Job(job, "x");
            case 5 -> new Target.Model(job, Plan.Release.WEIGHTS, Plan.Release.NONE);
            case 6 -> new Target.Artifact(job, "f", Plan.Release.NONE, Plan.Release.NONE);
            case 7 -> new Target.Site(SITE);
            default -> new Target.Dataset(new SiteId("lyon"), "d", "s", Sensitivity.SECRET);
        };
    }
}
