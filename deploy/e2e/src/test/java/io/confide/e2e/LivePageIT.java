package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A real job of five real participants, on made-up records, watched, disturbed and cancelled in a real browser. */
class LivePageIT {
    private static final String LOST = "synthetic-2";

    @TempDir Path work;

    @Test
    void aJobIsWatchedAKilledSiteIsNamedWithinFiveSecondsTheJobIsCancelledAndARestartLeadsBackToIt()
            throws Exception {
        try (var chromium = Chromium.start();
                var demo = DemoRun.startFive(work, 300);
                var page = chromium.open(Chromium.Look.DESK)) {
            String address = demo.peopleAddress() + "/";
            String password = account(work, demo);
            Chromium.signIn(page, address, "watcher", password);
            page.click("tbody a", new Page.ClickOptions().setTimeout(120_000));
            assertThat(page.locator("h1")).not().hasText("Overview");
            assertThat(page.locator(".lanes tbody tr"))
                    .hasCount(5, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
            assertThat(page.locator(".feed")).containsText("5 of 5 included", within(60));
            assertThat(page.locator(".lanes tbody")).containsText("Included", within(10));
            assertThat(page.locator(".status--chip").first()).hasText("Running");

            demo.kill9(LOST);
            assertThat(page.locator(".feed"))
                    .containsText(
                            Pattern.compile(LOST + " dropped from round \\d+: .+, in step \\w+"),
                            within(5));
            assertThat(page.locator(".feed")).containsText("4 of 5 included", within(30));

            page.click("text=Pause job");
            assertThat(page.locator(".status--chip").first()).hasText("Paused", soon());
            assertThat(page.locator(".alert--box")).containsText("Paused by watcher");
            assertThat(page.locator(".actions")).containsText("Resume job");
            var progress = page.locator(".stat dd").first();
            String paused = progress.innerText();
            demo.ask("resume", page.url().substring(page.url().lastIndexOf('/') + 1));
            assertThat(page.locator(".status--chip").first()).hasText("Running", soon());
            assertThat(progress).not().hasText(paused, soon());

            page.click("text=Cancel job…");
            page.click("dialog >> text=Cancel job");
            assertThat(page.locator(".status--chip").first()).hasText("Cancelled");
            assertThat(page.locator(".alert--box")).containsText("Cancelled by watcher");
            assertTrue(demo.command().await(Duration.ofSeconds(60)).status() != 0);

            restarted(page, work, demo, password);
        }
    }

    private static void restarted(Page page, Path work, DemoRun demo, String password)
            throws IOException, InterruptedException {
        String job = page.url();
        int rounds = closed(page);
        demo.kill9("coordinator");
        assertThat(page.locator(".app-bar .live"))
                .containsText(Pattern.compile("Reconnecting|Not live"), within(8));
        assertThat(page.locator(".banner")).containsText("Live updates stopped", within(15));
        assertThat(page.locator("main.is-stale .stats")).hasCount(1);
        try (var _ =
                Confide.start(
                        work,
                        "coordinator",
                        "start",
                        "--config",
                        home(demo) + "/coordinator.yaml")) {
            assertThat(page.locator(".signin")).containsText("Your session has ended", within(60));
            page.fill("#name", "watcher");
            page.fill("#password", password);
            page.click("button[type=submit]");
            assertThat(page.locator(".status--chip").first()).hasText("Cancelled");
            assertEquals(job, page.url());
            assertTrue(closed(page) >= rounds, "what was seen before is still there");
            assertEquals("whole", page.evaluate(EVENTS, job.substring(job.lastIndexOf('/') + 1)));
        }
    }

    private static String home(DemoRun demo) {
        return demo.home().resolve("coordinator").toString();
    }

    /** Gives somebody an account at the running coordinator; returns the password. */
    private static String account(Path work, DemoRun demo)
            throws IOException, InterruptedException {
        var added =
                Confide.run(
                        work,
                        "coordinator",
                        "user",
                        "add",
                        "watcher",
                        "--role",
                        "auditor",
                        "--generate",
                        "--json",
                        "--home",
                        home(demo));
        assertEquals(0, added.status(), added.err());
        return Consortium.json(added.out()).path("password").asText();
    }

    /** Whether the events of a job are numbered from 1 on without a gap, and the last one is its end. */
    private static final String EVENTS =
            """
            async (job) => {
              const text = await (await fetch("/api/v1/jobs/" + job + "/events")).text();
              const ids = [...text.matchAll(/^id: (\\d+)$/gm)].map((found) => Number(found[1]));
              const gap = ids.findIndex((id, i) => id !== i + 1);
              return gap >= 0 || ids.length < 5 ? "gap at " + gap + " of " + ids.length : /event: ended\\n[^\\n]*\\n\\n$/.test(text) ? "whole" : "no end";
            }
            """;

    private static int closed(Page page) {
        return Integer.parseInt(page.locator(".stat dd").first().innerText().split("\\D+")[0]);
    }

    private static LocatorAssertions.HasTextOptions soon() {
        return new LocatorAssertions.HasTextOptions().setTimeout(30_000);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }
}
