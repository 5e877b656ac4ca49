package io.confide.coordinator.pki;

import io.confide.common.model.SiteId;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

import java.security.cert.X509Certificate;

/** The site that a certificate or a request names: its one CN. */
public final class CommonName {
    private CommonName() {}

    /** Returns the site of a certificate; throws {@link IllegalArgumentException} if its CN names none. */
    public static SiteId site(X509Certificate certificate) {
        return site(X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()));
    }

    static SiteId site(X500Name subject) {
        var names = subject.getRDNs(BCStyle.CN);
        if (names.length != 1 || names[0].isMultiValued()) {
            throw new IllegalArgumentException("the subject has not exactly one CN");
        }
        return new SiteId(IETFUtils.valueToString(names[0].getFirst().getValue()));
    }
}
