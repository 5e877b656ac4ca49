package io.confide.coordinator.port;

/**
 * With what a member of a cluster shows that it is one, and knows the others: PEM texts.
 *
 * @param key secret, and nowhere but in memory
 * @param authority of members alone; no site has a certificate of it
 */
public record MemberIdentity(String key, String certificate, String authority) {
    @Override
    public String toString() {
        return "MemberIdentity[redacted]";
    }
}
