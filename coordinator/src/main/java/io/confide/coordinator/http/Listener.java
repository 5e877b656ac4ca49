package io.confide.coordinator.http;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.pki.TlsIdentity;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;

import org.jspecify.annotations.Nullable;

import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/** One listening server on an event loop of its own: starts and stops it, and says in one sentence why it cannot. */
final class Listener {
    private static final long WAIT_SECONDS = 30;
    private static final int WINDOW_BYTES = 8 << 20;
    private static final int FRAME_BYTES = 64 << 10;
    private static final int STREAMS_MAX = 64;
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final Address address;
    private volatile @Nullable HttpServer server;
    private volatile @Nullable String deployment;

    Listener(Vertx vertx, Address address) {
        this.vertx = vertx;
        this.address = address;
    }

    /** Returns options for TLS 1.3 with HTTP/2 and HTTP/1.1 and windows that fill a fast link. */
    static HttpServerOptions tls(TlsIdentity identity) {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(identity.keys()))
                .setTrustOptions(TrustOptions.wrap(identity.trust()))
                .setSslHandshakeTimeout(10)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setReadIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(16 << 10)
                .setInitialSettings(
                        new Http2Settings()
                                .setInitialWindowSize(WINDOW_BYTES)
                                .setMaxFrameSize(FRAME_BYTES)
                                .setMaxConcurrentStreams(STREAMS_MAX)
                                .setMaxHeaderListSize(16 << 10))
                .setHttp2ConnectionWindowSize(2 * WINDOW_BYTES);
    }

    /** Starts; {@code routes} is called with the new server on its own context. Blocks until it listens. */
    void start(HttpServerOptions options, BiConsumer<HttpServer, Context> routes) {
        var started =
                vertx.deployVerticle(
                        context -> {
                            var created = vertx.createHttpServer(options);
                            server = created;
                            routes.accept(created, context);
                            return created.listen(address.port(), address.host());
                        });
        deployment = await(started);
    }

    /** Returns the port that is listened on. */
    int port() {
        var running = server;
        if (running == null) {
            throw new IllegalStateException("the server has not been started");
        }
        return running.actualPort();
    }

    /** Stops; may be called twice. */
    void close() {
        var running = deployment;
        deployment = null;
        if (running != null) {
            await(vertx.undeploy(running));
        }
    }

    private <T> T await(Future<T> future) {
        try {
            return future.await(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ConfideException(
                    ErrorCode.INTERNAL,
                    "port %d on %s did not start or stop within %d s"
                            .formatted(address.port(), address.host(), WAIT_SECONDS),
                    e);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private ConfideException failed(Exception cause) {
        String where = "port %d on %s".formatted(address.port(), address.host());
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof UnknownHostException || t instanceof UnresolvedAddressException) {
                return unavailable(where, cause);
            }
            if (t instanceof BindException bind) {
                String reason = String.valueOf(bind.getMessage());
                return reason.contains("in use")
                        ? new ConfideException(
                                ErrorCode.PORT_IN_USE,
                                "%s is already in use; set %s in coordinator.yaml or stop the other process"
                                        .formatted(where, address.setting()),
                                cause)
                        : unavailable(where, cause);
            }
        }
        return new ConfideException(
                ErrorCode.INTERNAL,
                "%s cannot be opened: %s".formatted(where, cause.getMessage()),
                cause);
    }

    private ConfideException unavailable(String where, Exception cause) {
        return new ConfideException(
                ErrorCode.PORT_IN_USE,
                "%s cannot be opened: this machine does not have that address or may not use that port; set %s in coordinator.yaml to one it has"
                        .formatted(where, address.setting()),
                cause);
    }
}
