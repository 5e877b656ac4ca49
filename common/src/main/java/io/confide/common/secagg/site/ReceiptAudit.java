package io.confide.common.secagg.site;

import io.confide.common.model.Digest;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.audit.CertifiedRound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks a {@link Receipt} with nothing but the roster: who was in the cohort and in the sum, under which model and
 * configuration, that a quorum agreed, and that the input of one site is in it exactly once (PROTOCOL.md §3.10). It cannot
 * show that the coordinator added the vectors correctly: that is what canaries and the audit of one leaf are for.
 */
public final class ReceiptAudit {
    private final Roster roster;
    private final RosterKeys keys;

    public ReceiptAudit(Roster roster) {
        this.roster = roster;
        this.keys = RosterKeys.of(roster);
    }

    /** What the receipt says of this site's input. */
    public enum Own {
        COUNTED_ONCE,
        /** It was not part of the sum; nothing of this site can be in it. */
        NOT_INCLUDED,
        /** An input is counted under its name that it does not show to be its own. */
        UNPROVEN
    }

    /**
     * What holds if there are no problems.
     *
     * @param signatures valid ones under the list; 0 if there was no vote
     */
    public record Facts(
            ContextFields context,
            SiteSet included,
            CertifiedRound.Agreement agreement,
            int signatures,
            Own own,
            Digest statement,
            Digest newModel) {}

    /**
     * The outcome of a check.
     *
     * @param facts empty if the receipt cannot even be read
     * @param problems sentences; empty if everything holds
     */
    public record Audited(Optional<Facts> facts, List<String> problems) {
        public Audited {
            problems = List.copyOf(problems);
        }

        public boolean holds() {
            return facts.isPresent() && problems.isEmpty();
        }
    }

    /** Checks {@code receipt} for the site with roster index {@code self}. */
    public Audited check(Receipt receipt, int self) {
        var problems = new ArrayList<String>();
        var signed =
                new CertifiedRound.Signed(
                        receipt.certificate(),
                        receipt.headers(),
                        receipt.signatures(),
                        receipt.result());
        var facts =
                CertifiedRound.check(signed, roster, keys, problems)
                        .map(round -> facts(problems, receipt, self, round));
        return new Audited(facts, problems);
    }

    private Facts facts(
            List<String> problems, Receipt receipt, int self, CertifiedRound certified) {
        require(
                problems,
                certified
                        .statement()
                        .filter(signed -> keys.isBySite(self, signed, receipt.ownSignature()))
                        .isPresent(),
                "This site did not sign that it helped to open this sum.");
        return new Facts(
                certified.context(),
                certified.included(),
                certified.agreement(),
                certified.signatures(),
                own(problems, receipt, self, certified.included()),
                certified.statementHash(),
                certified.result().newModelHash());
    }

    private static Own own(List<String> problems, Receipt receipt, int self, SiteSet included) {
        if (!included.contains(self)) {
            return Own.NOT_INCLUDED;
        }
        Optional<UploadProof> signed =
                receipt.ownHeader()
                        .flatMap(
                                header ->
                                        HeaderBody.parse(header.body())
                                                .map(
                                                        body ->
                                                                new UploadProof(
                                                                        body.vectorHash().value(),
                                                                        header.signature())));
        boolean same = signed.equals(Optional.ofNullable(receipt.headers().get(self)));
        require(problems, same, "The input counted for this site is not the one that it uploaded.");
        return same ? Own.COUNTED_ONCE : Own.UNPROVEN;
    }

    private static void require(List<String> problems, boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }
}
