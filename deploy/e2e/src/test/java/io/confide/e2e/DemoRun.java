package io.confide.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.participant.app.Steward;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A demo in a folder of its own. */
record DemoRun(Path work, Confide.Running command) implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Over five made-up hospitals, the fewest that go on without one of them; four are needed. */
    static DemoRun startFive(Path work, int rounds) throws IOException {
        return run(
                work, "--data", "synthetic", "--sites", "5", "--rounds", Integer.toString(rounds));
    }

    /** Over three made-up hospitals, the fewest there can be; all of them are needed. */
    static DemoRun startThree(Path work, int rounds) throws IOException {
        return run(
                work, "--data", "synthetic", "--sites", "3", "--rounds", Integer.toString(rounds));
    }

    /** The smallest demo there is, with so many rounds that nobody waits for the end. */
    static DemoRun startSmallest(Path work) throws IOException {
        return startThree(work, 5000);
    }

    /** As a person starts it: the real hospitals where their data can be fetched, else made-up ones. */
    static DemoRun startPlain(Path work) throws IOException {
        return run(work);
    }

    /** As {@link #startPlain}; everything keeps running after the job until the demo is closed. */
    static DemoRun startKept(Path work, int rounds) throws IOException {
        return run(work, "--keep", "--rounds", Integer.toString(rounds));
    }

    /** Over three made-up hospitals; everything keeps running after the job until the demo is closed. */
    static DemoRun startThreeKept(Path work, int rounds) throws IOException {
        return run(
                work,
                "--keep",
                "--data",
                "synthetic",
                "--sites",
                "3",
                "--rounds",
                Integer.toString(rounds));
    }

    /** With record-level differential privacy, over the real hospitals where their data can be fetched. */
    static DemoRun startPrivate(Path work, double epsilon) throws IOException {
        return run(work, "--dp", Double.toString(epsilon));
    }

    /** As {@link #startPrivate}; everything keeps running after the job until the demo is closed. */
    static DemoRun startPrivateKept(Path work, double epsilon) throws IOException {
        return run(work, "--keep", "--dp", Double.toString(epsilon));
    }

    private static DemoRun run(Path work, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("demo", "--home", "demo", "--json"));
        arguments.addAll(List.of(more));
        return new DemoRun(work, Confide.start(work, arguments.toArray(String[]::new)));
    }

    /** Where people find the coordinator, as the demo says once it runs. */
    String peopleAddress() throws IOException, InterruptedException {
        String line = command.awaitLine(text -> text.contains("people: "), Duration.ofSeconds(180));
        var matcher = java.util.regex.Pattern.compile("people: (https://\\S+)").matcher(line);
        if (!matcher.find()) {
            throw new AssertionError(line);
        }
        return matcher.group(1);
    }

    String adminToken() throws IOException {
        return Files.readString(home().resolve("coordinator/admin.token")).strip();
    }

    Path home() {
        return work.resolve("demo");
    }

    Path site(String name) {
        return home().resolve("sites").resolve(name);
    }

    /** Process ids by name, the demo's own included. */
    JsonNode pids() throws IOException {
        return JSON.readTree(home().resolve("pids.json").toFile());
    }

    void kill9(String name) throws IOException {
        ProcessHandle.of(pids().path(name).asLong()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Starts the coordinator again, on what the one before has left. */
    Confide.Running startCoordinator() throws IOException {
        return Confide.start(
                work,
                "coordinator",
                "start",
                "--config",
                home().resolve("coordinator/coordinator.yaml").toString());
    }

    /** Gives somebody an account; {@code role} is followed by whatever that role needs. Returns the password. */
    String account(String name, String... role) throws IOException {
        var arguments =
                new ArrayList<>(
                        List.of("coordinator", "user", "add", name, "--generate", "--json"));
        arguments.addAll(List.of("--home", home().resolve("coordinator").toString(), "--role"));
        arguments.addAll(List.of(role));
        return JSON.readTree(Confide.inProcess(work, arguments.toArray(String[]::new)))
                .path("password")
                .asText();
    }

    /** Approves the plan at a site as its steward, once it has been offered there. */
    void approve(String site, String hash) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        var clock = InstantSource.system();
        while (Steward.offers(site(site), clock).stream()
                .noneMatch(offer -> offer.hash().hex().equals(hash))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the plan was not offered to " + site);
            }
            Thread.sleep(50);
        }
        Steward.approvePlan(site(site), hash, clock);
    }

    /** Waits until at least {@code rounds} rounds have ended. */
    void awaitRounds(int rounds, Duration patience) throws IOException, InterruptedException {
        command.awaitLine(line -> rounds(line) >= rounds, patience);
    }

    /** Waits until every process of the demo runs. */
    void awaitProcesses(Duration patience) throws IOException, InterruptedException {
        command.awaitLine(line -> line.contains("processes enrolled"), patience);
    }

    /** Waits until a round after {@code rounds} had all the {@code sites}. */
    void awaitAll(int sites, int rounds, Duration patience)
            throws IOException, InterruptedException {
        var all = "included " + sites + " of " + sites;
        command.awaitLine(line -> rounds(line) > rounds && line.contains(all), patience);
    }

    /** What {@code job show} says now of the demo's only job. */
    JsonNode shown() throws IOException, InterruptedException {
        var job = JSON.readTree(ask("list")).path(0).path("id").asText();
        return JSON.readTree(ask("show", job));
    }

    /** What {@code confide job} with {@code words} says as JSON. */
    String ask(String... words) throws IOException, InterruptedException {
        var context = JSON.readTree(home().resolve("context.json").toFile());
        var arguments = new ArrayList<>(List.of("job"));
        arguments.addAll(List.of(words));
        arguments.addAll(
                List.of(
                        "--json",
                        "--coordinator",
                        context.path("coordinator").asText(),
                        "--token-file",
                        home().resolve(context.path("tokenFile").asText()).toString(),
                        "--authority",
                        home().resolve(context.path("authority").asText()).toString()));
        var done = Confide.run(work, arguments.toArray(String[]::new));
        if (done.status() != 0) {
            throw new AssertionError("exit status " + done.status() + "\n" + done.err());
        }
        return done.out();
    }

    private static int rounds(String line) {
        var matcher = java.util.regex.Pattern.compile("round (\\d+)/\\d+ ").matcher(line);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    JsonNode result(Duration patience) throws IOException, InterruptedException {
        var done = command.await(patience);
        if (done.status() != 0) {
            throw new AssertionError("exit status " + done.status() + "\n" + done.err());
        }
        return JSON.readTree(done.out());
    }

    /** Names of this demo's processes that still run. */
    Set<String> alive() throws IOException {
        var alive = new TreeSet<String>();
        if (!Files.exists(home().resolve("pids.json"))) {
            return alive;
        }
        for (var entry : pids().properties()) {
            var process = ProcessHandle.of(entry.getValue().asLong());
            if (process.isPresent() && process.get().isAlive()) {
                alive.add(entry.getKey());
            }
        }
        return alive;
    }

    Set<String> aliveAfter(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!alive().isEmpty() && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        return alive();
    }

    @Override
    public void close() throws InterruptedException {
        command.close();
    }
}
