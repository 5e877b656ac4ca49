package io.confide.common.governance;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a decision rests on, gathered by the caller from its own disk: never from a message.
 *
 * @param policy the steward's; without one a site denies everything
 */
public record Facts(
        Place place,
        Optional<SitePolicy> policy,
        List<Grant> grants,
        List<Target.Dataset> datasets) {
    public Facts {
        grants = List.copyOf(grants);
        datasets = List.copyOf(datasets);
    }

    /** Where the decision is taken. */
    public sealed interface Place {
        record Coordinator() implements Place {}

        record Site(SiteId site) implements Place {}
    }

    public static Facts atCoordinator() {
        return new Facts(new Place.Coordinator(), Optional.empty(), List.of(), List.of());
    }

    /** @param datasets those that are bound at this site */
    public static Facts atSite(
            SiteId site,
            Optional<SitePolicy> policy,
            List<Grant> grants,
            List<Target.Dataset> datasets) {
        return new Facts(new Place.Site(site), policy, grants, datasets);
    }

    /** Whether a PLAN grant for exactly {@code planHash} holds. */
    boolean approved(Digest planHash, Instant now) {
        return grants.stream()
                .anyMatch(
                        grant ->
                                grant.kind() == Grant.Kind.PLAN
                                        && grant.on().equals(planHash.hex())
                                        && grant.live(now));
    }
}
