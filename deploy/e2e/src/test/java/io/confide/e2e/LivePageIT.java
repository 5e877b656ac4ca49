package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A real job of five real participants, on made-up records, watched, disturbed and cancelled in a real browser. */
class LivePageIT {
    private static final String LOST = "synthetic-2";

    @TempDir Path work;

    @Test
    void aJobIsWatchedAKilledSiteIsNamedWithinFiveSecondsAndTheJobIsPausedAndCancelled()
            throws Exception {
        try (var chromium = Chromium.start();
                var demo = DemoRun.startFive(work, 300);
                var page = chromium.open(Chromium.Look.DESK)) {
            String address = demo.peopleAddress() + "/";
            Chromium.signIn(page, address, "watcher", demo.account("watcher", "auditor"));
            page.click("tbody a", new Page.ClickOptions().setTimeout(120_000));
            assertThat(page.locator("h1")).not().hasText("Overview");
            assertThat(page.locator(".lanes tbody tr"))
                    .hasCount(5, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
            assertThat(page.locator(".feed")).containsText("5 of 5 included", within(60));
            assertThat(page.locator(".lanes tbody")).containsText("Included", within(10));
            assertThat(page.locator(".status--chip").first()).hasText("Running");

            assertThat(page.locator(".feed")).not().containsText(LOST + " dropped");
            demo.kill9(LOST);
            assertThat(page.locator(".feed"))
                    .containsText(
                            Pattern.compile(LOST + " dropped from round \\d+: .+, before .+"),
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
        }
    }

    private static LocatorAssertions.HasTextOptions soon() {
        return new LocatorAssertions.HasTextOptions().setTimeout(30_000);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }
}
