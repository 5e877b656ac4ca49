package io.confide.common.secagg.site;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SumAudit;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.Roster;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Who this site is in one job, and what it agreed to before the first message.
 *
 * @param self this site's roster index
 * @param identity the Ed25519 key of that roster entry
 * @param roster the pinned one (K1)
 * @param codecHash SHA-256 of all codecs of the approved plan, as the policy carries it
 * @param archHash SHA-256 of the parameter manifest of the approved plan
 * @param audit whether the approved plan asks for an audit of its sums; only then a leaf of y leaves beside the shares
 */
public record SiteSetting(
        JobId job,
        int self,
        SigningKey identity,
        Roster roster,
        Digest codecHash,
        Digest archHash,
        SumAudit audit,
        SiteLimits limits,
        Ports ports) {
    /** Of a plan without audit. */
    public SiteSetting(
            JobId job,
            int self,
            SigningKey identity,
            Roster roster,
            Digest codecHash,
            Digest archHash,
            SiteLimits limits,
            Ports ports) {
        this(job, self, identity, roster, codecHash, archHash, SumAudit.OFF, limits, ports);
    }

    public SiteSetting {
        if (self < 0
                || self >= roster.size()
                || !roster.member(self).key().equals(identity.publicKey())) {
            throw new IllegalArgumentException("the identity key is not that of the roster entry");
        }
    }

    /**
     * What the protocol needs from outside.
     *
     * @param ledger where this site's privacy ledger stands now
     */
    public record Ports(
            SiteRecords records,
            KeptInputs inputs,
            ModelRules rules,
            Supplier<LedgerHead> ledger,
            SecureRandom random,
            InstantSource clock) {
        /** Of a site without a ledger. */
        public Ports(
                SiteRecords records,
                KeptInputs inputs,
                ModelRules rules,
                SecureRandom random,
                InstantSource clock) {
            this(records, inputs, rules, () -> LedgerHead.START, random, clock);
        }
    }
}
