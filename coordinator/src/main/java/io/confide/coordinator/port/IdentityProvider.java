package io.confide.coordinator.port;

import java.net.URI;

/**
 * The institution's own sign-in: says who somebody is, never what that person may do (OpenID Connect Core 1.0, the
 * authorization code flow, with PKCE of RFC 7636). Thread-safe; its methods block, for seconds at most.
 */
public interface IdentityProvider {
    /** What people know it by: the host of its address. */
    String name();

    /** Where to send the browser. */
    Direction ask(Attempt attempt);

    /** Whom {@code code}, which the browser brought back, stands for. A code is good for one time and one attempt. */
    Answer redeem(String code, Attempt attempt);

    /**
     * One sign-in of one browser. The three texts are random numbers of 256 bits in base64url.
     *
     * @param state comes back with the browser
     * @param nonce comes back inside the signed token
     * @param verifier of PKCE: only whoever has it can redeem the code
     * @param back where the provider sends the browser, as registered there
     */
    record Attempt(String state, String nonce, String verifier, URI back) {
        /** Without the secrets. */
        @Override
        public String toString() {
            return "Attempt[back=" + back + "]";
        }
    }

    /** Where a browser goes, if the provider can be asked. */
    sealed interface Direction {
        record To(URI address) implements Direction {}

        /** @param why for the log, without a secret */
        record Unreachable(String why) implements Direction {}
    }

    /** What became of a code. */
    sealed interface Answer {
        /** @param identity not empty */
        record Identified(String identity) implements Answer {
            /** Without the identity, which is a person's. */
            @Override
            public String toString() {
                return "Identified";
            }
        }

        /**
         * The provider does not stand for it, or what it signed does not hold.
         *
         * @param why for the log, without a secret
         */
        record Refused(String why) implements Answer {}

        /** @param why for the log, without a secret */
        record Unreachable(String why) implements Answer {}
    }
}
