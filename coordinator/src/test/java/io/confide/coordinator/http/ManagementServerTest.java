package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.http.ManagementServer.Readiness;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

class ManagementServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private volatile Readiness readiness = Readiness.STARTING;
    private ManagementServer server;

    @BeforeEach
    void start() {
        server =
                new ManagementServer(
                        vertx,
                        new Address("127.0.0.1", 0, "management.port"),
                        metrics,
                        () -> readiness);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().await();
        metrics.close();
    }

    @Test
    void healthIsThatItAnswersAndReadinessThatItTakesWork() throws Exception {
        assertEquals(200, get("/healthz").statusCode());
        assertEquals(503, get("/readyz").statusCode());
        readiness = Readiness.READY;
        assertEquals(200, get("/readyz").statusCode());
        assertEquals(404, get("/else").statusCode());
    }

    @Test
    void metricsHaveLabelsFromClosedListsOnly() throws Exception {
        metrics.message(Metrics.Direction.RECEIVED, 100);
        metrics.chunk(Metrics.Chunk.STORED, 4096);
        metrics.greeted(Metrics.Greeted.NEW);
        metrics.sitesConnected(7);
        metrics.request("listJobs", 200, Duration.ofMillis(1));
        String scraped = get("/metrics").body();
        assertTrue(scraped.contains("confide_control_bytes_total{direction=\"received\"} 100.0"));
        assertTrue(scraped.contains("confide_input_chunks_total{outcome=\"stored\"} 1.0"));
        assertTrue(scraped.contains("confide_sites_connected 7.0"));
        assertTrue(scraped.contains("jvm_memory_used_bytes"));
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .build(),
                    BodyHandlers.ofString());
        }
    }
}
