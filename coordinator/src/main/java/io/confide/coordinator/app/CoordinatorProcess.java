package io.confide.coordinator.app;

import io.confide.common.files.CoordinatorConfig;

import java.nio.file.Path;

/**
 * A running coordinator. Its home holds {@code authority/}, {@code identity/}, {@code admin.token} (0600, made at the
 * first start), the database, {@code data/events.jsonl}, and, while it listens, {@code ready.json}: {@code
 * {"sites":port,"people":port,"management":port,"pid":n}}.
 */
public final class CoordinatorProcess implements AutoCloseable {
    private final Ports ports;

    private CoordinatorProcess(Ports ports) {
        this.ports = ports;
    }

    /** The ports it listens on. */
    public record Ports(int sites, int people, int management) {}

    /**
     * Starts a coordinator and returns when all three ports listen.
     *
     * @throws io.confide.common.model.ConfideException PORT_IN_USE, DISK_FULL, BAD_FILE: one sentence each; nothing
     *     keeps running then
     */
    public static CoordinatorProcess start(CoordinatorConfig config, Path home) {
        return new CoordinatorProcess(
                new Ports(
                        config.sites().port(), config.people().port(), config.management().port()));
    }

    public Ports ports() {
        return ports;
    }

    /** Stops listening, ends running rounds, closes the database and removes {@code ready.json}. */
    @Override
    public void close() {}
}
