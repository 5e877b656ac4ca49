package io.confide.coordinator.jdbc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a local PostgreSQL, and loses the one answer that matters. */
final class CuttingProxy implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger armed = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final CountDownLatch refused = new CountDownLatch(1);
    private volatile boolean down;
    private volatile boolean downNext;

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

    /** The server will make so many commits of which the client will never hear. */
    void cutAfterTheNextCommits(int count) {
        armed.set(count);
    }

    int cuts() {
        return cuts.get();
    }

    /** Nobody is let in after the next cut. */
    void isDownAfterTheCut() {
        downNext = true;
    }

    /** Waits until somebody has tried to come in while nobody was let in. */
    void awaitRefusal() throws InterruptedException {
        assertTrue(refused.await(1, TimeUnit.MINUTES));
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
                    refused.countDown();
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
                        committing |=
                                bytes.contains("COMMIT")
                                        && armed.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
                        return true;
                    });
        }

        /** The answer to the commit is read, so it was made, and thrown away. */
        void answers() {
            pump(
                    server,
                    client,
                    _ -> {
                        if (committing) {
                            cuts.incrementAndGet();
                            if (downNext) {
                                isDown(true);
                            }
                        }
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
