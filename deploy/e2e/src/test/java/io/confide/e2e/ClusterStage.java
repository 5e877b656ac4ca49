package io.confide.e2e;

import com.fasterxml.jackson.databind.JsonNode;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Coordinator processes over one PostgreSQL, and sites that know all of them; each is a process of its own. */
final class ClusterStage implements AutoCloseable {
    private static final List<String> SHARED =
            List.of("identity", "authority", "admin.token", "session.key", "users.yaml");
    private static final String AUDITOR = "auditor";
    private static final String PASSWORD = "made up for this cluster";
    private static final Duration START_MAX = Duration.ofSeconds(180);

    private final Path work;
    private final List<ClusterMember> members;
    private final DoublingSites sites;
    private final EmbeddedPostgres database;
    private final Roads roads;
    private final Map<String, Confide.Running> running = new ConcurrentSkipListMap<>();

    /** How the processes reach each other. */
    interface Roads {
        /** The port to use in place of {@code port}; the same for each asker. */
        int to(int port);
    }

    private ClusterStage(
            Path work,
            List<ClusterMember> members,
            DoublingSites sites,
            EmbeddedPostgres database,
            Roads roads) {
        this.work = work;
        this.members = members;
        this.sites = sites;
        this.database = database;
        this.roads = roads;
    }

    /** Three members and {@code sites} sites that have been asked for nothing yet. */
    static ClusterStage start(Path work, int sites) throws IOException, InterruptedException {
        return start(work, sites, port -> port);
    }

    /**
     * The same, over {@code roads}: between sites and members, from members to the database, and between members for
     * Hazelcast. The bus between members knows no address but its own and is reached directly.
     */
    static ClusterStage start(Path work, int sites, Roads roads)
            throws IOException, InterruptedException {
        var members = List.of(ClusterMember.of(1), ClusterMember.of(2), ClusterMember.of(3));
        var all = DoublingSites.of(sites);
        var stage = new ClusterStage(work, members, all, EmbeddedPostgres.start(), roads);
        boolean whole = false;
        try {
            stage.startMembers();
            stage.enrol();
            for (var site : all.names()) {
                stage.startSite(site);
            }
            for (var site : all.names()) {
                stage.await(site);
            }
            whole = true;
            return stage;
        } finally {
            if (!whole) {
                stage.close();
            }
        }
    }

    private void startMembers() throws IOException, InterruptedException {
        for (var member : members) {
            Files.createDirectories(work.resolve(member.name()));
            Files.writeString(
                    work.resolve(member.name()).resolve("coordinator.yaml"),
                    member.yaml(database.getPort(), members, roads));
        }
        var first = members.getFirst().name();
        Confide.inProcess(
                work,
                "coordinator",
                "user",
                "add",
                AUDITOR,
                "--role",
                "auditor",
                "--password-file",
                Files.writeString(work.resolve("password"), PASSWORD).toString(),
                "--home",
                work.resolve(first).toString());
        startMember(first);
        for (var member : members.subList(1, members.size())) {
            for (var shared : SHARED) {
                copy(
                        work.resolve(first).resolve(shared),
                        work.resolve(member.name()).resolve(shared));
            }
            startMember(member.name());
        }
    }

    /** Copies a file or a folder with the rights of its files. */
    private static void copy(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (var each : all.toList()) {
                Files.copy(
                        each,
                        to.resolve(from.relativize(each).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Starts a member, for the first time or again, and returns when it listens. */
    void startMember(String name) throws IOException, InterruptedException {
        launchMember(name);
        await(name);
    }

    /** Starts a member without waiting for it. */
    void launchMember(String name) throws IOException {
        Files.deleteIfExists(work.resolve(name).resolve("ready.json"));
        // What Hazelcast tells others to connect to; of its own, as there is no such setting in
        // coordinator.yaml.
        running.put(
                name,
                Confide.start(
                        work,
                        Map.of(
                                "CONFIDE_JVM",
                                "-Dhazelcast.local.publicAddress=127.0.0.1:"
                                        + roads.to(member(name).find())),
                        "coordinator",
                        "start",
                        "--cluster",
                        "--config",
                        name + "/coordinator.yaml"));
    }

    /** Starts the process of a site again. */
    void startSite(String name) throws IOException {
        Files.deleteIfExists(work.resolve(name).resolve("ready.json"));
        running.put(name, Confide.start(work, "participant", "start", "--home", name));
    }

    /** Stops the process of {@code name} in its tracks; its connections stay open and nothing is answered. */
    void hold(String name) throws IOException, InterruptedException {
        signal("-STOP", name);
    }

    /** Lets the process go on that {@link #hold} stopped. */
    void release(String name) throws IOException, InterruptedException {
        signal("-CONT", name);
    }

    private void signal(String signal, String name) throws IOException, InterruptedException {
        long process = running.get(name).process().pid();
        int status = new ProcessBuilder("kill", signal, Long.toString(process)).start().waitFor();
        if (status != 0) {
            throw new AssertionError("kill " + signal + " of " + name + ": " + status);
        }
    }

    /** Somebody who has not signed in. */
    Visitor visitor() throws IOException, GeneralSecurityException {
        return new Visitor(
                work.resolve(members.getFirst().name()).resolve("authority/authority.pem"));
    }

    /** Signs the auditor in at the member {@code name}. */
    void signIn(Visitor visitor, String name) {
        visitor.signIn(people(name), AUDITOR, PASSWORD);
    }

    /** The port of a member that people use. */
    int people(String name) {
        return member(name).people();
    }

    /** What {@code /readyz} of a member says. */
    String readiness(String name) throws IOException, InterruptedException {
        var url = URI.create("http://127.0.0.1:" + member(name).management() + "/readyz");
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())
                    .body()
                    .strip();
        }
    }

    private ClusterMember member(String name) {
        return members.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    /** Waits until the process of {@code name} is ready. */
    void await(String name) throws IOException, InterruptedException {
        var process = running.get(name);
        var ready = work.resolve(name).resolve("ready.json");
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!Files.exists(ready)) {
            if (System.nanoTime() > end || !process.process().isAlive()) {
                throw new AssertionError(Files.readString(process.err()));
            }
            Thread.sleep(50);
        }
    }

    private void enrol() throws IOException {
        var files = new ArrayList<String>();
        var urls =
                members.stream()
                        .map(member -> "https://localhost:" + roads.to(member.sites()))
                        .collect(Collectors.joining(", "));
        for (var site : sites.names()) {
            String token = ask(members.getFirst().name(), "coordinator", "token", site).strip();
            String key =
                    Confide.inProcess(
                            work,
                            "participant",
                            "enroll",
                            "--token",
                            token,
                            "--home",
                            work.resolve(site).toString(),
                            "--json");
            Files.writeString(work.resolve(site + ".json"), key);
            files.add(work.resolve(site + ".json").toString());
            sites.write(site, work.resolve(site), urls);
        }
        var arguments =
                new ArrayList<>(
                        List.of(
                                "coordinator",
                                "roster",
                                "--coordinator-key",
                                work.resolve("member-1/ready.json").toString(),
                                "--out",
                                work.resolve("roster.json").toString()));
        arguments.addAll(files);
        Confide.inProcess(work, arguments.toArray(String[]::new));
        for (var site : sites.names()) {
            Confide.inProcess(
                    work,
                    "participant",
                    "approve",
                    "--roster",
                    work.resolve("roster.json").toString(),
                    "--home",
                    work.resolve(site).toString());
        }
    }

    /** The sum of the rows of all sites, each once. */
    int rows() {
        return sites.rows();
    }

    /** What a command says that asks the member {@code name}. */
    String ask(String name, String... command) {
        var all = new ArrayList<>(Arrays.asList(command));
        all.addAll(List.of("--coordinator", "https://localhost:" + member(name).people()));
        all.addAll(List.of("--token-file", work.resolve(name).resolve("admin.token").toString()));
        all.addAll(
                List.of(
                        "--authority",
                        work.resolve(name).resolve("authority/authority.pem").toString()));
        return Confide.inProcess(work, all.toArray(String[]::new));
    }

    /** Submits a job of two folds and so many rounds for each model at the member {@code name}; returns its id. */
    String submit(String name, int rounds) throws IOException {
        return submit(name, "in-a-cluster", rounds);
    }

    /** Submits such a job under the name {@code job}. */
    String submit(String name, String job, int rounds) throws IOException {
        Files.writeString(work.resolve("study.yaml"), Consortium.STUDY);
        Files.writeString(
                work.resolve("job.yaml"),
                """
                job: %s
                study: two-year-risk
                model: {kind: logistic}
                training: {mode: fedavg, rounds: %d, localEpochs: 1}
                aggregation: {minimumIncluded: 3, recordsMax: 20000}
                evaluation: {split: {kFold: 2}}
                release: {wish: weights}
                """
                        .formatted(job, rounds));
        return Consortium.json(
                        ask(name, "job", "submit", work.resolve("job.yaml").toString(), "--json"))
                .path("id")
                .asText();
    }

    JsonNode job(String name, String job) {
        return Consortium.json(ask(name, "job", "show", job, "--json"));
    }

    /** What the database says of the only job. */
    JobInDatabase kept() {
        return new JobInDatabase(database);
    }

    void kill9(String name) throws InterruptedException {
        running.get(name).process().destroyForcibly().waitFor();
    }

    /** The members whose processes run. */
    List<String> living() {
        return members.stream()
                .map(ClusterMember::name)
                .filter(name -> running.get(name).process().isAlive())
                .toList();
    }

    List<String> sites() {
        return sites.names();
    }

    /** What the sites are made of. */
    DoublingSites data() {
        return sites;
    }

    EmbeddedPostgres database() {
        return database;
    }

    /** The process of {@code name} that was started last. */
    Process process(String name) {
        return running.get(name).process();
    }

    Path home(String name) {
        return work.resolve(name);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (var name : sites.names()) {
            // A process that is held does not end when it is asked to.
            if (running.containsKey(name) && running.get(name).process().isAlive()) {
                release(name);
            }
        }
        for (var each : running.values()) {
            each.process().destroy();
        }
        for (var each : running.values()) {
            each.close();
        }
        database.close();
    }
}
