package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * Three coordinator processes over one PostgreSQL and seven sites, jobs all the time, and kills and holds by a seeded schedule:
 * every job ends right, no round is trained twice, nothing is left behind, and memory and file handles of the processes that
 * nobody kills stay flat. Not part of the build; deploy/README.md says how to run it. Looks at {@code /proc}, hence Linux alone.
 *
 * <p>{@code -Dconfide.soak=PT1H} is how long, {@code -Dconfide.soak.seed=1} which schedule, {@code -Dconfide.soak.folder} where
 * the homes, the logs and the summary are written; it must be empty or missing.
 */
class Soak {
    private static final Duration LENGTH =
            Duration.parse(System.getProperty("confide.soak", "PT10M"));
    private static final long SEED = Long.getLong("confide.soak.seed", 1);
    private static final Path FOLDER =
            Path.of(System.getProperty("confide.soak.folder", "target/soak")).toAbsolutePath();

    /** From an eighth of the time on these are never killed, so that theirs are long series. */
    private static final List<String> SPARED = List.of("member-1", "site-3", "site-6");

    private static final List<String> MEMBERS = List.of("member-1", "member-2", "member-3");

    /** At most 30 s, so that there are four in each sixth. */
    private static final Duration LOOKS =
            Duration.ofMillis(Math.min(30_000, LENGTH.toMillis() / 24));

    /** How long jobs may still run, and what was killed come back, when the time is over. */
    private static final Duration LAST_JOBS = Duration.ofMinutes(8);

    /**
     * What a member logs that was held for longer than its lease: another leads its jobs, and its appends are refused. And what
     * Vert.x logs of the bus to a member that was killed: the connection's end, and, of messages that were on their way, that each
     * was failed twice (no frame of it is ours). And Hazelcast of a member that was held, when it speaks before it has noticed that
     * the others went on without it.
     */
    private static final List<Pattern> ERRORS_ALLOWED =
            List.of(
                    Pattern.compile("event=fenced "),
                    Pattern.compile("why=fenced "),
                    Pattern.compile(
                            "FetchMembersViewOp .* claims mastership but it is not a member!"),
                    Pattern.compile("i\\.v\\.c\\.n\\.i\\.ConnectionBase Connection reset "),
                    Pattern.compile(
                            "i\\.v\\.c\\.i\\.ContextImpl Unhandled exception"
                                    + " java\\.lang\\.IllegalStateException: Promise already"
                                    + " completed "));

    private static final Pattern TRAINED =
            Pattern.compile("event=trained job=(\\S+) round=(\\d+) ");

    private final long begin = System.nanoTime();
    private final List<String> findings = new ArrayList<>();
    private final Map<String, FollowedLog> logs = new TreeMap<>();
    private final Map<String, Set<String>> trained = new TreeMap<>();
    private final Map<String, Integer> errorsAllowed = new TreeMap<>();

    @Test
    void everyJobEndsRightAndNothingGrows() throws Exception {
        Files.createDirectories(FOLDER);
        var work = Files.createDirectory(FOLDER.resolve("work"));
        try (var stage = ClusterStage.start(work, 7)) {
            say("started   three members, seven sites; %s, seed %d".formatted(LENGTH, SEED));
            var run = new Run(stage);
            run.go();
            run.report().write(FOLDER);
        }
        findings.forEach(finding -> say("FINDING   " + finding));
        assertEquals(List.of(), findings);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static synchronized void say(String line) {
        System.out.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }

    private void find(String finding) {
        findings.add(finding);
        say("FINDING   " + finding);
    }

    /** From the moment at which everything stands. */
    private final class Run {
        private final ClusterStage stage;
        private final long from = System.nanoTime();
        private final SoakGauges gauges = new SoakGauges(FOLDER);
        private final SoakDatabase database;
        private final SoakFaults faults;
        private final List<SoakJobs> lanes;
        private final SoakReport.Size before;
        private long lookAt = System.nanoTime();

        Run(ClusterStage stage) throws Exception {
            this.stage = stage;
            database = new SoakDatabase(stage.database());
            faults = new SoakFaults(stage, new HashSet<>(SPARED), SEED, Soak::say);
            lanes =
                    List.of(
                            new SoakJobs(stage, "a", Duration.ofSeconds(2), SEED + 1, Soak::say),
                            new SoakJobs(stage, "b", Duration.ofSeconds(15), SEED + 2, Soak::say));
            before = size();
        }

        private Duration ran() {
            return Duration.ofNanos(System.nanoTime() - from);
        }

        private SoakReport.Size size() throws Exception {
            return new SoakReport.Size(
                    lanes == null
                            ? 0
                            : lanes.stream().mapToInt(each -> each.lengths().size()).sum(),
                    lanes == null ? 0 : lanes.stream().mapToInt(SoakJobs::rounds).sum(),
                    database.bytes(),
                    SoakJobs.bytes(stage, MEMBERS),
                    SoakJobs.bytes(stage, stage.sites()),
                    database.rows());
        }

        void go() throws Exception {
            try (var threads = Executors.newSingleThreadExecutor()) {
                var striking =
                        CompletableFuture.runAsync(
                                () -> {
                                    try {
                                        faults.run(LENGTH, LENGTH.dividedBy(8));
                                    } catch (Exception e) {
                                        throw new IllegalStateException(e);
                                    }
                                },
                                threads);
                try {
                    while (ran().compareTo(LENGTH) < 0 && !striking.isCompletedExceptionally()) {
                        step(true);
                    }
                    striking.join();
                    var last = ran().plus(LAST_JOBS);
                    while (!lanes.stream().allMatch(SoakJobs::isIdle)) {
                        step(false);
                        if (ran().compareTo(last) > 0) {
                            throw new AssertionError("jobs have not ended");
                        }
                    }
                } catch (Exception | AssertionError e) {
                    find(String.valueOf(e));
                    threads.shutdownNow();
                }
            }
            readLogs();
        }

        private void step(boolean more) throws Exception {
            for (var lane : lanes) {
                lane.tend(more);
            }
            if (System.nanoTime() >= lookAt) {
                lookAt = System.nanoTime() + LOOKS.toNanos();
                look();
                readLogs();
            }
            Thread.sleep(500);
        }

        private void look() throws Exception {
            faults.held().lock();
            try {
                var at = ran();
                for (var name : everybody()) {
                    if (stage.process(name).isAlive()) {
                        gauges.look(name, stage.process(name), at, rounds(), SPARED.contains(name));
                    }
                }
            } finally {
                faults.held().unlock();
            }
            say(
                    "%s of %s: %d jobs, %d rounds, %s, %s"
                            .formatted(
                                    ran().truncatedTo(ChronoUnit.SECONDS),
                                    LENGTH,
                                    lanes.stream().mapToInt(each -> each.lengths().size()).sum(),
                                    rounds(),
                                    faults.counts(),
                                    SPARED.stream().map(this::newest).toList()));
        }

        private int rounds() {
            return lanes.stream().mapToInt(SoakJobs::rounds).sum();
        }

        private String newest(String name) {
            var looks = gauges.series().getOrDefault(name, List.of());
            if (looks.isEmpty()) {
                return name;
            }
            var look = looks.getLast();
            return "%s %.1f MiB heap, %d MiB, %d files, %d threads"
                    .formatted(
                            name,
                            look.heapKib().orElse(0) / 1024.0,
                            look.residentKib() / 1024,
                            look.files(),
                            look.threads());
        }

        private List<String> everybody() {
            var all = new ArrayList<>(MEMBERS);
            all.addAll(stage.sites());
            return all;
        }

        private void readLogs() throws IOException {
            for (var name : everybody()) {
                var log =
                        logs.computeIfAbsent(
                                name,
                                _ -> new FollowedLog(stage.home(name).resolve("log/confide.log")));
                var lines = log.fresh();
                for (int i = 0; i < lines.size(); i++) {
                    read(name, lines.get(i), i + 1 < lines.size() ? lines.get(i + 1) : "");
                }
            }
        }

        SoakReport report() throws Exception {
            var courses = new ArrayList<SoakGauges.Course>();
            if (ran().compareTo(LENGTH) >= 0) {
                courses.addAll(gauges.courses(SPARED, LENGTH));
            }
            courses.stream()
                    .filter(course -> !course.isFlat())
                    .forEach(course -> find("grows: " + course));
            return new SoakReport(
                    ran(),
                    SEED,
                    faults.counts(),
                    lanes.stream().flatMap(lane -> lane.lengths().stream()).toList(),
                    lanes.stream().flatMap(lane -> lane.namedEnds().stream()).toList(),
                    lanes.stream().mapToInt(SoakJobs::failedRounds).sum(),
                    courses,
                    gauges.series(),
                    List.of(before, size()),
                    new TreeMap<>(errorsAllowed),
                    List.copyOf(findings));
        }
    }

    /** @param next the line after it, in which an exception names itself */
    private void read(String name, String line, String next) {
        var found = TRAINED.matcher(line);
        if (found.find()
                && !trained.computeIfAbsent(name, _ -> new TreeSet<>())
                        .add(found.group(1) + " " + found.group(2))) {
            find(name + " trained a round twice: " + line);
        }
        if (line.contains(" ERROR ")) {
            var whole = line + " " + next + " ";
            ERRORS_ALLOWED.stream()
                    .filter(each -> each.matcher(whole).find())
                    .findFirst()
                    .ifPresentOrElse(
                            each -> errorsAllowed.merge(each.pattern(), 1, Integer::sum),
                            () -> find(name + " logged " + whole));
        }
    }
}
