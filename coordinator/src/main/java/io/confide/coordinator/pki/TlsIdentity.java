package io.confide.coordinator.pki;

import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What a server shows and whom it believes.
 *
 * @param keys the server's key with the chain up to and including the authority, so that a site that
 *     knows only the authority's fingerprint can find it there
 * @param trust accepts client certificates of the authority alone
 */
public record TlsIdentity(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) {}
