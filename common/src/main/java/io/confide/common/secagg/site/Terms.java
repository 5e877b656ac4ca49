package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.S0Body;
import io.confide.common.secagg.SecAggPolicy;

import java.util.Optional;

/** What all messages of one attempt must agree with: a proposal that passed K1. */
record Terms(S0Body proposal, SecAggPolicy policy) {
    /** What this site has seen of the job before. */
    record Past(long epoch, long round) {}

    /**
     * Returns the terms that {@code message} proposes. The thresholds are this site's own computation
     * from the pinned roster; the proposal can only be equal, ask for a larger smallest sum, for
     * sums that differ in more sites, for a vote in every round, or for a sparse graph that bears more dropouts.
     */
    static Terms agree(
            SiteSetting setting,
            ActiveChecks checks,
            Past past,
            CoordinatorMessage.Proposal message)
            throws RefusedException {
        S0Body s0 = checks.requirePresent(Check.K25, S0Body.parse(message.s0().body()));
        checks.require(Check.K1, s0.job().equals(setting.job()));
        checks.require(Check.K1, checks.keys().isByCoordinator(message.s0()));
        requireRoster(setting, checks, s0, message.roster());
        SecAggPolicy policy = policy(setting, checks, s0, message.policy());
        checks.require(Check.K1, s0.epoch() > past.epoch());
        checks.require(Check.K1, s0.firstRound() > past.round());
        checks.require(Check.K1, s0.rounds() >= 1 && s0.rounds() <= setting.limits().roundsMax());
        checks.require(Check.K1, s0.firstRound() <= Long.MAX_VALUE - s0.rounds());
        return new Terms(s0, policy);
    }

    private static void requireRoster(
            SiteSetting setting, ActiveChecks checks, S0Body s0, Bytes roster)
            throws RefusedException {
        checks.require(
                Check.K1,
                roster.equals(setting.roster().bytes())
                        && s0.rosterHash().equals(Digest.of(roster)));
    }

    private static SecAggPolicy policy(
            SiteSetting setting, ActiveChecks checks, S0Body s0, Bytes bytes)
            throws RefusedException {
        Optional<SecAggPolicy> proposed = SecAggPolicy.parse(bytes);
        int minimum = setting.limits().minimumIncluded();
        int asked = proposed.map(SecAggPolicy::sMin).orElse(minimum);
        int leastApart = setting.limits().minimumDifference();
        int apart = proposed.map(SecAggPolicy::mDiff).orElse(leastApart);
        boolean sparse = proposed.filter(policy -> policy.k() != 0).isPresent();
        SecAggPolicy own =
                checks.requirePresent(
                                Check.K1,
                                sparse
                                        ? sparse(setting, proposed.get())
                                        : complete(setting, asked, proposed))
                        .withDifference(apart);
        checks.require(Check.K1, proposed.equals(Optional.of(own)));
        checks.require(Check.K1, s0.policyHash().equals(Digest.of(bytes)));
        checks.require(Check.K1, asked >= minimum && asked <= setting.roster().size());
        checks.require(Check.K1, apart >= leastApart && apart <= setting.roster().size());
        return own;
    }

    private static Optional<SecAggPolicy> complete(
            SiteSetting setting, int asked, Optional<SecAggPolicy> proposed) {
        if (setting.roster().size() > SecAggPolicy.COMPLETE_SITES_MAX) {
            return Optional.empty();
        }
        var fastPath = proposed.map(SecAggPolicy::fastPath).orElse(SecAggPolicy.FastPath.REFUSED);
        return Optional.of(
                SecAggPolicy.completeGraph(
                        setting.roster(),
                        asked,
                        fastPath,
                        setting.codecHash(),
                        setting.archHash()));
    }

    private static Optional<SecAggPolicy> sparse(SiteSetting setting, SecAggPolicy proposed) {
        return setting.roster().size() <= setting.limits().completeUpTo()
                ? Optional.empty()
                : SecAggPolicy.sparseGraph(
                        setting.roster(),
                        proposed.deltaPpm(),
                        proposed.sMin(),
                        setting.codecHash(),
                        setting.archHash());
    }
}
