package io.confide.participant.session;

import io.confide.common.encoding.InitialModel;
import io.confide.common.files.RoundConfigJson;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.secagg.site.ModelRules;

import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** K10 for one approved plan: what a round may be about, and asking decide() again for every round. */
final class PlanRules implements ModelRules {
    private final Digest planHash;
    private final PlanCodecs codecs;
    private final Set<Task> tasks;
    private final Digest initialModel;
    private final IntPredicate permitted;

    /** @param permitted asks decide() now about a round of so many sites, and logs what it says */
    PlanRules(Plan plan, Digest planHash, PlanCodecs codecs, IntPredicate permitted) {
        this.planHash = planHash;
        this.codecs = codecs;
        this.tasks = Set.copyOf(plan.schedule());
        this.initialModel = InitialModel.of(plan).hash();
        this.permitted = permitted;
    }

    @Override
    public Verdict check(Offer offer) {
        boolean fits =
                task(offer.config())
                        .filter(task -> codecs.codec(task).bytes().equals(offer.codec()))
                        .filter(_ -> knownModel(offer))
                        .isPresent();
        // Asked last: a verdict in the log is then about a round that could really be.
        return fits && permitted.test(offer.sites()) ? Verdict.PERMITTED : Verdict.REFUSED;
    }

    /** The task that {@code config} names if it is one of this plan. */
    Optional<Task> task(Bytes config) {
        try {
            var parsed = RoundConfigJson.parse(config);
            return Optional.of(parsed.task())
                    .filter(task -> parsed.plan().equals(planHash) && tasks.contains(task));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private boolean knownModel(Offer offer) {
        return switch (offer.origin()) {
            case LAST_RESULT -> true;
            case OTHER -> offer.model().equals(initialModel);
        };
    }
}
