package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The page in a real browser over the real port of the people; what happens behind it is made up. */
class PageTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final LocatorAssertions.ContainsTextOptions PATIENT =
            new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

    @TempDir static Path directory;
    private static Chromium chromium;
    private static Stage stage;

    @BeforeAll
    static void start() {
        chromium = Chromium.start();
        stage = new Stage(directory, ScriptedDesk.of(7));
    }

    @AfterAll
    static void stop() {
        if (stage != null) {
            stage.close();
            chromium.close();
        }
    }

    @AfterEach
    void connect() {
        stage.connect();
    }

    @Test
    void aWrongTokenIsRefusedInWordsAndTheRightOneOpensThePageThatWasAskedFor() {
        stage.show(ScriptedDesk.of(7));
        try (var page = chromium.open(Chromium.Look.DESK)) {
            page.navigate(stage.address("/sites"));
            page.fill("#token", "not the token at all");
            page.click("button[type=submit]");
            assertThat(page.locator("#wrong")).containsText("not the access token");
            assertThat(page.locator(".main-nav")).hasCount(0);
            page.fill("#token", Stage.TOKEN);
            page.click("button[type=submit]");
            assertThat(page.locator("h1")).hasText("Sites");
            assertEquals(stage.address("/sites"), page.url());
            assertEquals("", page.evaluate("() => document.cookie"), "scripts do not see it");

            page.click("button[aria-label='Sign out']");
            assertThat(page.locator("h1")).hasText("Sign in");
            page.navigate(stage.address("/jobs"));
            assertThat(page.locator("h1")).hasText("Sign in");
        }
    }

    @Test
    void aSignedInPersonIsNotSentAwayToAnotherSite() {
        stage.show(ScriptedDesk.of(7));
        try (var page = chromium.open(Chromium.Look.DESK)) {
            Chromium.signIn(page, stage.address("/signin?to=//evil.example/jobs"), Stage.TOKEN);
            assertThat(page.locator("h1")).hasText("Overview");
            assertEquals(stage.address("/"), page.url());
        }
    }

    @Test
    void aRoundIsWatchedLiveWithWhoIsInAndWhoDroppedAndWhy() {
        stage.show(ScriptedDesk.of(7));
        stage.desk().history(3, 9);
        try (var page = signedIn(JOB)) {
            assertThat(page.locator("#h-round")).hasText("Round 3");
            long round = stage.desk().open(Instant.now());
            assertThat(page.locator("#h-round")).hasText("Round 4, open");
            for (String site : List.of("site-1", "site-2")) {
                stage.desk().pass(Instant.now(), "uploaded", round, site);
            }
            assertThat(page.locator(".panel__head p").first())
                    .containsText("2 of 7 inputs are stored, 5 are needed");
            assertThat(lane(page, "site-1")).containsText("Uploaded");
            stage.desk().drop(Instant.now(), round, "site-6", "upload", "connection lost");
            assertThat(lane(page, "site-6"))
                    .containsText("connection lost, before its input was stored");
            assertThat(page.locator(".feed"))
                    .containsText("site-6 dropped from round 4: connection lost, in step upload");
            stage.desk().close(Instant.now(), round, 9, Set.of("site-6"));
            assertThat(page.locator(".feed")).containsText("Round 4 closed: 6 of 7 included");
            assertThat(lane(page, "site-1")).containsText("Included");
            page.click("text=Open round 4");
            assertThat(page.locator("h1")).hasText("Round 4");
            assertThat(page.locator(".page-head"))
                    .containsText("site-6 is not in it: connection lost, in step upload");
        }
    }

    @Test
    void fastRoundsAreOneLineWhileTheSameNumberOfTheSameCohortIsIncluded() {
        stage.show(ScriptedDesk.of(7));
        stage.desk().history(2, 0.2);
        stage.desk().close(Instant.now(), stage.desk().open(Instant.now()), 0.2, Set.of("site-6"));
        stage.desk().without("site-6");
        stage.desk().history(3, 0.2);
        try (var page = signedIn(JOB)) {
            assertThat(page.locator(".feed"))
                    .containsText("Rounds 4 to 6 closed, each with 6 of 6 included");
            assertThat(page.locator(".feed")).containsText("Round 3 closed: 6 of 7 included");
            assertThat(page.locator(".feed"))
                    .containsText("Rounds 1 to 2 closed, each with 7 of 7 included");
        }
    }

    @Test
    void afterABreakThePageGoesOnWithoutAGap() {
        stage.show(ScriptedDesk.of(7));
        stage.desk().history(3, 9);
        try (var page = signedIn(JOB)) {
            assertThat(page.locator(".app-bar .live")).containsText("Live");
            assertThat(page.locator("#h-round")).hasText("Round 3");
            stage.disconnect();
            assertThat(page.locator(".app-bar .live")).containsText("Reconnecting");
            stage.desk().close(Instant.now(), stage.desk().open(Instant.now()), 9, Set.of());
            long round = stage.desk().open(Instant.now());
            stage.desk().drop(Instant.now(), round, "site-6", "upload", "connection lost");
            assertThat(page.locator(".banner")).containsText("Live updates stopped", PATIENT);
            Chromium.assertAccessible(page, "disconnected");
            stage.connect();
            page.click("text=Try now");
            assertThat(page.locator(".banner"))
                    .containsText("1 round and 4 events were fetched", PATIENT);
            assertThat(page.locator("#h-round")).hasText("Round 5, open");
            assertThat(lane(page, "site-6")).containsText("connection lost");
            assertThat(page.locator(".stat").first()).containsText("4 of 40");
        }
    }

    @Test
    void aJobIsCancelledWithTheKeyboardAndTheSafeAnswerIsInFocus() {
        stage.show(ScriptedDesk.of(7));
        stage.desk().runningWithOneLost();
        try (var page = signedIn(JOB)) {
            page.locator("text=Cancel job…").focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog")).containsText("Cancel two-year-risk?");
            assertEquals("Keep running", page.evaluate("() => document.activeElement.textContent"));
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog")).hasCount(0);
            assertThat(page.locator(".status--chip").first()).hasText("Running");
            page.locator("text=Cancel job…").focus();
            page.keyboard().press("Enter");
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator(".status--chip").first()).hasText("Cancelled");
            assertThat(page.locator("text=Cancel job…")).hasCount(0);
        }
    }

    @Test
    void anInvitationShowsItsTokenOnce() {
        stage.show(ScriptedDesk.of(7));
        try (var page = signedIn("/sites")) {
            page.click("text=Invite a site…");
            page.fill("#site", "turin");
            page.click("text=Make a token");
            assertThat(page.locator("dialog pre"))
                    .containsText("confide participant enroll --token");
            page.click("text=I have passed it on");
            assertThat(page.locator("dialog")).hasCount(0);
            assertFalse(page.content().contains("enroll --token"));
        }
    }

    @Test
    void manySitesAndEventsStaySmoothAndEverythingComesFromHere() {
        stage.show(ScriptedDesk.of(200));
        stage.desk().history(5, 9);
        var foreign = new CopyOnWriteArrayList<String>();
        try (var page = chromium.open(Chromium.Look.DESK)) {
            page.onRequest(
                    request -> {
                        if (!request.url().startsWith(stage.address("/"))) {
                            foreign.add(request.url());
                        }
                    });
            Chromium.signIn(page, stage.address(JOB), Stage.TOKEN);
            page.evaluate(
                    "() => { window.paints = 0; new MutationObserver(() =>"
                            + " window.paints++).observe(document.querySelector('#app'), {subtree:"
                            + " true, childList: true, characterData: true, attributes: true}); }");
            long round = stage.desk().open(Instant.now());
            long began = System.nanoTime();
            var sites = new ArrayList<>(stage.desk().sites);
            stage.desk()
                    .drop(Instant.now(), round, sites.removeLast(), "upload", "connection lost");
            sites.forEach(site -> stage.desk().pass(Instant.now(), "uploaded", round, site));
            assertThat(page.locator(".w-uploaded i")).hasCount(199);
            assertThat(page.locator(".lanes tbody tr")).hasCount(1);
            double seconds = (System.nanoTime() - began) / 1e9;
            int paints = ((Number) page.evaluate("() => window.paints")).intValue();
            assertTrue(paints <= 4 * seconds + 3, paints + " paints in " + seconds + " s");
            assertEquals(List.of(), foreign);
        }
    }

    private Page signedIn(String path) {
        var page = chromium.open(Chromium.Look.DESK);
        Chromium.signIn(page, stage.address(path), Stage.TOKEN);
        return page;
    }

    private static com.microsoft.playwright.Locator lane(Page page, String site) {
        return page.locator(".lanes tbody tr[data-site='" + site + "']");
    }
}
