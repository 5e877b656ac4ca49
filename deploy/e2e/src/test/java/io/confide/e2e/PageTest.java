package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The page in a real browser over the real port of the people; what happens behind it is made up. */
class PageTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final int STALE_MILLIS = 10_000;
    private static final LocatorAssertions.ContainsTextOptions PATIENT =
            new LocatorAssertions.ContainsTextOptions().setTimeout(30_000);

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void aWrongTokenIsRefusedInWordsAndTheRightOneOpensThePageThatWasAskedFor() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/sites"));
            page.fill("#token", "not the token at all");
            page.click("button[type=submit]");
            assertThat(page.locator("#wrong")).containsText("not the access token");
            assertThat(page.locator(".main-nav")).hasCount(0);
            page.fill("#token", Stage.TOKEN);
            page.click("button[type=submit]");
            assertThat(page.locator("h1")).hasText("Sites");
            assertEquals(PAGE.address("/sites"), page.url());
            assertEquals("", page.evaluate("() => document.cookie"), "scripts do not see it");

            page.click("button[aria-label='Sign out']");
            assertThat(page.locator("h1")).hasText("Sign in");
            page.navigate(PAGE.address("/jobs"));
            assertThat(page.locator("h1")).hasText("Sign in");
        }
    }

    @Test
    void aSignedInPersonIsNotSentAwayToAnotherSite() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            Chromium.signIn(page, PAGE.address("/signin?to=//evil.example/jobs"), Stage.TOKEN);
            assertThat(page.locator("h1")).hasText("Overview");
            assertEquals(PAGE.address("/"), page.url());
        }
    }

    @Test
    void aRoundIsWatchedLiveWithWhoIsInAndWhoDroppedAndWhy() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().history(3, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("#h-round")).hasText("Round 3");
            long round = PAGE.stage().desk().open(Instant.now());
            assertThat(page.locator("#h-round")).hasText("Round 4, open");
            for (String site : List.of("site-1", "site-2")) {
                PAGE.stage().desk().pass(Instant.now(), "uploaded", round, site);
            }
            assertThat(page.locator(".panel__head p").first())
                    .containsText("2 of 7 inputs are stored, 5 are needed");
            assertThat(page.locator(".feed")).containsText("Round 4 opened with 7 sites");
            assertThat(lane(page, "site-1")).containsText("Uploaded");
            PAGE.stage().desk().drop(Instant.now(), round, "site-7", "open", "not connected");
            assertThat(lane(page, "site-7")).containsText("not connected when the round opened");
            PAGE.stage().desk().drop(Instant.now(), round, "site-6", "upload", "connection lost");
            assertThat(lane(page, "site-6"))
                    .containsText("connection lost, before its input was stored");
            assertThat(page.locator(".feed"))
                    .containsText(
                            "site-6 dropped from round 4: connection lost, before its input was"
                                    + " stored");
            PAGE.stage().desk().close(Instant.now(), round, 9, Set.of("site-6", "site-7"));
            assertThat(page.locator(".feed")).containsText("Round 4 closed: 5 of 7 included");
            assertThat(lane(page, "site-1")).containsText("Included");
            assertThat(lane(page, "site-6").locator(".bar--unknown")).hasCount(1);
            assertThat(lane(page, "site-7").locator(".bar--unknown")).hasCount(0);
            page.click("text=Open round 4");
            assertThat(page.locator("h1")).hasText("Round 4");
            assertThat(page.locator(".page-head"))
                    .containsText(
                            "site-6 is not in it: connection lost, before its input was stored");
        }
    }

    @Test
    void aJobThatHasEndedShowsNoRoundAsOpenWhileItsEventsAreStillComing() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().history(3, 9);
        PAGE.stage().desk().open(Instant.now());
        PAGE.stage().desk().completeUnheard();
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".status--chip").first()).hasText("Completed");
            assertThat(page.locator("#h-round")).hasText("Round 3");
        }
    }

    @Test
    void fastRoundsAreOneLineWhileTheSameNumberOfTheSameCohortIsIncluded() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().history(2, 0.2);
        PAGE.stage()
                .desk()
                .close(
                        Instant.now(),
                        PAGE.stage().desk().open(Instant.now()),
                        0.2,
                        Set.of("site-6"));
        PAGE.stage().desk().without("site-6");
        PAGE.stage().desk().history(3, 0.2);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".feed"))
                    .containsText("Rounds 4 to 6 closed, each with 6 of 7 included, 6 asked");
            assertThat(page.locator(".feed")).containsText("Round 3 closed: 6 of 7 included");
            assertThat(page.locator(".feed"))
                    .containsText("Rounds 1 to 2 closed, each with 7 of 7 included");
        }
    }

    @Test
    void afterABreakThePageGoesOnWithoutAGap() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().history(3, 9);
        try (var page = PAGE.signedIn(JOB)) {
            page.clock().install();
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator(".app-bar .live")).containsText("Live");
            assertThat(page.locator("#h-round")).hasText("Round 3");
            PAGE.stage().disconnect();
            assertThat(page.locator(".app-bar .live")).containsText("Reconnecting");
            PAGE.stage()
                    .desk()
                    .close(Instant.now(), PAGE.stage().desk().open(Instant.now()), 9, Set.of());
            long round = PAGE.stage().desk().open(Instant.now());
            PAGE.stage().desk().drop(Instant.now(), round, "site-6", "upload", "connection lost");
            page.clock().fastForward(STALE_MILLIS);
            assertThat(page.locator(".banner")).containsText("Live updates stopped", PATIENT);
            PAGE.stage().connect();
            page.click("text=Try now");
            assertThat(page.locator(".banner"))
                    .containsText("1 round and 4 events were fetched", PATIENT);
            assertThat(page.locator("#h-round")).hasText("Round 5, open");
            assertThat(lane(page, "site-6")).containsText("connection lost");
            assertThat(page.locator(".stat").first()).containsText("4 of 40");
        }
    }

    @Test
    void aJobIsPausedAndResumedWithoutAQuestionAndThePageSaysWhatTheCoordinatorSays() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().history(2, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".stat").first()).containsText("left");
            page.click("text=Pause job");
            assertThat(page.locator("dialog")).hasCount(0);
            assertThat(page.locator(".status--chip").first()).hasText("Paused");
            assertThat(page.locator(".stat").first()).not().containsText("left");
            assertThat(page.locator(".alert--box")).containsText("The job is paused");
            assertThat(page.locator("text=Pause job")).hasCount(0);
            Chromium.assertAccessibleInEveryLook(page, "a paused job");
            page.click("text=Resume job");
            assertThat(page.locator(".status--chip").first()).hasText("Running");
            assertThat(page.locator("text=Pause job")).hasCount(1);
        }
    }

    @Test
    void aJobIsCancelledWithTheKeyboardAndTheSafeAnswerIsInFocus() {
        PAGE.show(ScriptedDesk.of(7));
        PAGE.stage().desk().runningWithOneLost();
        try (var page = PAGE.signedIn(JOB)) {
            page.locator("text=Cancel job…").focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("dialog")).containsText("Cancel two-year-risk, job ");
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
    void theSitesPageSaysWhatAMachineIsAndHowLongASiteUsuallyTakes() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.signedIn("/sites")) {
            var first = page.locator("tbody tr:has-text('site-1')");
            assertThat(first).containsText("8\u00a0processorsabout 16\u00a0GiB");
            assertThat(first).containsText("GPU: none");
            assertThat(first.locator("[data-label='Until stored']")).hasText("–");
            desk.history(40, 9);
            desk.leaves(Instant.now(), "site-6");
            assertThat(first).containsText("usually under 4.1\u00a0s");
            assertThat(first).containsText("slowest under 8.2\u00a0s");
            assertThat(first).containsText("its last 32\u00a0closed rounds: no drop");
            // Who is away comes first.
            var lost = page.locator("tbody tr").first();
            assertThat(lost).containsText("site-6");
            assertThat(lost).containsText("last 32\u00a0closed rounds: no drop");
            // Every seventh round of the last 32 of 40 is without it.
            assertThat(page.locator("tbody tr:has-text('site-7')"))
                    .containsText(
                            "last 32\u00a0closed rounds: 4\u00a0drops, before its input was"
                                    + " stored");
        }
    }

    @Test
    void aPartWhoseModuleDoesNotComeSaysSoAndComesWhenAskedAgain() {
        PAGE.show(ScriptedDesk.of(7)).history(3, 9);
        try (var page = PAGE.signedIn(JOB)) {
            var plan = missing(page, "plan.js");
            page.click("text=The whole plan");
            comesWhenAskedAgain(page, plan);
            assertThat(page.locator("main")).containsText("SHA-256 of the plan");

            var proof = missing(page, "proof.js");
            page.navigate(PAGE.address(JOB + "/rounds/2"));
            comesWhenAskedAgain(page, proof);
            assertThat(page.locator("main")).containsText("confide audit verify round");
        }
    }

    /** Lets the first request for {@code module} fail, and returns what is asked for. */
    private static List<String> missing(Page page, String module) {
        var tries = new CopyOnWriteArrayList<String>();
        page.route(
                url -> url.contains("/assets/" + module),
                route -> {
                    tries.add(route.request().url());
                    if (tries.size() == 1) {
                        route.abort();
                    } else {
                        route.resume();
                    }
                });
        return tries;
    }

    private static void comesWhenAskedAgain(Page page, List<String> tries) {
        assertThat(page.locator(".alert")).containsText("could not be read");
        Chromium.assertAccessibleInEveryLook(page, tries.getFirst() + " is missing");
        var second = page.textContent(".live__time");
        assertThat(page.locator(".live__time")).not().hasText(second);
        assertEquals(1, tries.size(), "asked again without anybody asking");
        page.click("button >> text=Try again");
        assertThat(page.locator(".alert")).hasCount(0);
    }

    @Test
    void anInvitationShowsItsTokenOnce() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.signedIn("/sites")) {
            page.click("text=Invite a site…");
            page.fill("#site", "turin");
            page.click("text=Make a token");
            assertThat(page.locator("dialog pre"))
                    .containsText("confide participant enroll --token");
            assertThat(page.locator("dialog")).containsText("· in 2");
            page.click("text=I have passed it on");
            assertThat(page.locator("dialog")).hasCount(0);
            assertFalse(page.content().contains("enroll --token"));
        }
    }

    @Test
    void manySitesAndEventsStaySmoothAndEverythingComesFromHere() {
        PAGE.show(ScriptedDesk.of(200));
        PAGE.stage().desk().history(5, 9);
        var foreign = new CopyOnWriteArrayList<String>();
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.onRequest(
                    request -> {
                        if (!request.url().startsWith(PAGE.address("/"))) {
                            foreign.add(request.url());
                        }
                    });
            Chromium.signIn(page, PAGE.address(JOB), Stage.TOKEN);
            page.evaluate(
                    "() => { window.paints = 0; new MutationObserver(() =>"
                            + " window.paints++).observe(document.querySelector('#app'), {subtree:"
                            + " true, childList: true, characterData: true, attributes: true}); }");
            long round = PAGE.stage().desk().open(Instant.now());
            long began = System.nanoTime();
            var sites = new ArrayList<>(PAGE.stage().desk().sites);
            PAGE.stage()
                    .desk()
                    .drop(Instant.now(), round, sites.removeLast(), "upload", "connection lost");
            sites.forEach(site -> PAGE.stage().desk().pass(Instant.now(), "uploaded", round, site));
            assertThat(page.locator(".w-uploaded button")).hasCount(199);
            assertThat(page.locator(".lanes tbody tr")).hasCount(1);
            double seconds = (System.nanoTime() - began) / 1e9;
            int paints = ((Number) page.evaluate("() => window.paints")).intValue();
            assertTrue(paints <= 4 * seconds + 3, paints + " paints in " + seconds + " s");
            assertEquals(List.of(), foreign);
        }
    }

    private static com.microsoft.playwright.Locator lane(Page page, String site) {
        return page.locator(".lanes tbody tr[data-site='" + site + "']");
    }
}
