package io.confide.participant.session;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.site.KeptInputs;
import io.confide.common.secagg.site.SiteRecords;
import io.confide.participant.port.CoordinatorLink;
import io.confide.participant.port.LocalTrainer;
import io.confide.participant.port.PrivacyLedger;
import io.confide.participant.port.SiteData;
import io.confide.participant.vault.EgressLedger;
import io.confide.participant.vault.Home;

import java.security.SecureRandom;
import java.time.InstantSource;

/** Everything a session works with; it owns none of it. */
public record Surroundings(
        Who who, Home home, Gate gate, Storage storage, Work work, CoordinatorLink link) {

    /** @param key the Ed25519 key of this site's roster entry */
    public record Who(SiteId site, SigningKey key, InstantSource clock, SecureRandom random) {}

    /** What outlives the process. */
    public record Storage(
            SiteRecords records, KeptInputs inputs, EgressLedger egress, PrivacyLedger ledger) {}

    /**
     * What a round computes with.
     *
     * @param arrayWordsMax the longest vector that is encoded as an array; longer ones are made leaf by leaf
     */
    public record Work(SiteData data, LocalTrainer trainer, int arrayWordsMax) {
        /** 64 MiB. */
        private static final int ARRAY_WORDS_MAX = 8 << 20;

        public Work(SiteData data, LocalTrainer trainer) {
            this(data, trainer, ARRAY_WORDS_MAX);
        }
    }
}
