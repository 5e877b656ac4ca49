package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.CDPSession;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures the page: first contentful paint and bytes without a cache, and what a browser needs to watch 200 sites at 15
 * rounds a second. Prints what it finds and fails where that is more than the page may need; not part of the build, because
 * a busy machine decides it too. bench/RESULTS.md says how to run it.
 */
class PageCost {
    private static final int SITES = 200;
    private static final int ROUNDS_PER_SECOND = 15;

    /** Of each stretch, after which what is not needed any more is collected and the rest counted. */
    private static final int SECONDS = 20;

    private static final int STRETCHES = 2;

    /** Before the first: of so many rounds, and of a few more, the page knows what each site did when. */
    private static final int WARM_SECONDS = 10;

    private static final double TICKS_PER_SECOND = 100;

    private static final double PAINT_MILLIS_MAX = 1_000;
    private static final long BYTES_MAX = 400_000;
    private static final double SHARE_MAX = 0.3;

    /** What a page may keep of each further round, in bytes: who was in it and its line, for curves and history. */
    private static final double BYTES_PER_ROUND_MAX = 8_000;

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
        page.waitForTimeout(3_000);
        // Whatever is fetched ahead has come.
        for (int before = -1; before < traffic.assets(); page.waitForTimeout(1_000)) {
            before = traffic.assets();
        }
        double paint =
                number(
                        page,
                        "() =>"
                            + " performance.getEntriesByName('first-contentful-paint')[0].startTime");
        long bytes = traffic.bytes();
        assertTrue(paint < PAINT_MILLIS_MAX, () -> address + " was painted after " + paint + " ms");
        assertTrue(bytes < BYTES_MAX, traffic::toString);
        return "visit %s: first contentful paint %.0f ms, %.1f KB, load average %.1f"
                .formatted(
                        address.replaceFirst("https://[^/]*", ""), paint, bytes / 1000.0, load());
    }

    private static double number(Page page, String script) {
        return ((Number) page.evaluate(script)).doubleValue();
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    @Test
    void ofManySitesAtManyRounds() throws IOException {
        try (var chromium = Chromium.start();
                var stage = new Stage(work, ScriptedDesk.of(SITES));
                var page = chromium.open(Chromium.Look.DESK)) {
            stage.desk().history(64, 1.0 / ROUNDS_PER_SECOND);
            Chromium.signIn(page, stage.address("/"), Stage.TOKEN);
            var streams = new AtomicInteger();
            page.onRequest(
                    request -> {
                        if (request.url().contains("/events")) {
                            streams.incrementAndGet();
                        }
                    });
            page.navigate(stage.address("/jobs/" + ScriptedDesk.JOB));
            page.waitForSelector(".lanes");
            page.evaluate(COUNT_PAINTS);
            var traffic = new Traffic(page);
            var session = page.context().newCDPSession(page);
            rounds(page, stage.desk(), WARM_SECONDS);
            double first = heap(session);
            double heap = first;
            double worst = 0;
            for (int i = 1; i <= STRETCHES; i++) {
                double renderer = seconds("--type=renderer");
                double all = seconds("");
                double paints = number(page, "() => window.paints");
                long bytes = traffic.bytes();
                long began = System.nanoTime();
                int rounds = rounds(page, stage.desk(), SECONDS);
                double took = (System.nanoTime() - began) / 1e9;
                double share = (seconds("") - all) / took;
                double own = (seconds("--type=renderer") - renderer) / took;
                double painted = (number(page, "() => window.paints") - paints) / took;
                heap = heap(session);
                worst = Math.max(worst, share);
                System.out.printf(
                        Locale.ROOT,
                        "watch: %d sites, %.1f rounds and %.0f events a second for %.1f s, of which"
                            + " %.2f MB a second came: renderer %.1f %% of one core, all of the"
                            + " browser %.1f %%, %.1f paints a second, stream opened %d times,"
                            + " script heap %.1f MB (%.1f at first), round %s of %d is shown, load"
                            + " average %.1f%n",
                        SITES,
                        rounds / took,
                        rounds * EVENTS / took,
                        took,
                        (traffic.bytes() - bytes) / took / 1e6,
                        100 * own,
                        100 * share,
                        painted,
                        streams.get(),
                        heap,
                        first,
                        page.locator("#h-round").first().innerText(),
                        stage.desk().past.sums().rounds(),
                        load());
            }
            assertEquals(1, streams.get(), "a reader that keeps up is not cut off");
            double kept = (heap - first) * 1e6 / (STRETCHES * SECONDS * ROUNDS_PER_SECOND);
            System.out.printf(Locale.ROOT, "watch: %.0f bytes are kept of a round%n", kept);
            assertTrue(kept < BYTES_PER_ROUND_MAX, kept + " bytes are kept of each round");
            assertTrue(worst < SHARE_MAX, worst + " of one core");
        }
    }

    private static final String COUNT_PAINTS =
            """
            () => {
              window.paints = 0;
              new MutationObserver(() => window.paints++)
                .observe(document.querySelector("#app"), { subtree: true, childList: true, characterData: true, attributes: true });
            }
            """;

    /** Of scripts, in MB, after what is not needed any more is gone. */
    private static double heap(CDPSession session) {
        session.send("HeapProfiler.collectGarbage");
        return session.send("Runtime.getHeapUsage").get("usedSize").getAsDouble() / 1e6;
    }

    /** What is told of a round in which everybody is: its two ends, and four steps of every site. */
    private static final int EVENTS = 2 + 4 * SITES;

    /**
     * Lets rounds happen for {@code seconds}, each told as the driver tells one without noise and without a vote: every site
     * trains, uploads, has its input stored and reveals. Returns how many. Whatever the browser tells meanwhile is heard.
     */
    private static int rounds(Page page, ScriptedDesk desk, int seconds) {
        long began = System.nanoTime();
        int rounds = seconds * ROUNDS_PER_SECOND;
        for (int i = 0; i < rounds; i++) {
            long number = desk.open(Instant.now());
            for (String stage : List.of("TRAINING", "UPLOADING")) {
                for (String site : desk.sites) {
                    var told =
                            Map.<String, Object>of("round", number, "site", site, "stage", stage);
                    desk.pass(Instant.now(), "progress", told);
                }
            }
            for (String kind : List.of("uploaded", "revealed")) {
                desk.sites.forEach(site -> desk.pass(Instant.now(), kind, number, site));
            }
            desk.close(Instant.now(), number, 1.0 / ROUNDS_PER_SECOND, Set.of());
            long due = began + (i + 1) * 1_000_000_000L / ROUNDS_PER_SECOND;
            page.waitForTimeout(Math.max(0, due - System.nanoTime()) / 1e6);
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
