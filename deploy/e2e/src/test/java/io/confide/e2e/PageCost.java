package io.confide.e2e;

import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the page: first contentful paint and bytes without a cache, and what a browser needs to watch 200 sites at 15
 * rounds a second. Prints what it finds; not part of the build, bench/RESULTS.md says how to run it.
 */
class PageCost {
    private static final int SITES = 200;
    private static final int ROUNDS_PER_SECOND = 15;
    private static final int SECONDS = 30;
    private static final double TICKS_PER_SECOND = 100;

    @TempDir Path work;

    @Test
    void ofAFirstVisit() {
        try (var chromium = Chromium.start();
                var stage = new Stage(work, ScriptedDesk.of(7))) {
            stage.desk().history(40, 9);
            stage.desk().open(Instant.now());
            try (var page = chromium.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, stage.address("/"), Stage.TOKEN);
                visit(page, stage, List.of("/", "/jobs/" + ScriptedDesk.JOB, "/sites"));
            }
        }
    }

    /** 500 sites, 200 jobs, of which one has had 5 000 rounds. */
    @Test
    void ofAFirstVisitToACrowd() throws Exception {
        try (var chromium = Chromium.start();
                var stage = new Stage(work, ScriptedDesk.of(7))) {
            stage.behind(new Crowd(stage.database()).desk(work, stage.governor()));
            try (var page = chromium.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, stage.address("/"), Stage.TOKEN);
                visit(page, stage, List.of("/", "/jobs", "/jobs/" + Crowd.LONG_JOB, "/sites"));
            }
        }
    }

    private static void visit(Page page, Stage stage, List<String> paths) {
        var traffic = new Traffic(page);
        for (String path : paths) {
            for (int i = 0; i < 3; i++) {
                System.out.println(visit(traffic, page, stage.address(path)));
            }
        }
    }

    private static String visit(Traffic traffic, Page page, String address) {
        page.navigate("about:blank");
        traffic.restart();
        page.navigate(address);
        page.waitForSelector("main .panel");
        page.waitForTimeout(1_500);
        var paint =
                page.evaluate(
                        "() =>"
                            + " performance.getEntriesByName('first-contentful-paint')[0].startTime");
        return "visit %s: first contentful paint %.0f ms, %.1f KB, load average %.1f"
                .formatted(
                        address.replaceFirst("https://[^/]*", ""),
                        ((Number) paint).doubleValue(),
                        traffic.bytes() / 1000.0,
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    @Test
    void ofManySitesAtManyRounds() throws IOException {
        try (var chromium = Chromium.start();
                var stage = new Stage(work, ScriptedDesk.of(SITES));
                var page = chromium.open(Chromium.Look.DESK)) {
            stage.desk().history(64, 1.0 / ROUNDS_PER_SECOND);
            Chromium.signIn(page, stage.address("/jobs/" + ScriptedDesk.JOB), Stage.TOKEN);
            page.waitForSelector(".lanes");
            rounds(stage.desk(), 5);
            double renderer = seconds("--type=renderer");
            double all = seconds("");
            long began = System.nanoTime();
            int rounds = rounds(stage.desk(), SECONDS);
            double took = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "watch: %d sites, %d rounds and %d events in %.1f s: renderer %.1f %% of one"
                            + " core, all of the browser %.1f %%, script heap %.0f MB, load average"
                            + " %.1f%n",
                    SITES,
                    rounds,
                    rounds * (SITES + 2),
                    took,
                    100 * (seconds("--type=renderer") - renderer) / took,
                    100 * (seconds("") - all) / took,
                    ((Number) page.evaluate("() => performance.memory.usedJSHeapSize"))
                                    .doubleValue()
                            / 1e6,
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            System.out.println(
                    "watch: the page shows " + page.locator("#h-round").first().innerText());
        }
    }

    /** Lets rounds happen for {@code seconds}, each with an upload of every site; returns how many. */
    private static int rounds(ScriptedDesk desk, int seconds) {
        long began = System.nanoTime();
        int rounds = seconds * ROUNDS_PER_SECOND;
        for (int i = 0; i < rounds; i++) {
            long number = desk.open(Instant.now());
            desk.sites.forEach(site -> desk.pass(Instant.now(), "uploaded", number, site));
            desk.close(Instant.now(), number, 1.0 / ROUNDS_PER_SECOND, Set.of());
            long due = began + (i + 1) * 1_000_000_000L / ROUNDS_PER_SECOND;
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
        }
        return rounds;
    }

    /** Processor seconds so far of the browser's processes whose command line has {@code part}. */
    private static double seconds(String part) throws IOException {
        double ticks = 0;
        for (var process : ProcessHandle.current().descendants().toList()) {
            var folder = Path.of("/proc/" + process.pid());
            String command = Files.readString(folder.resolve("cmdline")).replace('\0', ' ');
            if (command.contains("chromium") && command.contains(part)) {
                String stat = Files.readString(folder.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }
}
