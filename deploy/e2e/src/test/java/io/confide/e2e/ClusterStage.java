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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Coordinator processes over one PostgreSQL, and sites that know all of them; each is a process of its own. */
final class ClusterStage implements AutoCloseable {
    private static final List<String> SHARED =
            List.of("identity", "authority", "admin.token", "session.key", "users.yaml");
    private static final String AUDITOR = "auditor";
    private static final String PASSWORD = "made up for this cluster";
    private static final Duration START_MAX = Duration.ofSeconds(180);
    private static final int LEAST_ROWS = 8;

    private final Path work;
    private final List<Member> members;
    private final List<String> sites;
    private final EmbeddedPostgres database;
    private final TreeMap<String, Confide.Running> running = new TreeMap<>();

    private record Member(String name, int sites, int people, int management, int find, int talk) {
        static Member of(int number) throws IOException {
            return new Member(
                    "member-" + number,
                    Consortium.freePort(),
                    Consortium.freePort(),
                    Consortium.freePort(),
                    Consortium.freePort(),
                    Consortium.freePort());
        }
    }

    private ClusterStage(
            Path work, List<Member> members, List<String> sites, EmbeddedPostgres database) {
        this.work = work;
        this.members = members;
        this.sites = sites;
        this.database = database;
    }

    /** Three members and {@code sites} sites that have been asked for nothing yet. */
    static ClusterStage start(Path work, int sites) throws IOException, InterruptedException {
        var members = List.of(Member.of(1), Member.of(2), Member.of(3));
        var names = IntStream.rangeClosed(1, sites).mapToObj(i -> "site-" + i).toList();
        var stage = new ClusterStage(work, members, names, EmbeddedPostgres.start());
        boolean whole = false;
        try {
            stage.startMembers();
            stage.enrol();
            for (var site : names) {
                stage.launch(site, "participant", "start", "--home", site);
            }
            for (var site : names) {
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
                    work.resolve(member.name()).resolve("coordinator.yaml"), yaml(member));
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

    private String yaml(Member member) {
        var seeds =
                members.stream()
                        .map(each -> "\"127.0.0.1:" + each.find() + "\"")
                        .collect(Collectors.joining(", "));
        return """
        name: localhost
        sites: {address: 127.0.0.1, port: %d}
        people: {address: 127.0.0.1, port: %d}
        management: {address: 127.0.0.1, port: %d}
        store: {url: "jdbc:postgresql://localhost:%d/postgres?user=postgres"}
        roster: ../roster.json
        cluster:
          member: %s
          listen: {address: 127.0.0.1, port: %d}
          bus: {address: 127.0.0.1, port: %d}
          members: [%s]
        """
                .formatted(
                        member.sites(),
                        member.people(),
                        member.management(),
                        database.getPort(),
                        member.name(),
                        member.find(),
                        member.talk(),
                        seeds);
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
        Files.deleteIfExists(work.resolve(name).resolve("ready.json"));
        launch(name, "coordinator", "start", "--cluster", "--config", name + "/coordinator.yaml");
        await(name);
    }

    /** Starts the process of a site again. */
    void startSite(String name) throws IOException {
        launch(name, "participant", "start", "--home", name);
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

    private Member member(String name) {
        return members.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    }

    private void launch(String name, String... command) throws IOException {
        running.put(name, Confide.start(work, command));
    }

    private void await(String name) throws IOException, InterruptedException {
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
                        .map(member -> "https://localhost:" + member.sites())
                        .collect(Collectors.joining(", "));
        for (var site : sites) {
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
            writeSite(site, urls);
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
        for (var site : sites) {
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

    private void writeSite(String site, String urls) throws IOException {
        var home = work.resolve(site);
        Files.writeString(home.resolve("patients.csv"), patients(site));
        Files.createDirectories(home.resolve("studies"));
        Files.writeString(home.resolve("studies/two-year-risk.yaml"), Consortium.STUDY);
        Files.writeString(
                home.resolve("participant.yaml"),
                """
                coordinator: [%s]
                site: %s
                training: {device: cpu, threads: 1}
                datasets:
                  - name: patients
                    study: two-year-risk
                    query: SELECT patient_id, event, age FROM read_csv('patients.csv')
                """
                        .formatted(urls, site));
        Files.writeString(
                home.resolve("policy.yaml"),
                """
                defaults: {minimumCohort: 3, minimumIncluded: 3, approval: automatic}
                allow:
                  - study: two-year-risk
                    models: [logistic]
                    privacy: {required: false}
                    release: {atMost: weights}
                """);
    }

    /** Twice as many patients as the site before: the sum of rows says how often each site is in it. */
    private int rows(String site) {
        return LEAST_ROWS << sites.indexOf(site);
    }

    /** The sum of the rows of all sites, each once. */
    int rows() {
        return sites.stream().mapToInt(this::rows).sum();
    }

    /** Made-up patients: the older, the likelier an event. */
    private String patients(String site) {
        var lines = new StringBuilder("patient_id,event,age\n");
        int shift = site.hashCode() & 7;
        for (int i = 0; i < rows(site); i++) {
            int age = 30 + (i * 7 + shift) % 50;
            lines.append("%s-%d,%d,%d\n".formatted(site, i, age + i % 9 > 58 ? 1 : 0, age));
        }
        return lines.toString();
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
        Files.writeString(work.resolve("study.yaml"), Consortium.STUDY);
        Files.writeString(
                work.resolve("job.yaml"),
                """
                job: in-a-cluster
                study: two-year-risk
                model: {kind: logistic}
                training: {mode: fedavg, rounds: %d, localEpochs: 1}
                aggregation: {minimumIncluded: 3, recordsMax: 20000}
                evaluation: {split: {kFold: 2}}
                release: {wish: weights}
                """
                        .formatted(rounds));
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
                .map(Member::name)
                .filter(name -> running.get(name).process().isAlive())
                .toList();
    }

    List<String> sites() {
        return sites;
    }

    Path home(String name) {
        return work.resolve(name);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        for (var name : sites) {
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
