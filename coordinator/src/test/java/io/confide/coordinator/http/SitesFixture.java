package io.confide.coordinator.http;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.pki.TestPki;
import io.confide.coordinator.port.InMemoryEnrolments;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** A running port of the sites on an ephemeral port, with a real authority. */
final class SitesFixture implements AutoCloseable {
    static final SiteId BASEL = new SiteId("basel");
    static final SiteId OSLO = new SiteId("oslo");

    final InMemoryEnrolments enrolments = new InMemoryEnrolments();
    final FakeInbox inbox = new FakeInbox();
    final FakeStaging staging = new FakeStaging();
    final FakeDesk desk = FakeDesk.withoutPeople();
    final Map<String, Long> open = new ConcurrentHashMap<>();
    final TestPki pki;
    final SitesServer server;
    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();

    SitesFixture(Path directory) {
        this(directory, new SitesServer.Liveness(5, 15, 10));
    }

    SitesFixture(Path directory, SitesServer.Liveness liveness) {
        this(directory, liveness, 32);
    }

    SitesFixture(Path directory, SitesServer.Liveness liveness, int uploadsMax) {
        pki = new TestPki(directory, enrolments, InstantSource.system());
        server =
                new SitesServer(
                        vertx,
                        new SitesServer.Settings(
                                new Address("127.0.0.1", 0, "sites.port"), liveness, uploadsMax),
                        pki.authority.serverIdentity(List.of("localhost")),
                        InstantSource.system(),
                        metrics);
        server.start(
                new SitesServer.Ports(
                        inbox,
                        (job, round, site) ->
                                open.containsKey(key(job, round, site))
                                        ? OptionalLong.of(open.get(key(job, round, site)))
                                        : OptionalLong.empty(),
                        staging,
                        desk,
                        enrolments));
    }

    void open(JobId job, long round, SiteId site, long bytes) {
        open.put(key(job, round, site), bytes);
    }

    static Bytes identity() {
        return TestPki.IDENTITY;
    }

    private static String key(JobId job, long round, SiteId site) {
        return job + "/" + round + "/" + site;
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
        metrics.close();
    }
}
