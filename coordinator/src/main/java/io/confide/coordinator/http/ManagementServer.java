package io.confide.coordinator.http;

import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The port of the operator (9090), plain HTTP and meant for loopback: {@code /metrics} in Prometheus'
 * format, {@code /healthz} (this process answers) and {@code /readyz} (it takes work; else 503).
 */
public final class ManagementServer implements AutoCloseable {
    private final Vertx vertx;
    private final Metrics metrics;
    private final Supplier<Readiness> readiness;
    private final Listener listener;

    /**
     * @param readiness asked on a worker thread
     */
    public ManagementServer(
            Vertx vertx, Address address, Metrics metrics, Supplier<Readiness> readiness) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.readiness = readiness;
        this.listener = new Listener(vertx, address);
    }

    /** Whether the coordinator takes work now. */
    public enum Readiness {
        READY,
        STARTING,
        STOPPING,
        STORE_UNAVAILABLE,
        /** Of the cluster; everything stands still until others are back. */
        TOO_FEW_MEMBERS,
        NOT_WRITABLE
    }

    /** Starts listening; blocks until it does. Throws ConfideException(PORT_IN_USE) if it cannot. */
    public void start() {
        var options =
                new HttpServerOptions().setIdleTimeout(30).setIdleTimeoutUnit(TimeUnit.SECONDS);
        listener.start(options, (server, _) -> routes(server));
    }

    /** Returns the port that is listened on, also if 0 was asked for. */
    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }

    private void routes(HttpServer server) {
        server.requestHandler(
                request -> {
                    switch (request.path()) {
                        case "/healthz" -> text(request, 200, "ok\n");
                        case "/readyz" -> ready(request);
                        case "/metrics" -> scrape(request);
                        case null, default -> text(request, 404, "not found\n");
                    }
                });
    }

    private void ready(HttpServerRequest request) {
        vertx.executeBlocking(readiness::get, false)
                .onSuccess(
                        now -> text(request, now == Readiness.READY ? 200 : 503, now.name() + "\n"))
                .onFailure(_ -> text(request, 503, "failed\n"));
    }

    private void scrape(HttpServerRequest request) {
        vertx.executeBlocking(metrics::scrape, false)
                .onSuccess(scraped -> text(request, 200, scraped))
                .onFailure(_ -> text(request, 500, "failed\n"));
    }

    private static void text(HttpServerRequest request, int status, String text) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "text/plain; version=0.0.4; charset=utf-8")
                .end(text);
    }
}
