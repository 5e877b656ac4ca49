package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SiteSet;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checks a {@link Receipt} with nothing but the roster: who was in the cohort and in the sum, under which model and
 * configuration, that a quorum agreed, and that the input of one site is in it exactly once (PROTOCOL.md §3.10). It cannot
 * show that the coordinator added the vectors correctly: that is what canaries and the sums' recomputation are for.
 */
public final class ReceiptAudit {
    private final Roster roster;
    private final RosterKeys keys;

    public ReceiptAudit(Roster roster) {
        this.roster = roster;
        this.keys = RosterKeys.of(roster);
    }

    /** How the sites agreed on who is in the sum. */
    public enum Agreement {
        /** At least q of them signed the list. */
        VOTED,
        /** Everybody of the cohort uploaded, so that there was one possible list. */
        EVERYBODY
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
            Agreement agreement,
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
        Bytes body = receipt.certificate().body();
        Optional<CertBody> voted = CertBody.parse(body);
        Optional<CertBody> certificate = voted.or(() -> CertBody.parseFast(body));
        Optional<ResultBody> result = ResultBody.parse(receipt.result().body());
        if (certificate.isEmpty() || result.isEmpty()) {
            return new Audited(
                    Optional.empty(), List.of("The certificate or the result is not readable."));
        }
        var agreement = voted.isPresent() ? Agreement.VOTED : Agreement.EVERYBODY;
        return check(receipt, self, certificate.get(), agreement, result.get());
    }

    private Audited check(
            Receipt receipt, int self, CertBody cert, Agreement agreement, ResultBody result) {
        var problems = new ArrayList<String>();
        ContextFields context = cert.context();
        SiteSet included = cert.included();
        require(
                problems,
                keys.isByCoordinator(receipt.certificate())
                        && keys.isByCoordinator(receipt.result()),
                "The roster's coordinator did not sign the certificate or the result.");
        boolean sized = context.opened().rosterSize() == roster.size();
        require(problems, sized, "The certificate is about a roster of another size.");
        require(
                problems,
                context.opened().containsAll(included) && included.size() >= roster.mMin(),
                "The included sites are fewer than "
                        + roster.mMin()
                        + " or not all of the cohort.");
        Optional<Bytes> statement = sized ? statement(problems, receipt, cert) : Optional.empty();
        int signatures = statement.map(signed -> signatures(receipt, signed)).orElse(0);
        switch (agreement) {
            case VOTED ->
                    require(
                            problems,
                            signatures >= roster.q(),
                            "Only %d of the %d signatures needed under the list of included sites are valid."
                                    .formatted(signatures, roster.q()));
            case EVERYBODY ->
                    require(
                            problems,
                            included.equals(context.opened()),
                            "There was no vote although a site of the cohort is not included.");
        }
        Digest hash = statement.map(Digest::of).orElse(Digest.ZERO);
        require(
                problems,
                result.status() == ResultBody.Status.DONE
                        && result.round().equals(context.round())
                        && result.statementHash().equals(hash),
                "The result is not that of the certified sum.");
        require(
                problems,
                statement
                        .filter(signed -> keys.isBySite(self, signed, receipt.ownSignature()))
                        .isPresent(),
                "This site did not sign that it helped to open this sum.");
        Own own = own(problems, receipt, self, included);
        var facts =
                new Facts(
                        context, included, agreement, signatures, own, hash, result.newModelHash());
        return new Audited(Optional.of(facts), problems);
    }

    /** S_r, if every included site signed a header under exactly this context. */
    private Optional<Bytes> statement(List<String> problems, Receipt receipt, CertBody cert) {
        ContextFields context = cert.context();
        Digest ctx = context.ctx();
        var hashes = new TreeMap<Integer, Digest>();
        for (int site : cert.included().indices()) {
            UploadProof proof = receipt.headers().get(site);
            if (proof == null || proof.vectorHash().length() != Digest.BYTES) {
                problems.add("The upload header of an included site is missing.");
                return Optional.empty();
            }
            var hash = new Digest(proof.vectorHash());
            Bytes header = new HeaderBody(context.round(), site, ctx, hash).bytes();
            require(
                    problems,
                    keys.isBySite(site, header, proof.signature()),
                    "%s did not sign an upload for this cohort, model and configuration."
                            .formatted(roster.member(site).site()));
            hashes.put(site, hash);
        }
        require(
                problems,
                receipt.headers().keySet().equals(hashes.keySet()),
                "The receipt has upload headers of sites that are not included.");
        require(
                problems,
                new HashSet<>(hashes.values()).size() == hashes.size(),
                "Two included sites uploaded the same vector.");
        return Optional.of(
                RoundLayout.statement(
                        context.round(), ctx, cert.included(), RoundLayout.root(hashes)));
    }

    private int signatures(Receipt receipt, Bytes statement) {
        int valid = 0;
        for (Map.Entry<Integer, Bytes> each : receipt.signatures().entrySet()) {
            int site = each.getKey();
            if (site >= 0
                    && site < roster.size()
                    && keys.isBySite(site, statement, each.getValue())) {
                valid++;
            }
        }
        return valid;
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
