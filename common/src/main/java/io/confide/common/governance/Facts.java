package io.confide.common.governance;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.model.SitePolicy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a decision rests on, gathered by the caller from its own disk: never from a message.
 *
 * @param policy the steward's; without one a site denies everything
 */
public record Facts(
        Place place,
        Optional<SitePolicy> policy,
        List<Grant> grants,
        List<Target.Dataset> datasets,
        OptionalInt colluders) {
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
        return new Facts(
                new Place.Coordinator(),
                Optional.empty(),
                List.of(),
                List.of(),
                OptionalInt.empty());
    }

    /** @param datasets those that are bound at this site */
    public static Facts atSite(
            SiteId site,
            Optional<SitePolicy> policy,
            List<Grant> grants,
            List<Target.Dataset> datasets) {
        return new Facts(new Place.Site(site), policy, grants, datasets, OptionalInt.empty());
    }

    /** The same at a site whose steward has pinned a roster with C = {@code colluders}. */
    public Facts withColluders(int colluders) {
        return new Facts(place, policy, grants, datasets, OptionalInt.of(colluders));
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
