package io.confide.coordinator.round;

import io.confide.common.model.SiteId;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Who takes part in a round, who is away, and who has dropped.
 *
 * @param cohort U1
 * @param away members of the cohort without a connection now
 * @param dropped why a site did not finish; also sites of the epoch that were not there at the start
 */
public record Roll(
        SortedSet<SiteId> cohort, SortedSet<SiteId> away, SortedMap<SiteId, Drop> dropped) {
    public Roll {
        cohort = Sets.copyOf(cohort);
        away = Sets.copyOf(away);
        dropped = Sets.copyOf(dropped);
    }

    boolean has(SiteId site) {
        return cohort.contains(site);
    }

    /** Whether {@code site} is of the epoch but was not there at the start: it may help to open the sum (K22). */
    boolean mayStandIn(SiteId site) {
        var drop = dropped.get(site);
        return !cohort.contains(site) && drop != null && drop.step() == Drop.Step.OPEN;
    }

    /** How many sites of the epoch there are. */
    public int members() {
        return cohort.size() + (int) dropped.keySet().stream().filter(this::mayStandIn).count();
    }

    Roll lost(SiteId site) {
        return new Roll(cohort, Sets.plus(away, site), dropped);
    }

    /** Everybody is away: another process takes the round over. */
    Roll allLost() {
        return new Roll(cohort, cohort, dropped);
    }

    /** The site is back: what it lost by being away it may still do, if {@code step} is still open. */
    Roll returned(SiteId site, Drop.Step step) {
        var drop = dropped.get(site);
        boolean undone =
                drop != null && drop.step() == step && drop.cause() instanceof Drop.Cause.Lost;
        return new Roll(
                cohort, Sets.minus(away, site), undone ? Sets.minus(dropped, site) : dropped);
    }

    /** Records the first drop of a site; later ones add nothing. */
    Roll dropping(SiteId site, Drop.Step step, Drop.Cause cause) {
        return dropped.containsKey(site)
                ? this
                : new Roll(cohort, away, Sets.plus(dropped, site, new Drop(step, cause)));
    }

    /** The site did {@code step} after all. */
    Roll did(SiteId site, Drop.Step step) {
        var drop = dropped.get(site);
        return drop != null && drop.step() == step
                ? new Roll(cohort, away, Sets.minus(dropped, site))
                : this;
    }

    /** Records everyone of the cohort outside {@code finished}, lost if away and otherwise late. */
    Roll closing(Iterable<SiteId> finished, Drop.Step step) {
        var done = Sets.copyOf(finished);
        var next = new TreeMap<>(dropped);
        for (var site : cohort) {
            if (!done.contains(site)) {
                var cause = away.contains(site) ? new Drop.Cause.Lost() : new Drop.Cause.Late();
                next.putIfAbsent(site, new Drop(step, cause));
            }
        }
        return new Roll(cohort, away, next);
    }

    /** Records those of the cohort who are away and outside {@code finished}. */
    Roll missing(SortedSet<SiteId> finished, Drop.Step step) {
        var next = this;
        for (var site : away) {
            if (!finished.contains(site)) {
                next = next.dropping(site, step, new Drop.Cause.Lost());
            }
        }
        return next;
    }

    /** Records that the vectors of {@code lost}, which went with a process before this one, did not come again. */
    Roll without(SortedSet<SiteId> lost) {
        var next = this;
        for (var site : lost) {
            var cause = away.contains(site) ? new Drop.Cause.Lost() : new Drop.Cause.Late();
            next = next.dropping(site, Drop.Step.UPLOAD, cause);
        }
        return next;
    }

    /** How many refused {@code step}: unlike a lost site they will not do it later. */
    int declined(Drop.Step step) {
        return (int)
                dropped.values().stream()
                        .filter(drop -> drop.step() == step)
                        .filter(drop -> drop.cause() instanceof Drop.Cause.Declined)
                        .count();
    }
}
