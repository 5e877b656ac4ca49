package io.confide.coordinator.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What the coordinator counts; safe for concurrent use. */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final AtomicInteger sitesConnected = new AtomicInteger();
    private final AtomicInteger eventStreams = new AtomicInteger();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        registry.gauge("confide.sites.connected", sitesConnected);
        registry.gauge("confide.event.streams", eventStreams);
    }

    /** Which way something went, seen from the coordinator. */
    public enum Direction {
        RECEIVED,
        SENT
    }

    /** How a connection of a site began. */
    public enum Greeted {
        NEW,
        RESUMED,
        REFUSED
    }

    /** What became of an uploaded chunk. */
    public enum Chunk {
        STORED,
        REFUSED,
        BUSY
    }

    /** How a round ended. */
    public enum Round {
        DONE,
        FAILED
    }

    /** Counts a control message of {@code bytes} bytes. */
    public void message(Direction direction, int bytes) {
        counter("confide.control.messages", "direction", direction).increment();
        counter("confide.control.bytes", "direction", direction).increment(bytes);
    }

    public void greeted(Greeted how) {
        counter("confide.site.connections", "session", how).increment();
    }

    public void sitesConnected(int now) {
        sitesConnected.set(now);
    }

    public void eventStreams(int now) {
        eventStreams.set(now);
    }

    public void chunk(Chunk outcome, int bytes) {
        counter("confide.input.chunks", "outcome", outcome).increment();
        counter("confide.input.bytes", "outcome", outcome).increment(bytes);
    }

    /** Records a finished round and how long it took. */
    public void round(Round outcome, Duration took) {
        Timer.builder("confide.rounds")
                .tag("outcome", label(outcome))
                .register(registry)
                .record(took);
    }

    /**
     * Records an answered request of the people's port.
     *
     * @param operation an operation id of the contract
     * @param status the HTTP status
     */
    public void request(String operation, int status, Duration took) {
        Timer.builder("confide.http.requests")
                .tag("operation", operation)
                .tag("status", status / 100 + "xx")
                .register(registry)
                .record(took);
    }

    /** Returns the registry, for what Vert.x measures itself. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Returns everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    private Counter counter(String name, String label, Enum<?> value) {
        return registry.counter(name, label, label(value));
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
