/**
 * Cryptographic primitives behind small types (PROTOCOL.md §3.1): secrets erase themselves and never print.
 * AES, HMAC and ML-KEM come from the JDK, Ed25519 and X25519 from Bouncy Castle's lightweight API (ten times faster).
 */
@NullMarked
package io.confide.common.crypto;

import org.jspecify.annotations.NullMarked;
