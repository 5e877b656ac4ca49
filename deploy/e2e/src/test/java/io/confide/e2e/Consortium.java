package io.confide.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A coordinator that runs, and the commands with which an administrator and sites use it. */
final class Consortium implements AutoCloseable {
    /**
     * Below the ports that systems give to connections: one of those may be taken again before whoever asked for it listens.
     * Processes begin at different ones.
     */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(20_000 + (int) (ProcessHandle.current().pid() * 97 % 10_000));

    static final String STUDY =
            """
            study: two-year-risk
            purpose: Test of the machinery on synthetic data
            accountable: nobody@example.org
            dictionary:
              label: {name: event, type: binary, meaning: anything}
              patient: {name: patient_id, role: id}
              features:
                - {name: age, type: number, range: [18, 100], center: 55, scale: 15}
            """;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path work;
    private final Confide.Running coordinator;
    private final int sites;
    private final int people;
    private final int management;

    private Consortium(
            Path work, Confide.Running coordinator, int sites, int people, int management) {
        this.work = work;
        this.coordinator = coordinator;
        this.sites = sites;
        this.people = people;
        this.management = management;
    }

    static Consortium start(Path work) throws IOException, InterruptedException {
        int sites = freePort();
        int people = freePort();
        int management = freePort();
        Files.createDirectories(work.resolve("coordinator"));
        Files.writeString(
                work.resolve("coordinator/coordinator.yaml"),
                """
                name: localhost
                sites: {address: 127.0.0.1, port: %d}
                people: {address: 127.0.0.1, port: %d}
                management: {address: 127.0.0.1, port: %d}
                roster: roster.json
                """
                        .formatted(sites, people, management));
        var running =
                Confide.start(
                        work, "coordinator", "start", "--config", "coordinator/coordinator.yaml");
        var consortium = new Consortium(work, running, sites, people, management);
        consortium.await(work.resolve("coordinator/ready.json"));
        return consortium;
    }

    private void await(Path ready) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (!Files.exists(ready)) {
            if (System.nanoTime() > end || !coordinator.process().isAlive()) {
                throw new AssertionError(Files.readString(coordinator.err()));
            }
            Thread.sleep(50);
        }
    }

    int sitesPort() {
        return sites;
    }

    /** Runs a command against this coordinator. */
    Confide.Done run(String... arguments) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--coordinator", "https://localhost:" + people));
        all.addAll(List.of("--token-file", "coordinator/admin.token"));
        all.addAll(List.of("--authority", "coordinator/authority/authority.pem"));
        return Confide.run(work, all.toArray(String[]::new));
    }

    String token(String site) throws IOException, InterruptedException {
        var done = run("coordinator", "token", site);
        if (done.status() != 0) {
            throw new AssertionError(done.err());
        }
        return done.out().strip();
    }

    /** Enrols a site in its own folder. */
    Confide.Done enroll(String site, String token) throws IOException, InterruptedException {
        return Confide.run(
                work, "participant", "enroll", "--token", token, "--home", site, "--json");
    }

    /** A site with a dataset of its own, ready to be started. */
    void enrolWithData(String site, String patients) throws IOException, InterruptedException {
        var done = enroll(site, token(site));
        if (done.status() != 0) {
            throw new AssertionError(done.err());
        }
        Files.writeString(work.resolve(site + ".json"), done.out());
        var home = work.resolve(site);
        Files.writeString(home.resolve("patients.csv"), patients);
        Files.createDirectories(home.resolve("studies"));
        Files.writeString(home.resolve("studies/two-year-risk.yaml"), STUDY);
        Files.writeString(
                home.resolve("participant.yaml"),
                """
                coordinator: https://localhost:%d
                site: %s
                training: {device: cpu, threads: 1}
                datasets:
                  - name: patients
                    study: two-year-risk
                    query: SELECT patient_id, event, age FROM read_csv('patients.csv')
                """
                        .formatted(sites, site));
        Files.writeString(
                home.resolve("policy.yaml"),
                """
                defaults: {minimumCohort: 3, minimumIncluded: 3, approval: manual}
                allow:
                  - study: two-year-risk
                    models: [logistic]
                    privacy: {required: false}
                    release: {atMost: weights}
                """);
    }

    /** The consortium writes the roster; every site compares and pins it; the coordinator is told of it. */
    void agreeOnRoster(List<String> names) throws IOException, InterruptedException {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "coordinator",
                                "roster",
                                "--coordinator-key",
                                "coordinator/ready.json",
                                "--out",
                                "coordinator/roster.json"));
        names.forEach(name -> arguments.add(name + ".json"));
        succeed(Confide.run(work, arguments.toArray(String[]::new)));
        for (var name : names) {
            succeed(
                    Confide.run(
                            work,
                            "participant",
                            "approve",
                            "--roster",
                            "coordinator/roster.json",
                            "--home",
                            name));
        }
    }

    Confide.Running startSite(String site) throws IOException, InterruptedException {
        var running = Confide.start(work, "participant", "start", "--home", site);
        var ready = work.resolve(site).resolve("ready.json");
        long end = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (!Files.exists(ready)) {
            if (System.nanoTime() > end || !running.process().isAlive()) {
                throw new AssertionError(Files.readString(running.err()));
            }
            Thread.sleep(50);
        }
        return running;
    }

    JsonNode submit(String job) throws IOException, InterruptedException {
        return submit(job, STUDY);
    }

    JsonNode submit(String job, String study) throws IOException, InterruptedException {
        Files.writeString(work.resolve("job.yaml"), job);
        Files.writeString(work.resolve("study.yaml"), study);
        return json(succeed(run("job", "submit", "job.yaml", "--json")).out());
    }

    /** Waits until the plan has been offered to the site and approves it there. */
    void approve(String site, String hash) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(180).toNanos();
        while (!Confide.run(work, "participant", "approve", "--home", site, "--json")
                .out()
                .contains(hash)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the plan was not offered to " + site);
            }
            Thread.sleep(100);
        }
        succeed(Confide.run(work, "participant", "approve", "--plan", hash, "--home", site));
    }

    int managementPort() {
        return management;
    }

    private static Confide.Done succeed(Confide.Done done) {
        if (done.status() != 0) {
            throw new AssertionError(done.out() + done.err());
        }
        return done;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() throws IOException {
        while (true) {
            int port = NEXT_PORT.getAndIncrement();
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (BindException _) {
                // somebody listens there
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        coordinator.close();
    }
}
