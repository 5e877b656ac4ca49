package io.confide.common.secagg.server;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.S0Body;
import io.confide.common.secagg.SiteSet;

/** A real set-up over the reference's stand-ins for roster, policy and ML-KEM keys. */
public final class FixedSetup {
    private FixedSetup() {}

    public static EpochSetup of(EpochTerms terms, Bytes roster, Bytes policy, SigningKey key) {
        var body =
                new S0Body(
                        terms.job(),
                        terms.epoch(),
                        terms.firstRound(),
                        terms.rounds(),
                        Digest.of(roster),
                        Digest.of(policy));
        return new EpochSetup(
                terms,
                SiteSet.all(terms.roster().size()),
                key,
                RosterKeys.of(terms.roster()),
                new Announcement(body, roster, policy),
                _ -> true);
    }
}
