package io.confide.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The coordinator's three ports on this machine. */
public record FreePorts(int sites, int people, int management) {
    private static final int SITES = 8443;
    private static final int PEOPLE = 8444;
    private static final int MANAGEMENT = 9090;

    /** The usual ports where they are free, otherwise any free ones. */
    public static FreePorts choose() throws IOException {
        return new FreePorts(usualOrAny(SITES), usualOrAny(PEOPLE), usualOrAny(MANAGEMENT));
    }

    private static int usualOrAny(int usual) throws IOException {
        try {
            return probe(usual);
        } catch (IOException _) {
            return probe(0);
        }
    }

    private static int probe(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        }
    }
}
