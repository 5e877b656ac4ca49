package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.wire.Capacity;
import io.confide.common.wire.CoordinatorBody;
import io.confide.common.wire.Frame;
import io.confide.common.wire.SiteBody;
import io.confide.common.wire.WireCodec;
import io.confide.common.wire.WireException;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

/** One control connection, driven frame by frame. */
final class SiteDouble implements WebSocket.Listener {
    private final LinkedBlockingQueue<Frame<CoordinatorBody>> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final WebSocket socket;
    private volatile boolean deaf;

    private SiteDouble(SSLContext tls, int port) {
        socket =
                HttpClient.newBuilder()
                        .sslContext(tls)
                        .build()
                        .newWebSocketBuilder()
                        .buildAsync(URI.create("wss://localhost:" + port + "/v1/control"), this)
                        .join();
    }

    static SiteDouble connect(SSLContext tls, int port) {
        return new SiteDouble(tls, port);
    }

    static SiteBody.Greeting greeting(int boot) {
        return greeting(boot, Instant.now());
    }

    static SiteBody.Greeting greeting(int boot, Instant clock) {
        return new SiteBody.Greeting(
                Bytes.copyOf(new byte[] {(byte) boot, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}),
                clock,
                "confide/test",
                List.of(),
                new Capacity(2, 4096, Optional.empty()));
    }

    void send(long sequence, long acknowledged, SiteBody body) {
        sendBytes(WireCodec.encodeSite(new Frame<>(sequence, acknowledged, body)));
    }

    void sendBytes(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    Frame<CoordinatorBody> next() throws InterruptedException {
        var next = frames.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no frame within 10 s");
        }
        return next;
    }

    /** The close code, once the coordinator closes. */
    int closeCode() throws Exception {
        return closed.get(15, TimeUnit.SECONDS);
    }

    /** From the next message on nothing is read any more, so no ping is answered either. */
    void turnDeaf() {
        deaf = true;
    }

    /** The connection breaks without a word. */
    void cut() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        partial.writeBytes(bytes);
        if (last) {
            try {
                frames.add(WireCodec.decodeCoordinator(partial.toByteArray()));
            } catch (WireException e) {
                closed.completeExceptionally(e);
            }
            partial.reset();
        }
        if (!deaf) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
