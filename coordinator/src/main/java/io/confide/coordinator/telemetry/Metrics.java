package io.confide.coordinator.telemetry;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the coordinator counts; safe for concurrent use. */
public final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final AtomicInteger sitesConnected = new AtomicInteger();
    private final AtomicInteger eventStreams = new AtomicInteger();
    private final AtomicInteger jobsQueued = new AtomicInteger();
    private final Map<JobId, JobState> live = new ConcurrentHashMap<>();

    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        registry.gauge("confide.sites.connected", sitesConnected);
        registry.gauge("confide.event.streams", eventStreams);
        registry.gauge("confide.jobs.queued", jobsQueued);
        for (var state : JobState.values()) {
            if (state.isBegun()) {
                registry.gauge(
                        "confide.jobs", Tags.of("state", label(state)), this, m -> m.live(state));
            }
        }
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

    /** What became of a transaction of the journal. */
    public enum Append {
        DONE,
        /** Another coordinator leads the job. */
        FENCED,
        FAILED
    }

    /** What a round waits for: inputs, votes if it needs any, shares, and the coordinator itself. */
    public enum Phase {
        COLLECT,
        SIGN,
        REVEAL,
        FINISH
    }

    /** A set-up of keys. */
    public enum Keys {
        BEGUN,
        MADE
    }

    /** What became of the wish to lead a job. */
    public enum Lease {
        TAKEN,
        HELD_BY_ANOTHER,
        RELEASED
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

    /** Notes how many jobs of the whole coordinator wait for a place. */
    public void jobsQueued(int now) {
        jobsQueued.set(now);
    }

    public void chunk(Chunk outcome, int bytes) {
        counter("confide.input.chunks", "outcome", outcome).increment();
        counter("confide.input.bytes", "outcome", outcome).increment(bytes);
    }

    /** Counts a finished round, whose inputs were in its sum, and who dropped in which step and why. */
    void round(RoundView view) {
        Timer.builder("confide.rounds")
                .tag("outcome", view.outcome().toLowerCase(Locale.ROOT))
                .register(registry)
                .record(Duration.ofNanos(Math.round(view.seconds() * 1e9)));
        registry.counter("confide.inputs.included").increment(view.included().size());
        for (var drop : view.dropped()) {
            registry.counter("confide.sites.dropped", "step", drop.step(), "cause", cause(drop))
                    .increment();
        }
    }

    /** The kind of a cause, without what it says in brackets. */
    private static String cause(DroppedView drop) {
        return switch (drop.reason().replaceFirst("[(,].*", "").strip()) {
            case "not connected" -> "not_connected";
            case "left out" -> "left_out";
            case "connection lost" -> "lost";
            case "too late" -> "late";
            case "declined" -> "declined";
            case "sent something unusable" -> "unusable";
            default -> "other";
        };
    }

    void phase(Phase phase, Duration took) {
        Timer.builder("confide.round.phases")
                .tag("phase", label(phase))
                .register(registry)
                .record(took);
    }

    void append(Append outcome, Duration took) {
        Timer.builder("confide.journal.appends")
                .tag("outcome", label(outcome))
                .register(registry)
                .record(took);
    }

    void keys(Keys what) {
        counter("confide.key.setups", "what", what).increment();
    }

    void lease(Lease what) {
        counter("confide.leases", "what", what).increment();
    }

    /** Notes where {@code job} is, which ends once. */
    public void job(JobId job, JobState state) {
        if (state.isLive()) {
            live.put(job, state);
        } else {
            live.remove(job);
            counter("confide.jobs.ended", "state", state).increment();
        }
    }

    /** {@code job} is led here from now on; one that has just been submitted waits for the sites' approval. */
    void led(JobId job) {
        live.putIfAbsent(job, JobState.AWAITING_APPROVAL);
    }

    /** {@code job} is led elsewhere from now on. */
    void left(JobId job) {
        live.remove(job);
    }

    private double live(JobState state) {
        return live.values().stream().filter(state::equals).count();
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
