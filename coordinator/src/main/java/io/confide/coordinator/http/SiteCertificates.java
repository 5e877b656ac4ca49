package io.confide.coordinator.http;

import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.CommonName;
import io.confide.coordinator.port.Enrolments;

import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who is on a connection. TLS has already proved that the certificate is one of our authority; here
 * it must also be the one that the site holds now, so that enrolling again replaces a lost key.
 */
final class SiteCertificates {
    private final Enrolments enrolments;

    SiteCertificates(Enrolments enrolments) {
        this.enrolments = enrolments;
    }

    /** Returns the site of a connection; empty if its certificate has been replaced. Blocks. */
    Optional<SiteId> site(List<Certificate> chain) {
        if (chain.isEmpty() || !(chain.getFirst() instanceof X509Certificate leaf)) {
            return Optional.empty();
        }
        try {
            var site = CommonName.site(leaf);
            var hash = Digest.of(leaf.getEncoded()).value();
            return enrolments
                    .find(site)
                    .filter(enrolment -> enrolment.certificateHash().equals(hash))
                    .map(Enrolments.Enrolment::site);
        } catch (CertificateEncodingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
