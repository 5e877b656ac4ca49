package io.confide.cli.crowd;

import io.confide.cli.demo.FreePorts;
import io.confide.common.model.Bytes;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.jdbc.SqliteUrl;
import io.confide.coordinator.pki.Authority;
import io.confide.coordinator.pki.EnrolmentDesk;
import io.confide.participant.enrol.TlsKeyPair;
import io.confide.participant.link.Endpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The folder of a coordinator and of the keys of its sites, and how they come about before it is started. */
final class CrowdHome {
    private static final String STORE = "jdbc:sqlite:data/confide.db";
    private static final int IDENTITY_KEY_BYTES = 32;

    private final Path directory;
    private final FreePorts ports;

    CrowdHome(Path directory, FreePorts ports) {
        this.directory = directory;
        this.ports = ports;
    }

    Path coordinator() {
        return directory.resolve("coordinator");
    }

    Path configuration() {
        return coordinator().resolve("coordinator.yaml");
    }

    Path ready() {
        return coordinator().resolve("ready.json");
    }

    Path log() {
        return directory.resolve("coordinator.log");
    }

    Path pids() {
        return directory.resolve("pids.json");
    }

    /** The coordinator's management port. */
    URI management() {
        return URI.create("http://127.0.0.1:" + ports.management());
    }

    /** Writes what the coordinator needs, and enrols {@code sites} as its desk would; {@code step} is called after each. */
    List<Endpoint> enrol(int sites, Runnable step) throws IOException {
        Files.createDirectories(coordinator().resolve("data"));
        // Keys of sites that nobody has: closed to others, and not forced to the disk.
        PrivateFiles.createDirectory(directory.resolve("sites"));
        Files.writeString(
                configuration(),
                """
                # Written by confide bench sites.
                name: localhost
                sites: {address: 127.0.0.1, port: %d}
                people: {address: 127.0.0.1, port: %d}
                management: {address: 127.0.0.1, port: %d}
                store: {url: "%s"}
                """
                        .formatted(ports.sites(), ports.people(), ports.management(), STORE));
        var clock = InstantSource.system();
        var random = new SecureRandom();
        var authority = Authority.open(coordinator().resolve("authority"), clock, random);
        var trusted = directory.resolve("authority.pem");
        Files.writeString(trusted, authority.certificatePem());
        var url = SqliteUrl.of(STORE, coordinator()).orElseThrow().url();
        try (var database = Database.open(url)) {
            var desk =
                    new EnrolmentDesk(
                            authority,
                            new JdbcEnrolments(database),
                            () -> URI.create("https://localhost:" + ports.people()),
                            clock,
                            random);
            var endpoints = new ArrayList<Endpoint>();
            for (int i = 0; i < sites; i++) {
                endpoints.add(enrol(desk, new SiteId("site-" + (i + 1)), trusted, random));
                step.run();
            }
            return List.copyOf(endpoints);
        }
    }

    private Endpoint enrol(EnrolmentDesk desk, SiteId site, Path trusted, SecureRandom random)
            throws IOException {
        var tls = TlsKeyPair.generate(random);
        byte[] identity = new byte[IDENTITY_KEY_BYTES];
        random.nextBytes(identity);
        var token = desk.invite(site, Duration.ofHours(1));
        var enrolled =
                desk.redeem(
                        token.secret(),
                        tls.requestPem(site, random),
                        Bytes.wrap(identity),
                        _ -> {});
        var key = directory.resolve("sites").resolve(site + ".key.pem");
        var certificate = directory.resolve("sites").resolve(site + ".pem");
        Files.writeString(key, tls.privateKeyPem());
        Files.writeString(certificate, enrolled.certificate());
        return new Endpoint(
                List.of(URI.create("https://localhost:" + ports.sites())),
                key,
                certificate,
                trusted);
    }
}
