package io.confide.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;

/** What processes use, looked at again and again from outside; one series per process. */
final class SoakGauges {
    /** Beyond them a process leaks: what is allowed is what the collector and pools of connections need to breathe. */
    private static final long HEAP_KIB_MAX = 4096;

    private static final double HEAP_SHARE_MAX = 0.1;

    /**
     * What a site may keep of each of its rounds beside that: where in its journal the record is of the inputs that it spent in it
     * (K11), 24 bytes. A member may keep nothing.
     */
    private static final double SITE_ROUND_KIB_MAX = 24 / 1024.0;

    private static final long RESIDENT_KIB_MAX = 64 * 1024;
    private static final long FILES_MAX = 5;
    private static final long THREADS_MAX = 5;

    /** So many looks in a sixth of a series make a median worth comparing. */
    private static final int LOOKS_MIN = 2;

    private static final String HEAP_KIB = "live heap, KiB";
    private static final String RESIDENT_KIB = "resident, KiB";
    private static final String FILES = "file handles";
    private static final String THREADS = "threads";

    private static final Pattern HEAP =
            Pattern.compile("(?m)^(?:DefNew|Tenured) +total \\d+K, used (\\d+)K");
    private static final long JCMD_SECONDS_MAX = 30;

    /** For a process that was killed to be gone. */
    private static final long ENDING_SECONDS_MAX = 10;

    private final Path commands;
    private final Map<String, List<Look>> series = new TreeMap<>();

    /**
     * @param at since the beginning
     * @param rounds done until then, of jobs that have ended
     * @param heapKib what is left after a collection; empty where none was asked for, or no answer came
     */
    record Look(
            Duration at,
            int rounds,
            long process,
            OptionalLong heapKib,
            long residentKib,
            long files,
            long threads) {}

    /**
     * The median of the second sixth of the time, and of the last.
     *
     * @param rounds how many were done between the two
     */
    record Course(String process, String what, long early, long late, long rounds) {
        boolean isFlat() {
            long growth = late - early;
            return switch (what) {
                case HEAP_KIB ->
                        growth
                                < keptKib()
                                        + Math.max(
                                                HEAP_KIB_MAX, Math.round(early * HEAP_SHARE_MAX));
                case RESIDENT_KIB -> growth < keptKib() + RESIDENT_KIB_MAX;
                case FILES -> growth < FILES_MAX;
                case THREADS -> growth < THREADS_MAX;
                default -> throw new IllegalStateException(what);
            };
        }

        private long keptKib() {
            return process.startsWith("site") ? Math.round(rounds * SITE_ROUND_KIB_MAX) : 0;
        }
    }

    SoakGauges(Path folder) throws IOException {
        commands = Files.writeString(folder.resolve("jcmd.txt"), "GC.run\nGC.heap_info\n");
    }

    /** Looks at a process; one that ends meanwhile leaves nothing. */
    void look(String name, Process process, Duration at, int rounds, boolean collects)
            throws Exception {
        try {
            var heap = collects ? heap(process.pid()) : OptionalLong.empty();
            var proc = Path.of("/proc", Long.toString(process.pid()));
            var status = Files.readString(proc.resolve("status"));
            var look =
                    new Look(
                            at,
                            rounds,
                            process.pid(),
                            heap,
                            number(status, "VmRSS"),
                            count(proc.resolve("fd")),
                            number(status, "Threads"));
            series.computeIfAbsent(name, _ -> new ArrayList<>()).add(look);
        } catch (IOException e) {
            if (!process.waitFor(ENDING_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw e;
            }
        }
    }

    Map<String, List<Look>> series() {
        return series;
    }

    /** How each figure of the named processes went, of those that lived from the first sixth of {@code length} on. */
    List<Course> courses(List<String> names, Duration length) {
        var courses = new ArrayList<Course>();
        for (var name : names) {
            var looks = lastProcess(name);
            var collected = looks.stream().filter(look -> look.heapKib().isPresent()).toList();
            course(courses, name, HEAP_KIB, collected, length, SoakGauges::heapOf);
            course(courses, name, RESIDENT_KIB, looks, length, Look::residentKib);
            course(courses, name, FILES, looks, length, Look::files);
            course(courses, name, THREADS, looks, length, Look::threads);
        }
        return courses;
    }

    private static long heapOf(Look look) {
        return look.heapKib().orElseThrow();
    }

    private List<Look> lastProcess(String name) {
        var all = series.getOrDefault(name, List.of());
        return all.stream().filter(look -> look.process() == all.getLast().process()).toList();
    }

    private static void course(
            List<Course> courses,
            String name,
            String what,
            List<Look> looks,
            Duration length,
            ToLongFunction<Look> figure) {
        var early = sixth(looks, length, 1);
        var late = sixth(looks, length, 5);
        if (early.size() < LOOKS_MIN || late.size() < LOOKS_MIN) {
            throw new AssertionError(name + " has too few looks: " + looks);
        }
        courses.add(
                new Course(
                        name,
                        what,
                        median(early, figure),
                        median(late, figure),
                        median(late, Look::rounds) - median(early, Look::rounds)));
    }

    /** The looks in the sixth of the time that begins after {@code sixths} of them. */
    private static List<Look> sixth(List<Look> looks, Duration length, int sixths) {
        var from = length.multipliedBy(sixths).dividedBy(6);
        var until = length.multipliedBy(sixths + 1).dividedBy(6);
        return looks.stream()
                .filter(look -> look.at().compareTo(from) >= 0)
                .filter(look -> sixths == 5 || look.at().compareTo(until) < 0)
                .toList();
    }

    private static long median(List<Look> looks, ToLongFunction<Look> figure) {
        var sorted = looks.stream().mapToLong(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private OptionalLong heap(long process) throws IOException, InterruptedException {
        var out = Files.createTempFile(commands.getParent(), "jcmd", ".out");
        try {
            var jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(process),
                                    "-f",
                                    commands.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start();
            if (!jcmd.waitFor(JCMD_SECONDS_MAX, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
            }
            var used =
                    HEAP.matcher(Files.readString(out))
                            .results()
                            .mapToLong(found -> Long.parseLong(found.group(1)))
                            .toArray();
            return used.length == 2 ? OptionalLong.of(used[0] + used[1]) : OptionalLong.empty();
        } finally {
            Files.delete(out);
        }
    }

    /** @throws IOException if it is not there: a process that is just ending has no memory any more */
    private static long number(String status, String key) throws IOException {
        var line = status.lines().filter(each -> each.startsWith(key + ":")).findFirst();
        return Long.parseLong(
                line.orElseThrow(() -> new IOException("no " + key + " in: " + status))
                        .replaceAll("\\D", ""));
    }

    private static long count(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.count();
        }
    }
}
