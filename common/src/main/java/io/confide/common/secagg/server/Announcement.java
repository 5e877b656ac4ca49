package io.confide.common.secagg.server;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.S0Body;

/** What an attempt proposes, and the bytes whose hashes stand in it. */
record Announcement(S0Body body, Bytes roster, Bytes policy) {
    static Announcement of(EpochTerms terms) {
        Bytes roster = terms.roster().bytes();
        Bytes policy = terms.policy().bytes();
        var body =
                new S0Body(
                        terms.job(),
                        terms.epoch(),
                        terms.firstRound(),
                        terms.rounds(),
                        terms.roster().hash(),
                        terms.policy().hash());
        return new Announcement(body, roster, policy);
    }
}
