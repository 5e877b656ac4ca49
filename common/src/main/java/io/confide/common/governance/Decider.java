package io.confide.common.governance;

import io.confide.common.files.Words;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The one verb of governance (note 50 §4): pure, total, deny by default. The coordinator asks it for
 * convenience; the participant asks it again over its own facts, and only then does anything happen.
 */
public final class Decider {
    private final Facts facts;

    public Decider(Facts facts) {
        this.facts = facts;
    }

    /** Whether {@code actor} may do {@code action} to {@code target}; a denial names every reason. */
    public Verdict decide(Actor actor, Action action, Target target, Instant now) {
        var reasons = new ArrayList<Reason>();
        place(action).ifPresent(reasons::add);
        role(actor, action).ifPresent(reasons::add);
        reasons.addAll(
                switch (facts.place()) {
                    case Facts.Place.Site(SiteId site) -> atSite(site, action, target, now);
                    case Facts.Place.Coordinator _ -> atCoordinator(actor, action, target);
                });
        return reasons.isEmpty()
                ? new Verdict.Permit(obligations(action, target))
                : new Verdict.Deny(reasons);
    }

    /** Whether {@code actor} may do {@code action} to some target at all, for a page that offers what is possible. */
    public static boolean offers(Actor actor, Action action) {
        return actor.roles().stream().anyMatch(roles(action)::contains);
    }

    /** Who may do what at all (note 50 §4.2). */
    static Set<Role> roles(Action action) {
        return switch (action) {
            case APPROVE_PLAN -> EnumSet.of(Role.STEWARD);
            case START_TRAINING, OPEN_ROUND, RELEASE_MODEL -> EnumSet.of(Role.COORDINATOR);
            case BIND_DATASET -> EnumSet.of(Role.STEWARD, Role.PARTICIPANT);
            case SUBMIT_JOB -> EnumSet.of(Role.RESEARCHER);
            case CANCEL_JOB, PAUSE_JOB, RESUME_JOB ->
                    EnumSet.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR);
            case READ_JOB, OBSERVE ->
                    EnumSet.of(
                            Role.RESEARCHER, Role.ADMIN, Role.AUDITOR, Role.STEWARD, Role.OPERATOR);
            case READ_LOG, READ_AUDIT -> EnumSet.of(Role.ADMIN, Role.AUDITOR);
            case READ_ARTIFACT -> EnumSet.of(Role.RESEARCHER, Role.AUDITOR);
            case ENROL_SITE -> EnumSet.of(Role.ADMIN);
        };
    }

    private Optional<Reason> place(Action action) {
        boolean here =
                switch (action) {
                    case APPROVE_PLAN, BIND_DATASET -> facts.place() instanceof Facts.Place.Site;
                    case START_TRAINING, OPEN_ROUND -> true;
                    case SUBMIT_JOB,
                            CANCEL_JOB,
                            PAUSE_JOB,
                            RESUME_JOB,
                            READ_JOB,
                            RELEASE_MODEL,
                            READ_ARTIFACT,
                            ENROL_SITE,
                            OBSERVE,
                            READ_LOG,
                            READ_AUDIT ->
                            facts.place() instanceof Facts.Place.Coordinator;
                };
        return here
                ? Optional.empty()
                : Optional.of(
                        new Reason(
                                Reason.Code.WRONG_PLACE,
                                "The action " + action.word() + " is not decided here."));
    }

    private Optional<Reason> role(Actor actor, Action action) {
        Set<Role> able = EnumSet.copyOf(roles(action));
        able.retainAll(actor.roles());
        if (able.isEmpty()) {
            return Optional.of(
                    new Reason(
                            Reason.Code.ROLE_MISSING,
                            actor.id()
                                    + " has no role that may do "
                                    + action.word()
                                    + "; it is for: "
                                    + roles(action).stream()
                                            .map(Words::of)
                                            .collect(Collectors.joining(", "))
                                    + "."));
        }
        return foreign(actor, able);
    }

    /** A steward, operator or participant acts for its own site alone. */
    private Optional<Reason> foreign(Actor actor, Set<Role> able) {
        boolean siteBound =
                EnumSet.of(Role.STEWARD, Role.OPERATOR, Role.PARTICIPANT).containsAll(able);
        if (siteBound
                && facts.place() instanceof Facts.Place.Site(SiteId site)
                && !actor.site().equals(Optional.of(site))) {
            return Optional.of(
                    new Reason(
                            Reason.Code.OTHER_SITE,
                            actor.id() + " does not belong to the site " + site + "."));
        }
        return Optional.empty();
    }

    private List<Reason> atSite(SiteId site, Action action, Target target, Instant now) {
        if (facts.policy().isEmpty()) {
            return List.of(
                    new Reason(
                            Reason.Code.NO_POLICY,
                            "The site "
                                    + site
                                    + " has no policy, so it refuses everything. Its steward can"
                                    + " write one: confide participant policy init."));
        }
        var rules = new PolicyRules(facts, facts.policy().get(), now);
        return switch (action) {
            case APPROVE_PLAN ->
                    target instanceof Target.Work work ? rules.plan(work) : wrongTarget(action);
            case START_TRAINING, OPEN_ROUND ->
                    target instanceof Target.Work work ? rules.training(work) : wrongTarget(action);
            case BIND_DATASET ->
                    target instanceof Target.Dataset dataset && dataset.site().equals(site)
                            ? rules.binding(dataset)
                            : wrongTarget(action);
            case SUBMIT_JOB,
                    CANCEL_JOB,
                    PAUSE_JOB,
                    RESUME_JOB,
                    READ_JOB,
                    RELEASE_MODEL,
                    READ_ARTIFACT,
                    ENROL_SITE,
                    OBSERVE,
                    READ_LOG,
                    READ_AUDIT ->
                    List.of();
        };
    }

    private static List<Reason> atCoordinator(Actor actor, Action action, Target target) {
        return switch (action) {
            case START_TRAINING, OPEN_ROUND ->
                    target instanceof Target.Work work
                            ? PolicyRules.hash(work)
                            : wrongTarget(action);
            case SUBMIT_JOB ->
                    target instanceof Target.Submission ? List.of() : wrongTarget(action);
            case CANCEL_JOB ->
                    target instanceof Target.Job job
                            ? owner(actor, job, "cancel")
                            : wrongTarget(action);
            case PAUSE_JOB ->
                    target instanceof Target.Job job
                            ? owner(actor, job, "pause")
                            : wrongTarget(action);
            case RESUME_JOB ->
                    target instanceof Target.Job job
                            ? owner(actor, job, "resume")
                            : wrongTarget(action);
            case READ_JOB ->
                    target instanceof Target.Job || target instanceof Target.Round
                            ? List.of()
                            : wrongTarget(action);
            case RELEASE_MODEL ->
                    target instanceof Target.Model(_, var wish, var planned)
                            ? PolicyRules.atMost(wish, planned, "the approved plan")
                            : wrongTarget(action);
            case READ_ARTIFACT ->
                    target instanceof Target.Artifact(_, _, var reveals, var released)
                            ? PolicyRules.atMost(reveals, released, "the release of this job")
                            : wrongTarget(action);
            case ENROL_SITE -> target instanceof Target.Site ? List.of() : wrongTarget(action);
            case READ_AUDIT ->
                    target instanceof Target.Audit(_, _, var released)
                            ? PolicyRules.atMost(
                                    Plan.Release.WEIGHTS, released, "the release of this job")
                            : wrongTarget(action);
            case OBSERVE, READ_LOG ->
                    target instanceof Target.Coordinator ? List.of() : wrongTarget(action);
            case APPROVE_PLAN, BIND_DATASET -> List.of();
        };
    }

    private static List<Reason> owner(Actor actor, Target.Job job, String verb) {
        boolean mayAny = actor.roles().contains(Role.ADMIN) || actor.roles().contains(Role.AUDITOR);
        return mayAny || actor.id().equals(job.owner())
                ? List.of()
                : List.of(
                        new Reason(
                                Reason.Code.NOT_OWNER,
                                "Only who submitted a job, an administrator or an auditor may "
                                        + verb
                                        + " it."));
    }

    private static List<Reason> wrongTarget(Action action) {
        return List.of(
                new Reason(
                        Reason.Code.WRONG_TARGET,
                        "The action " + action.word() + " does not apply to this target."));
    }

    private List<Obligation> obligations(Action action, Target target) {
        var obligations = new ArrayList<Obligation>();
        obligations.add(
                new Obligation(Obligation.Kind.RECORD, "Write this verdict to the event log."));
        if (action == Action.START_TRAINING) {
            obligations.add(
                    new Obligation(
                            Obligation.Kind.ASK_EVERY_ROUND, "Ask again before every round."));
        }
        if (target instanceof Target.Work work && facts.policy().isPresent()) {
            facts.policy()
                    .get()
                    .allowance(work.plan().study().name())
                    .ifPresent(
                            allowance ->
                                    obligations.add(
                                            new Obligation(
                                                    Obligation.Kind.MINIMUM_INCLUDED,
                                                    "Answer for no sum of fewer than "
                                                            + allowance.minimumIncluded()
                                                            + " sites.")));
        }
        return obligations;
    }
}
