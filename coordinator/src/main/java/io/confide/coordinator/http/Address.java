package io.confide.coordinator.http;

/**
 * Where a server listens.
 *
 * @param setting the key in coordinator.yaml that a person changes, e.g. {@code sites.port}
 * @param port 0 lets the system choose
 */
public record Address(String host, int port, String setting) {
    public Address {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }
}
