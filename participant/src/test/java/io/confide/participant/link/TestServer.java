package io.confide.participant.link;

import io.confide.common.model.Digest;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.Received;
import io.confide.common.wire.ReliableSession;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireLimits;
import io.confide.participant.TestAuthority;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;

import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A coordinator's port for sites, with faults on demand. */
final class TestServer implements AutoCloseable {
    final BlockingQueue<SiteBody> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<CoordinatorBody.Session> greeted = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> handshakesFailed = new LinkedBlockingQueue<>();
    final Map<Integer, byte[]> chunks = new TreeMap<>();
    volatile byte[] model = new byte[0];
    volatile int refuseWith;

    /** So many frames are lost with the connection that is to be cut; one that lives loses nothing. */
    volatile int dropFrames;

    volatile int failRequests;
    volatile boolean holdRequests;
    private boolean closed;
    final AtomicInteger refused = new AtomicInteger();
    final BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private ReliableSession<CoordinatorBody, SiteBody> session = ReliableSession.ofCoordinator();
    private boolean known;
    private volatile ServerWebSocket socket;

    TestServer(TestAuthority authority, Path directory) {
        this(authority, directory, 0, Instant.now());
    }

    TestServer(TestAuthority authority, Path directory, int port, Instant from) {
        authority.writeIdentity(directory, "coordinator", from);
        var options =
                new HttpServerOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                        .setMaxWebSocketFrameSize(WireLimits.FRAME_BYTES_MAX)
                        .setMaxWebSocketMessageSize(WireLimits.FRAME_BYTES_MAX)
                        .setWebSocketClosingTimeout(2)
                        .setKeyCertOptions(
                                new PemKeyCertOptions()
                                        .setKeyPath(directory.resolve("coordinator.key").toString())
                                        .setCertPath(
                                                directory.resolve("coordinator.crt").toString()))
                        .setTrustOptions(
                                new PemTrustOptions()
                                        .addCertPath(
                                                directory.resolve("authority.crt").toString()));
        server = vertx.createHttpServer(options);
        server.webSocketHandshakeHandler(
                handshake -> {
                    if (refuseWith > 0) {
                        refused.incrementAndGet();
                        handshake.reject(refuseWith);
                    } else {
                        handshake.accept();
                    }
                });
        server.webSocketHandler(this::opened);
        server.requestHandler(this::request);
        server.exceptionHandler(handshakesFailed::add);
        server.listen(port, "127.0.0.1").await();
    }

    int port() {
        return server.actualPort();
    }

    void say(CoordinatorBody body) {
        vertx.runOnContext(_ -> onLoop(body));
    }

    private void onLoop(CoordinatorBody body) {
        try {
            write(session.send(body));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Says something that no session allows: a frame whose predecessor never was. */
    void leaveOneOut(CoordinatorBody body) {
        vertx.runOnContext(
                _ -> {
                    try {
                        session.send(body);
                        write(session.send(body));
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /** Cuts the connection without a word. */
    void cut() {
        socket.close();
    }

    /** Closes the connection as one whose place a newer connection of the same site took. */
    void replace() {
        socket.close((short) 4000);
    }

    /** Forgets the session, as a coordinator does that starts again. */
    void forget() {
        known = false;
    }

    private void opened(ServerWebSocket opened) {
        socket = opened;
        opened.binaryMessageHandler(message -> received(opened, message));
    }

    private void received(ServerWebSocket from, Buffer message) {
        if (from != socket) {
            return;
        }
        try {
            var frame = WireCodec.decodeSite(message.getBytes());
            if (frame.body() instanceof SiteBody.Greeting) {
                greet(frame);
                return;
            }
            if (dropFrames > 0) {
                dropFrames--;
                return;
            }
            if (session.receive(frame) instanceof Received.Deliver<SiteBody>(var body)
                    && !(body instanceof SiteBody.Acknowledge)) {
                heard.add(body);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void greet(Frame<SiteBody> frame) throws Exception {
        dropFrames = 0;
        boolean resumed = known && !(session.receive(frame) instanceof Received.Broken<SiteBody> _);
        var kind = resumed ? CoordinatorBody.Session.RESUMED : CoordinatorBody.Session.NEW;
        if (!resumed) {
            session = ReliableSession.ofCoordinator();
        }
        known = true;
        write(session.send(new CoordinatorBody.Welcome(Instant.now(), kind)));
        session.unacknowledged().forEach(this::write);
        greeted.add(kind);
    }

    private void write(Frame<CoordinatorBody> frame) {
        var open = socket;
        if (open != null && !open.isClosed()) {
            open.writeBinaryMessage(Buffer.buffer(WireCodec.encodeCoordinator(frame)));
        }
    }

    private void request(HttpServerRequest request) {
        request.body()
                .onSuccess(
                        body -> {
                            if (holdRequests) {
                                held.add(request);
                            } else if (failRequests > 0) {
                                failRequests--;
                                request.response().setStatusCode(503).end();
                            } else if (request.path().startsWith("/v1/models/")) {
                                model(request);
                            } else if (request.path().endsWith("/have")) {
                                var have = new BitSet();
                                chunks.keySet().forEach(have::set);
                                request.response().end(Buffer.buffer(have.toByteArray()));
                            } else {
                                chunk(request, body);
                            }
                        });
    }

    private void model(HttpServerRequest request) {
        String[] range = request.getHeader("range").substring("bytes=".length()).split("-");
        int from = Integer.parseInt(range[0]);
        int to = Integer.parseInt(range[1]) + 1;
        request.response()
                .setStatusCode(206)
                .end(Buffer.buffer(java.util.Arrays.copyOfRange(model, from, to)));
    }

    private void chunk(HttpServerRequest request, Buffer body) {
        String path = request.path();
        int chunk = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        if (!Digest.of(body.getBytes()).hex().equals(request.getHeader("x-confide-sha256"))) {
            request.response().setStatusCode(422).end();
            return;
        }
        chunks.put(chunk, body.getBytes());
        request.response().setStatusCode(204).end();
    }

    /** As a process that is killed: nothing is answered, nobody is told. May be called twice. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Vert.x would wait for what is never answered.
        held.forEach(request -> request.connection().close());
        vertx.close().await();
    }
}
