package io.confide.e2e;

import io.confide.coordinator.http.Address;
import io.confide.coordinator.http.PeopleServer;
import io.confide.coordinator.http.Sessions;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.coordinator.pki.TlsIdentity;
import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.telemetry.Metrics;
import io.vertx.core.Vertx;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The real port of the people over a desk that a test moves, without sites. */
final class Stage implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef0123456789abcdef";

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics();
    private final SecureRandom random = new SecureRandom();
    private final Sessions sessions =
            new Sessions(InstantSource.system(), random, Sessions.Times.usual());
    private final Database database;
    private final EnrolmentDesk enrolments;
    private final TlsIdentity tls;
    private volatile ScriptedDesk desk;
    private PeopleServer server;
    private int port;
    private boolean connected;

    Stage(Path directory, ScriptedDesk desk) {
        this.desk = desk;
        var clock = InstantSource.system();
        var authority = Authority.open(directory.resolve("authority"), clock, random);
        database = Database.open("jdbc:sqlite:" + directory.resolve("confide.db"));
        enrolments =
                new EnrolmentDesk(
                        authority,
                        new JdbcEnrolments(database),
                        () -> URI.create(address("")),
                        clock,
                        random);
        tls = authority.serverIdentity(List.of("localhost"));
        connect();
    }

    /** Another job on the same stage. */
    void show(ScriptedDesk next) {
        desk = next;
    }

    ScriptedDesk desk() {
        return desk;
    }

    String address(String path) {
        return "https://localhost:" + port + path;
    }

    /** As if the cable were pulled out: the port is gone, everything behind it goes on. */
    void disconnect() {
        server.close();
        connected = false;
    }

    /** The port is there again, under the same number; nothing happens if it is. */
    void connect() {
        if (connected) {
            return;
        }
        connected = true;
        var current =
                (JobDesk)
                        Proxy.newProxyInstance(
                                Stage.class.getClassLoader(),
                                new Class<?>[] {JobDesk.class},
                                (_, method, arguments) -> {
                                    try {
                                        return method.invoke(desk, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        server =
                new PeopleServer(
                        vertx,
                        PeopleServer.Settings.of(
                                new Address("127.0.0.1", port, "people.port"),
                                TOKEN,
                                URI.create("https://localhost:8443")),
                        tls,
                        new PeopleServer.Desks(current, enrolments),
                        sessions,
                        metrics);
        server.start();
        port = server.port();
    }

    @Override
    public void close() {
        server.close();
        vertx.close().await();
        metrics.close();
        database.close();
    }
}
