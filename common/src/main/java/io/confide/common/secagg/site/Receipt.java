package io.confide.common.secagg.site;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SignedBody;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a site keeps of a round whose sum it helped to open, so that anybody with the roster can check it later without a
 * connection ({@link ReceiptAudit}). Only signed messages; nothing secret.
 *
 * @param certificate the Cert or FastCert that this site revealed for
 * @param headers the upload headers of U3 beside it
 * @param signatures of S_r; empty beside a FastCert
 * @param ownHeader the header that this site signed, if it uploaded
 * @param ownSignature this site's of S_r: it opened this sum and no other
 * @param result the signed DONE result
 */
public record Receipt(
        SignedBody certificate,
        SortedMap<Integer, UploadProof> headers,
        SortedMap<Integer, Bytes> signatures,
        Optional<SignedBody> ownHeader,
        Bytes ownSignature,
        SignedBody result) {
    public Receipt {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        signatures = Collections.unmodifiableSortedMap(new TreeMap<>(signatures));
    }

    /** A certificate that was accepted, while the result is awaited. */
    record Certified(
            SignedBody certificate,
            SortedMap<Integer, UploadProof> headers,
            SortedMap<Integer, Bytes> signatures) {
        Receipt with(Optional<SignedBody> ownHeader, Bytes ownSignature, SignedBody result) {
            return new Receipt(certificate, headers, signatures, ownHeader, ownSignature, result);
        }
    }
}
