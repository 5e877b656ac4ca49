package io.confide.coordinator.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a client and a local PostgreSQL, and loses the one answer that matters. */
final class CuttingProxy implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean down;
    private volatile boolean armed;
    private volatile boolean cut;

    CuttingProxy(int target) {
        this.target = target;
        try {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The server will commit, and the client will never hear of it. */
    void cutAfterTheNextCommit() {
        armed = true;
    }

    boolean hasCut() {
        return cut;
    }

    /** Whether every connection is refused; those that are open are cut. */
    void isDown(boolean now) {
        down = now;
        if (now) {
            open.forEach(CuttingProxy::close);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (down) {
                    close(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                // Closed, or the server is away: the client finds out by itself.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        var pair = new Pair(client, server);
        Thread.ofVirtual().start(pair::requests);
        Thread.ofVirtual().start(pair::answers);
    }

    private final class Pair {
        private final Socket client;
        private final Socket server;
        private volatile boolean committing;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            pump(
                    client,
                    server,
                    bytes -> {
                        if (armed && bytes.contains("COMMIT")) {
                            armed = false;
                            committing = true;
                        }
                        return true;
                    });
        }

        /** The answer to the commit is read, so it was made, and thrown away. */
        void answers() {
            pump(
                    server,
                    client,
                    _ -> {
                        cut |= committing;
                        return !committing;
                    });
        }

        private void pump(Socket from, Socket to, Filter filter) {
            var buffer = new byte[BUFFER];
            try {
                while (true) {
                    int count = from.getInputStream().read(buffer);
                    if (count < 0
                            || !filter.passes(
                                    new String(buffer, 0, count, StandardCharsets.ISO_8859_1))) {
                        return;
                    }
                    to.getOutputStream().write(buffer, 0, count);
                }
            } catch (IOException e) {
                // The other end is gone.
            } finally {
                close(from);
                close(to);
            }
        }
    }

    private interface Filter {
        boolean passes(String bytes);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(CuttingProxy::close);
    }
}
