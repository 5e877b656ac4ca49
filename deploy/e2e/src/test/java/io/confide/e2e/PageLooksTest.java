package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;

import io.confide.common.governance.Actor;
import io.confide.common.governance.Role;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How the page looks: to people who cannot see it, on any width; and that no script gets in. */
class PageLooksTest {
    private static final List<Integer> WIDTHS = List.of(320, 390, 768, 1024, 1280, 1440);
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    private static final Pattern POLICY =
            Pattern.compile("requires 'Trusted|Content Security Policy");

    @Test
    void anInjectedScriptDoesNotRunBecauseOfThePolicy() {
        String attack =
                """
                () => {
                  const tries = [
                    () => { const s = document.createElement("script"); s.textContent = "window.injected = 1"; document.body.append(s); },
                    () => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.injected = 1'>"); },
                    () => { const a = document.createElement("a"); a.setAttribute("onclick", "window.injected = 1"); document.body.append(a); a.click(); },
                    () => { window.eval("window.injected = 1"); },
                  ];
                  // Later: what the test itself runs may do more than a page's own script.
                  for (const attempt of tries) setTimeout(attempt);
                  return new Promise((done) => setTimeout(() => done(window.injected ?? 0), 300));
                }
                """;
        for (String path : List.of("/", JOB)) {
            try (var page = PAGE.signedIn(path)) {
                assertEquals(0, page.evaluate(attack), path);
            }
        }
        // Of each page every attempt was stopped where it was made.
        var stopped = Chromium.shared().failures();
        assertEquals(8, stopped.size(), stopped::toString);
        assertTrue(
                stopped.stream().allMatch(POLICY.asPredicate()),
                () -> "other errors than of the policy: " + stopped);
        try (var page = Chromium.shared().open(Chromium.Look.DESK, true)) {
            page.navigate(PAGE.address("/"));
            assertEquals(1, page.evaluate(attack), "without the policy it runs");
        }
    }

    @Test
    void axeFindsNothingOnAnyPageOrDialogAndNoWidthMakesOneScrollSideways() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(12, 9);
        desk.deadlineSeconds = 3600;
        desk.runningWithOneLost();
        desk.leaves(Instant.now(), "site-6");
        try (var page = PAGE.signedIn("/")) {
            assertThat(page.locator(".alert")).hasCount(2);
            looks(page, "overview");
            visit(page, JOB, "cf-curve path.band");
            assertThat(page.locator("[aria-labelledby=h-cost] table"))
                    .containsText("≈ 2.1\u00a0KiB");
            page.click("text=The whole plan");
            assertThat(page.locator("td:has-text('Changed')")).containsText("was 20");
            looks(page, "running job");
            dialog(page, "text=Cancel job…");
            visit(page, "/sites", "tbody tr");
            looks(page, "sites");
            dialog(page, "text=Invite a site…");
            page.click("text=Invite a site…");
            page.fill("#site", "turin");
            page.click("text=Make a token");
            page.waitForSelector("dialog pre");
            looks(page, "invitation");
            page.keyboard().press("Escape");
            for (String path : List.of("/jobs", "/governance")) {
                visit(page, path, "main table");
                looks(page, path);
            }
            visit(page, JOB + "/rounds/7", "main table");
            // Voted without the last of seven: six signatures, and the file with them.
            assertThat(page.locator("[aria-labelledby=h-signed] li")).hasCount(6);
            assertThat(page.locator("a[href$='/rounds/7/evidence']")).hasCount(1);
            looks(page, "round");
            desk.complete();
            visit(page, "/models", "main table");
            looks(page, "models");
            visit(page, "/models/" + ScriptedDesk.JOB, "#h-card");
            looks(page, "model");
        }
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/"));
            page.waitForSelector("#token");
            looks(page, "sign-in");
        }
    }

    @Test
    void aJobThatHasEndedIsAccessibleAndSaysHow() {
        var admin = Actor.of("admin", Role.ADMIN);
        var endings =
                Map.<String, Consumer<ScriptedDesk>>of(
                        "Completed", ScriptedDesk::complete,
                        "Failed", desk -> desk.fail("too few sites came back"),
                        "Cancelled", desk -> desk.cancel(ScriptedDesk.JOB, admin));
        endings.forEach(
                (word, ending) -> {
                    var desk = PAGE.show(ScriptedDesk.of(7));
                    desk.promise(3);
                    desk.history(12, 9);
                    ending.accept(desk);
                    try (var page = PAGE.signedIn(JOB)) {
                        assertThat(page.locator(".status--chip").first()).hasText(word);
                        assertThat(page.locator("cf-stairs path.line--privacy")).hasCount(2);
                        looks(page, word);
                    }
                });
    }

    @Test
    void whatIsSpentOfThePrivacyIsReadByKeyboardAndShownOnlyWhereSomethingIsPromised() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(10, 9);
        try (var page = PAGE.signedIn(JOB)) {
            var readout = page.locator("cf-stairs output");
            assertThat(readout).hasText("ε 1.50 of 3.00 after 10\u00a0commits of 40");
            tabTo(page, "cf-stairs svg");
            page.keyboard().press("Home");
            assertThat(readout).hasText("Before the first commit: nothing is spent");
            page.keyboard().press("ArrowRight");
            // 3 · √(1/40) is 0.4743…: what is spent is rounded up.
            assertThat(readout).hasText("After 1\u00a0commit: ε at most 0.48");
            page.keyboard().press("End");
            assertThat(readout).hasText("After 40\u00a0commits, planned: ε at most 3.00");
            tabTo(page, "section[aria-labelledby='h-spent'] summary");
            page.keyboard().press("Enter");
            assertThat(page.locator("section[aria-labelledby='h-spent'] tbody tr")).hasCount(40);
            assertThat(page.locator("section[aria-labelledby='h-spent']"))
                    .containsText(
                            "works together with 1 site, and with only 5\u00a0sites in every sum");
            assertThat(page.locator("section[aria-labelledby='h-spent'] .panel__head"))
                    .containsText("δ = 10⁻⁵");
            desk.close(Instant.now(), desk.open(Instant.now()), 9, Set.of());
            assertThat(readout).hasText("ε 1.58 of 3.00 after 11\u00a0commits of 40");
        }
        PAGE.show(ScriptedDesk.of(7)).history(10, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("cf-curve path.line")).hasCount(1);
            assertThat(page.locator("cf-stairs")).hasCount(0);
        }
    }

    @Test
    void theLabelOfABarIsReadWholeOrNotThere() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        var opened = Instant.now().minusSeconds(8);
        long round = desk.open(opened);
        desk.pass(opened.plusMillis(60), "uploaded", round, "site-1");
        desk.pass(opened.plusMillis(5000), "uploaded", round, "site-2");
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("[data-site='site-2'] .bar[title]")).hasText("5.0\u00a0s");
            assertEquals("hidden", page.evaluate(LABEL, "site-1"));
            assertEquals("whole", page.evaluate(LABEL, "site-2"));
            assertThat(page.locator("[data-site='site-1'] .bar[title='60\u00a0ms']")).hasCount(1);
            assertThat(page.locator("[data-site='site-1']")).containsText("trained for 60\u00a0ms");
        }
    }

    /** Where the text of the training bar of a site is seen: in its bar, cut by it, or not at all. */
    private static final String LABEL =
            """
            (site) => {
              const bar = document.querySelector(`[data-site='${site}'] .bar--train`);
              const range = document.createRange();
              range.selectNodeContents(bar);
              const text = range.getBoundingClientRect(), box = bar.getBoundingClientRect();
              if (text.top >= box.bottom - 0.5) return "hidden";
              return text.right <= box.right + 0.5 && text.bottom <= box.bottom + 1 ? "whole" : "cut";
            }
            """;

    @Test
    void whoHasUploadedSoFarIsToldToWhoComesInTheMiddleOfARoundOfManySites() {
        var desk = PAGE.show(ScriptedDesk.of(200));
        long round = desk.open(Instant.now().minusSeconds(6));
        desk.sites
                .subList(0, 10)
                .forEach(site -> desk.pass(Instant.now(), "uploaded", round, site));
        try (var page = PAGE.signedIn("/")) {
            assertThat(page.locator(".tile")).hasCount(14);
            assertThat(page.locator(".tile .status--ok:has-text('Uploaded')")).hasCount(10);
            assertThat(page.locator(".tile .status--active")).hasCount(4);
            desk.drop(Instant.now(), round, "site-150", "upload", "connection lost");
            assertThat(page.locator(".tile").first()).containsText("site-150");
        }
    }

    /** Goes on with the Tab key until the focus is on {@code selector}. */
    private static void tabTo(Page page, String selector) {
        var there = "(selector) => document.activeElement.matches(selector)";
        for (int i = 0; i < 60 && page.evaluate(there, selector).equals(false); i++) {
            page.keyboard().press("Tab");
        }
        assertEquals(
                true, page.evaluate(there, selector), "the Tab key does not reach " + selector);
    }

    private static void visit(Page page, String path, String ready) {
        page.navigate(PAGE.address(path));
        page.waitForSelector(ready);
    }

    private static void dialog(Page page, String opener) {
        page.click(opener);
        page.waitForSelector("dialog");
        looks(page, opener);
        page.keyboard().press("Escape");
    }

    /** Times of another day are longer than those of today. */
    @Test
    void whatWasMadeLongAgoStaysWithinItsFramesOnEveryWidth() {
        var study = new StudyView("pbc", "risk", "nobody");
        var sites = ScriptedDesk.of(7).sites;
        var desk = ScriptedDesk.past(Duration.ofDays(300), "long-ago", study, sites);
        PAGE.show(desk).promise(3);
        desk.history(12, 9);
        desk.complete();
        String job = desk.view().id();
        try (var page = PAGE.signedIn("/")) {
            for (var path :
                    Map.of(
                                    "/models/" + job,
                                    "#h-card",
                                    "/models",
                                    "main table",
                                    "/jobs",
                                    "main table",
                                    "/jobs/" + job,
                                    "#h-cost",
                                    "/jobs/" + job + "/rounds/7",
                                    "#h-proof",
                                    "/governance",
                                    "#h-roles")
                            .entrySet()) {
                visit(page, path.getKey(), path.getValue());
                for (int width : WIDTHS) {
                    page.setViewportSize(width, 900);
                    Chromium.assertNoSidewaysScroll(page, path.getKey() + " at " + width);
                }
            }
        }
    }

    private static void looks(Page page, String where) {
        Chromium.assertAccessibleInEveryLook(page, where);
        for (int width : WIDTHS) {
            page.setViewportSize(width, 900);
            Chromium.assertNoSidewaysScroll(page, where + " at " + width);
        }
        page.setViewportSize(Chromium.Look.DESK.width(), Chromium.Look.DESK.height());
    }
}
