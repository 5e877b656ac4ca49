package io.confide.common.secagg.audit;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CertBody;
import io.confide.common.secagg.ContextFields;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.HeaderBody;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.RoundLayout;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the signatures of one round show to whoever has the roster: cohort, sum, model and configuration, that a quorum agreed
 * or nobody had to, and that the result is the one of this sum.
 *
 * @param result as the coordinator signed it
 * @param signatures valid ones under the list of included sites; 0 if there was no vote
 * @param statement S_r; empty if a header of an included site is missing
 */
public record CertifiedRound(
        ContextFields context,
        SiteSet included,
        Agreement agreement,
        int signatures,
        Optional<Bytes> statement,
        ResultBody result) {
    /** How the sites agreed on who is in the sum. */
    public enum Agreement {
        /** At least q of them signed the list. */
        VOTED,
        /** Everybody of the cohort uploaded, so that there was one possible list. */
        EVERYBODY
    }

    /**
     * What was signed in a round.
     *
     * @param certificate Cert or FastCert
     * @param headers the upload headers of U3
     * @param signatures of S_r; empty beside a FastCert
     * @param result the signed Result
     */
    public record Signed(
            SignedBody certificate,
            SortedMap<Integer, UploadProof> headers,
            SortedMap<Integer, Bytes> signatures,
            SignedBody result) {
        public static Signed of(CoordinatorMessage.Cert cert, SignedBody result) {
            return new Signed(cert.body(), cert.headers(), cert.signatures(), result);
        }

        /** Nobody had to sign S_r. */
        public static Signed of(CoordinatorMessage.FastCert cert, SignedBody result) {
            return new Signed(cert.body(), cert.headers(), new TreeMap<>(), result);
        }
    }

    /** SHA-256(S_r), zero without one. */
    public Digest statementHash() {
        return statement.map(Digest::of).orElse(Digest.ZERO);
    }

    /** What {@code signed} shows; whatever does not hold is added to {@code problems}. Empty if it cannot even be read. */
    public static Optional<CertifiedRound> check(
            Signed signed, Roster roster, RosterKeys keys, List<String> problems) {
        return new Checking(signed, roster, keys, problems).run();
    }

    private record Checking(Signed signed, Roster roster, RosterKeys keys, List<String> problems) {
        Optional<CertifiedRound> run() {
            Bytes body = signed.certificate().body();
            Optional<CertBody> voted = CertBody.parse(body);
            Optional<CertBody> certificate = voted.or(() -> CertBody.parseFast(body));
            Optional<ResultBody> result = ResultBody.parse(signed.result().body());
            if (certificate.isEmpty() || result.isEmpty()) {
                problems.add("The certificate or the result is not readable.");
                return Optional.empty();
            }
            var agreement = voted.isPresent() ? Agreement.VOTED : Agreement.EVERYBODY;
            return Optional.of(round(certificate.get(), agreement, result.get()));
        }

        private CertifiedRound round(CertBody cert, Agreement agreement, ResultBody result) {
            ContextFields context = cert.context();
            SiteSet included = cert.included();
            require(
                    keys.isByCoordinator(signed.certificate())
                            && keys.isByCoordinator(signed.result()),
                    "The roster's coordinator did not sign the certificate or the result.");
            boolean sized = context.opened().rosterSize() == roster.size();
            require(sized, "The certificate is about a roster of another size.");
            require(
                    context.opened().containsAll(included) && included.size() >= roster.mMin(),
                    "The included sites are fewer than "
                            + roster.mMin()
                            + " or not all of the cohort.");
            Optional<Bytes> statement = sized ? statement(cert) : Optional.empty();
            int signatures = statement.map(this::signatures).orElse(0);
            switch (agreement) {
                case VOTED ->
                        require(
                                signatures >= roster.q(),
                                "Only %d of the %d signatures needed under the list of included sites are valid."
                                        .formatted(signatures, roster.q()));
                case EVERYBODY ->
                        require(
                                included.equals(context.opened()),
                                "There was no vote although a site of the cohort is not included.");
            }
            var round =
                    new CertifiedRound(context, included, agreement, signatures, statement, result);
            require(
                    result.status() == ResultBody.Status.DONE
                            && result.round().equals(context.round())
                            && result.statementHash().equals(round.statementHash()),
                    "The result is not that of the certified sum.");
            return round;
        }

        /** S_r, if every included site signed a header under exactly this context. */
        private Optional<Bytes> statement(CertBody cert) {
            ContextFields context = cert.context();
            Digest ctx = context.ctx();
            var hashes = new TreeMap<Integer, Digest>();
            for (int site : cert.included().indices()) {
                UploadProof proof = signed.headers().get(site);
                if (proof == null || proof.vectorHash().length() != Digest.BYTES) {
                    problems.add("The upload header of an included site is missing.");
                    return Optional.empty();
                }
                var hash = new Digest(proof.vectorHash());
                Bytes header = new HeaderBody(context.round(), site, ctx, hash).bytes();
                require(
                        keys.isBySite(site, header, proof.signature()),
                        "%s did not sign an upload for this cohort, model and configuration."
                                .formatted(roster.member(site).site()));
                hashes.put(site, hash);
            }
            require(
                    signed.headers().keySet().equals(hashes.keySet()),
                    "There are upload headers of sites that are not included.");
            require(
                    new HashSet<>(hashes.values()).size() == hashes.size(),
                    "Two included sites uploaded the same vector.");
            return Optional.of(
                    RoundLayout.statement(
                            context.round(), ctx, cert.included(), RoundLayout.root(hashes)));
        }

        private int signatures(Bytes statement) {
            int valid = 0;
            for (Map.Entry<Integer, Bytes> each : signed.signatures().entrySet()) {
                int site = each.getKey();
                if (site >= 0
                        && site < roster.size()
                        && keys.isBySite(site, statement, each.getValue())) {
                    valid++;
                }
            }
            return valid;
        }

        private void require(boolean holds, String problem) {
            if (!holds) {
                problems.add(problem);
            }
        }
    }
}
