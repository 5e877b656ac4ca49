package io.confide.cli.demo;

import io.confide.cli.JsonText;
import io.confide.cli.demo.DemoStudy.Hospital;
import io.confide.cli.process.Fleet;
import io.confide.cli.process.JvmOptions.Role;
import io.confide.cli.remote.Context;
import io.confide.cli.remote.RemoteCoordinator;
import io.confide.common.files.RosterDocument;
import io.confide.common.model.Bytes;
import io.confide.participant.app.Steward;
import io.confide.participant.enrol.Enrolment;
import io.confide.participant.vault.Home;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The demo's coordinator and hospitals: how seven strangers become a consortium, without its short cuts. */
final class DemoFleet {
    private static final Duration START_MAX = Duration.ofMinutes(4);

    private final DemoHome home;
    private final Fleet fleet;
    private final FreePorts ports;

    DemoFleet(DemoHome home, Fleet fleet, FreePorts ports) {
        this.home = home;
        this.fleet = fleet;
        this.ports = ports;
    }

    /** Starts the coordinator and returns a client for its people's port. */
    RemoteCoordinator startCoordinator() throws IOException, InterruptedException {
        var ready = home.coordinator().resolve("ready.json");
        Files.deleteIfExists(ready);
        var child =
                fleet.start(
                        Role.COORDINATOR,
                        "coordinator",
                        home.log("coordinator"),
                        List.of(
                                "coordinator",
                                "start",
                                "--config",
                                home.coordinatorYaml().toString()));
        fleet.awaitReady(child, ready, START_MAX);
        var context =
                new Context(
                        URI.create("https://localhost:" + ports.people()),
                        home.coordinator().resolve("admin.token"),
                        home.coordinator().resolve("authority").resolve("authority.pem"));
        context.write(home.context());
        return RemoteCoordinator.of(context);
    }

    /** The coordinator's own public key, as its administrator would tell it to the consortium. */
    Bytes coordinatorKey() throws IOException {
        var ready = home.coordinator().resolve("ready.json");
        var json = JsonText.parse(Files.readString(ready), ready.toString());
        return Bytes.ofHex(json.path("coordinatorKey").asText());
    }

    /** Invites every hospital with a one-time token and lets it make its own keys; returns their public halves. */
    List<RosterDocument.Member> enrol(RemoteCoordinator coordinator, List<Hospital> hospitals)
            throws IOException, InterruptedException {
        var members = new ArrayList<RosterDocument.Member>();
        var random = new SecureRandom();
        for (var hospital : hospitals) {
            var invitation =
                    coordinator.post(
                            "sites", JsonText.object().put("site", hospital.site().value()));
            var enrolled =
                    Enrolment.redeem(
                            invitation.path("token").asText(),
                            home.site(hospital.site()),
                            InstantSource.system(),
                            random);
            members.add(
                    new RosterDocument.Member(
                            enrolled.site(), Bytes.ofHex(enrolled.identityKey())));
        }
        return members;
    }

    /** Pins the roster at every hospital, as each one's steward would after comparing the keys. */
    void pinRoster(List<Hospital> hospitals) {
        for (var hospital : hospitals) {
            Steward.approveRoster(
                    home.site(hospital.site()), home.roster(), InstantSource.system());
        }
    }

    /** Starts one process per hospital and waits until all are connected. */
    void startSites(List<Hospital> hospitals) throws IOException, InterruptedException {
        var children = new ArrayList<Fleet.Child>();
        for (var hospital : hospitals) {
            var site = home.site(hospital.site());
            children.add(
                    fleet.start(
                            Role.PARTICIPANT,
                            hospital.site().value(),
                            home.log(hospital.site().value()),
                            List.of("participant", "start", "--home", site.toString())));
        }
        for (int i = 0; i < children.size(); i++) {
            Path ready = new Home(home.site(hospitals.get(i).site())).ready();
            fleet.awaitReady(children.get(i), ready, START_MAX);
        }
    }
}
