package io.confide.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands on loopback between whoever connects to its port and a server, and passes on what both say, until it is told to be a
 * bad network: slow, cut in the middle of what is said, silent in one direction, or closed. One virtual thread per direction.
 */
final class FaultyProxy implements AutoCloseable {
    private static final int BUFFER = 1 << 14;

    /** A connection is cut after so many more bytes at most. */
    private static final int CUT_WITHIN = 2_000;

    /** What a network may do to those who use it. */
    enum Fault {
        /** Everything comes later. */
        SLOW,
        /** Every connection that says something breaks soon, some bytes into it. */
        CUT,
        /** Nothing comes through in one direction, though both ends stand. */
        SILENT,
        /** Nobody is let in. */
        CLOSED
    }

    /** A fault until {@code nanos} of the clock of the JVM; of silence also in which direction. */
    private record Spell(Fault fault, long until, boolean upstream) {
        boolean isNow(Fault which) {
            return fault == which && System.nanoTime() < until;
        }
    }

    private static final Spell NONE = new Spell(Fault.SLOW, System.nanoTime(), false);

    private final ServerSocket listening;
    private final int target;
    private final Random random;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<Fault, AtomicInteger> felt = new ConcurrentHashMap<>();
    private volatile Spell spell = NONE;

    FaultyProxy(int target, long seed) throws IOException {
        this.target = target;
        this.random = new Random(seed);
        this.listening =
                new ServerSocket(Consortium.freePort(), 200, InetAddress.getLoopbackAddress());
        for (var fault : Fault.values()) {
            felt.put(fault, new AtomicInteger());
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How often somebody has felt each fault. */
    int felt(Fault fault) {
        return felt.get(fault).get();
    }

    /** Begins a fault, in place of another. */
    void begin(Fault fault, long millis) {
        spell = new Spell(fault, System.nanoTime() + millis * 1_000_000, draw(2) == 0);
        if (fault == Fault.CUT) {
            open.forEach(connection -> connection.cutIn = draw(CUT_WITHIN));
        }
    }

    /** Is a good network from now on. */
    void heal() {
        spell = NONE;
        open.forEach(connection -> connection.cutIn = Integer.MAX_VALUE);
    }

    private int draw(int bound) {
        synchronized (random) {
            return random.nextInt(bound);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (spell.isNow(Fault.CLOSED)) {
                    felt.get(Fault.CLOSED).incrementAndGet();
                    reset(client);
                } else {
                    Thread.ofVirtual().start(() -> connect(client));
                }
            } catch (IOException _) {
                // closed, or whoever came has gone
            }
        }
    }

    private void connect(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var connection = new Connection(client, server);
            open.add(connection);
            Thread.ofVirtual().start(() -> connection.pass(client, server, true));
            connection.pass(server, client, false);
        } catch (IOException _) {
            reset(client);
        }
    }

    /** Ends a connection as if the network had broken: at once, without a word. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException _) {
            // it has gone already
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket server;
        private volatile int cutIn = Integer.MAX_VALUE;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void pass(Socket from, Socket to, boolean upstream) {
            var buffer = new byte[BUFFER];
            try {
                while (true) {
                    int read = from.getInputStream().read(buffer);
                    if (read < 0) {
                        to.shutdownOutput();
                        return;
                    }
                    suffer(upstream);
                    if (read > cutIn) {
                        to.getOutputStream().write(buffer, 0, cutIn);
                        felt.get(Fault.CUT).incrementAndGet();
                        end();
                        return;
                    }
                    to.getOutputStream().write(buffer, 0, read);
                }
            } catch (IOException | InterruptedException _) {
                end();
            }
        }

        private void suffer(boolean upstream) throws InterruptedException {
            var now = spell;
            if (now.isNow(Fault.SLOW)) {
                felt.get(Fault.SLOW).incrementAndGet();
                Thread.sleep(20 + draw(130));
            } else if (now.isNow(Fault.SILENT) && now.upstream() == upstream) {
                felt.get(Fault.SILENT).incrementAndGet();
                while (spell.equals(now) && now.isNow(Fault.SILENT)) {
                    Thread.sleep(20);
                }
            }
        }

        void end() {
            open.remove(this);
            reset(client);
            reset(server);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(Connection::end);
    }
}
