package io.confide.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One small job after the other, each looked at when it has ended. */
final class SoakJobs {
    /** For each of three models: two leave a fold out and are evaluated on it. */
    private static final int ROUNDS_EACH = 60;

    private static final TreeMap<String, Integer> TASKS = new TreeMap<>();

    static {
        for (var model : List.of("fold 0", "fold 1", "final")) {
            TASKS.put("train " + model, ROUNDS_EACH);
        }
        TASKS.put("evaluate fold 0", 1);
        TASKS.put("evaluate fold 1", 1);
    }

    /** As many inputs as a sum of seven sites needs. */
    private static final int NEEDED = 5;

    private static final Duration JOB_MAX = Duration.ofMinutes(10);
    private static final Duration TIDY_MAX = Duration.ofMinutes(2);
    private static final Duration AGAIN = Duration.ofSeconds(3);

    /**
     * The one end that coordinator/README ("After a restart") allows a job whose sites come back: its leader was lost when so many
     * had revealed that the round cannot be withdrawn, and an input of U3 was lost with its site.
     */
    private static final Pattern LOST_AFTER_U3 =
            Pattern.compile(
                    "The coordinator restarted in round \\d+, and not every input came again;"
                            + " missing: .*site-\\d.*");

    private final ClusterStage stage;
    private final SoakDatabase database;
    private final String lane;
    private final Duration rest;
    private final Random random;
    private final Consumer<String> print;
    private final List<Duration> lengths = new ArrayList<>();
    private final List<String> namedEnds = new ArrayList<>();
    private Optional<Running> running = Optional.empty();
    private long restsUntil = System.nanoTime();
    private int submitted;
    private int rounds;
    private int failedRounds;

    private record Running(String id, long since, Instant at) {
        static Running now(String id) {
            // The start of a process is known to the second at worst.
            return new Running(id, System.nanoTime(), Instant.now().minusSeconds(2));
        }
    }

    /** @param rest how long nothing runs between two jobs */
    SoakJobs(ClusterStage stage, String lane, Duration rest, long seed, Consumer<String> print) {
        this.stage = stage;
        this.database = new SoakDatabase(stage.database());
        this.lane = lane;
        this.rest = rest;
        this.random = new Random(seed);
        this.print = print;
    }

    /** Looks after the job, and if {@code more} submits the next one when it is time. */
    void tend(boolean more) throws Exception {
        if (running.isPresent()) {
            tend(running.get());
        } else if (more && System.nanoTime() >= restsUntil) {
            submit();
        }
    }

    boolean isIdle() {
        return running.isEmpty();
    }

    /** How long each completed job took. */
    List<Duration> lengths() {
        return lengths;
    }

    /** The sentences of the jobs that ended with the one reason that is allowed, and were retried. */
    List<String> namedEnds() {
        return namedEnds;
    }

    int rounds() {
        return rounds;
    }

    int failedRounds() {
        return failedRounds;
    }

    private void submit() throws Exception {
        String name = "soak-" + lane + "-" + submitted;
        var id = database.jobNamed(name);
        if (id.isEmpty()) {
            try {
                id = Optional.of(stage.submit(anyMember(), name, ROUNDS_EACH));
            } catch (AssertionError e) {
                // A member that was killed just now, or waits for others; it may have taken the job
                // all the same.
                print.accept("refused   " + firstLine(e));
                restsUntil = System.nanoTime() + AGAIN.toNanos();
                return;
            }
        }
        submitted++;
        running = Optional.of(Running.now(id.get()));
    }

    private String anyMember() {
        var living = stage.living();
        return living.get(random.nextInt(living.size()));
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void tend(Running job) throws Exception {
        var length = Duration.ofNanos(System.nanoTime() - job.since());
        switch (database.state(job.id())) {
            case "COMPLETED" -> {
                assertRight(job.id());
                assertTidy(job.id());
                lengths.add(length);
                print.accept("completed job %s in %d s".formatted(job.id(), length.toSeconds()));
                restsUntil = System.nanoTime() + rest.toNanos();
                running = Optional.empty();
            }
            case "FAILED" -> retry(job.id());
            case "CANCELLED" -> throw new AssertionError("cancelled: " + job.id());
            default -> {
                if (length.compareTo(JOB_MAX) > 0) {
                    throw new AssertionError(
                            job.id() + " has not ended: " + shown(job.id()).path("job"));
                }
            }
        }
    }

    private void retry(String job) throws Exception {
        var reason = shown(job).path("job").path("reason").asText();
        if (!LOST_AFTER_U3.matcher(reason).find()) {
            throw new AssertionError(job + " failed: " + reason);
        }
        assertTidy(job);
        if (database.retryOf(job).isEmpty()) {
            try {
                stage.ask(anyMember(), "job", "retry", job);
            } catch (AssertionError e) {
                print.accept("refused   " + firstLine(e));
                return;
            }
        }
        namedEnds.add(reason);
        print.accept("retried   " + job + ": " + reason);
        running = Optional.of(Running.now(database.retryOf(job).orElseThrow()));
    }

    private com.fasterxml.jackson.databind.JsonNode shown(String job) throws Exception {
        var shown = new com.fasterxml.jackson.databind.JsonNode[1];
        JobInDatabase.await(
                "that a member shows " + job,
                TIDY_MAX,
                () -> {
                    try {
                        shown[0] = stage.job(anyMember(), job);
                        return true;
                    } catch (AssertionError e) {
                        return false;
                    }
                });
        return shown[0];
    }

    /** Every task was done exactly as often as planned, with enough sites, and each site's rows are once in what is said of the model. */
    private void assertRight(String job) throws Exception {
        var done = new TreeMap<String, Integer>();
        int rows = 0;
        for (var round : database.rounds(job)) {
            if (!round.isDone()) {
                failedRounds++;
                continue;
            }
            rounds++;
            done.merge(round.task(), 1, Integer::sum);
            check(round.included().size() >= NEEDED, job + " has a sum of too few: " + round);
            check(
                    round.included().stream().distinct().count() == round.included().size(),
                    job + " has a site twice: " + round);
            if (round.task().startsWith("evaluate fold ")) {
                int fold = round.task().endsWith("0") ? 0 : 1;
                rows +=
                        round.included().stream()
                                .mapToInt(site -> stage.data().rowsInFold(site, fold))
                                .sum();
            }
        }
        check(done.equals(TASKS), job + " has other rounds than planned: " + done);
        var view = shown(job).path("job");
        check(view.path("state").asText().equals("COMPLETED"), job + " is shown as " + view);
        int counted = view.path("metrics").path("rows").asInt();
        check(counted == rows, "%s counted %d rows, not %d".formatted(job, counted, rows));
        check(database.hasModel(job), job + " has no model");
    }

    private static void check(boolean holds, String sentence) {
        if (!holds) {
            throw new AssertionError(sentence);
        }
    }

    /** Nothing of what only a running job needs is left, in the database or in any home, once every process is back. */
    private void assertTidy(String job) throws Exception {
        var left = new ArrayList<String>();
        try {
            JobInDatabase.await(
                    "nothing is left behind",
                    TIDY_MAX,
                    () -> {
                        left.clear();
                        left.addAll(leftBehind(job));
                        return left.isEmpty();
                    });
        } catch (AssertionError e) {
            throw new AssertionError(job + " left behind: " + left, e);
        }
    }

    private List<String> leftBehind(String job) throws SQLException, IOException {
        var left = new ArrayList<>(database.leftBehind(job));
        for (var name : stage.sites()) {
            var input = stage.home(name).resolve("state/inputs").resolve(job);
            if (Files.exists(input) && !startedAgain(name)) {
                left.add(input.toString());
            }
        }
        for (var name : List.of("member-1", "member-2", "member-3")) {
            var staged = stage.home(name).resolve("data/staging").resolve(job);
            if (Files.exists(staged)) {
                left.add(staged.toString());
            }
        }
        return left;
    }

    /**
     * Whether the site's process is younger than the job, or was killed just now: the next one may have missed the end of the
     * job, and keeps the last upload of the process before it for the 72 hours for which a coordinator might ask for it.
     */
    private boolean startedAgain(String site) {
        var started = stage.process(site).info().startInstant().orElse(Instant.MAX);
        return running.map(job -> started.isAfter(job.at())).orElse(false);
    }

    /** What the homes of {@code names} take on the disk without their logs. */
    static long bytes(ClusterStage stage, List<String> names) throws IOException {
        long sum = 0;
        for (var name : names) {
            try (var files = Files.walk(stage.home(name))) {
                sum +=
                        files.filter(Files::isRegularFile)
                                .filter(file -> !file.toString().contains("/log/"))
                                .mapToLong(SoakJobs::length)
                                .sum();
            }
        }
        return sum;
    }

    private static long length(Path file) {
        return file.toFile().length();
    }
}
