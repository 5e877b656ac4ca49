package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** What the page says when some of its requests fail while others are answered. */
class BrokenPageTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final Predicate<String> EVENTS = url -> url.contains("/events?");
    private static final Predicate<String> SESSION = url -> url.endsWith("/api/v1/session");

    /** Nothing is shown as live that is older than ten seconds. */
    private static final long STALE_MILLIS = 11_000;

    private static final LocatorAssertions.ContainsTextOptions PATIENT =
            new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    private static Locator live(Page page) {
        return page.locator(".app-bar .live");
    }

    @Test
    void eventsThatDoNotComeAreNotLiveWhateverElseIsAnswered() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn("/jobs")) {
            page.clock().install();
            page.route(
                    EVENTS,
                    route ->
                            route.fulfill(
                                    new Route.FulfillOptions()
                                            .setStatus(503)
                                            .setContentType("application/problem+json")
                                            .setBody(
                                                    "{\"detail\":\"you watch jobs in too many"
                                                            + " places; close one of them\"}")));
            page.navigate(PAGE.address(JOB));
            assertThat(live(page)).containsText("Reconnecting");
            page.clock().fastForward(STALE_MILLIS);
            assertThat(live(page)).containsText("Not live", PATIENT);
            assertThat(page.locator(".banner"))
                    .containsText("You watch jobs in too many places; close one of them.");
            Chromium.assertAccessible(page, "without events");
            page.unroute(EVENTS);
            page.click("text=Try now");
            assertThat(live(page)).containsText("Live ·", PATIENT);
            assertThat(page.locator(".banner")).containsText("Live again");
            assertThat(page.locator("#h-round")).hasText("Round 2");
        }
    }

    /** As of a coordinator without its database, or of a proxy without its coordinator. */
    @Test
    void whoAnswersOnlyThatItCannotIsNotLive() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn("/sites")) {
            page.clock().install();
            page.navigate(PAGE.address("/sites"));
            assertThat(live(page)).containsText("Live ·", PATIENT);
            page.route(
                    url -> url.contains("/api/v1/"),
                    route -> route.fulfill(new Route.FulfillOptions().setStatus(502)));
            page.clock().fastForward(4_000);
            assertThat(live(page)).containsText("Reconnecting", PATIENT);
            page.clock().fastForward(STALE_MILLIS);
            assertThat(live(page)).containsText("Not live", PATIENT);
            assertThat(page.locator(".rowname")).hasCount(7);
        }
    }

    @Test
    void whatWasLeftOutOfALongBreakIsNotSaidToHaveBeenFetched() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 9);
        var asked = new AtomicInteger();
        try (var page = PAGE.signedIn("/jobs")) {
            page.route(
                    EVENTS,
                    route -> {
                        switch (asked.getAndIncrement()) {
                            case 0 -> events(route, closed(2, 1));
                            case 1 -> events(route, closed(90, 40) + closed(91, 41));
                            default -> route.abort();
                        }
                    });
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator(".banner"))
                    .containsText(
                            "2 events of what happened meanwhile were fetched: of the last 64"
                                    + " rounds all, of those before what the curves need.");
        }
    }

    private static void events(Route route, String body) {
        route.fulfill(
                new Route.FulfillOptions()
                        .setStatus(200)
                        .setContentType("text/event-stream")
                        .setBody(body));
    }

    private static String closed(int id, int round) {
        return """
        id: %d
        event: roundDone
        data: {"time":"%s","round":%d,"epoch":1,"task":"train final","cohort":7,"included":7,"dropped":[],"seconds":9.0,"steps":{}}

        """
                .formatted(id, Instant.now(), round);
    }

    @Test
    void aSignOutThatGotNoAnswerIsNone() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            Chromium.signIn(page, PAGE.address("/jobs"), Stage.TOKEN);
            assertThat(page.locator("h1")).hasText("Jobs");
            page.route(SESSION, Route::abort);
            page.click("button[aria-label='Sign out']");
            assertThat(page.locator(".banner")).containsText("You are still signed in.");
            assertThat(page.locator("h1")).hasText("Jobs");
            page.unroute(SESSION);
            // What a proxy says ends no session either.
            page.route(SESSION, route -> route.fulfill(new Route.FulfillOptions().setStatus(502)));
            page.click("text=Sign out again");
            assertThat(page.locator(".banner")).containsText("You are still signed in.");
            page.unroute(SESSION);
            page.click("text=Sign out again");
            assertThat(page.locator("h1")).hasText("Sign in");
            page.navigate(PAGE.address("/jobs"));
            assertThat(page.locator("h1")).hasText("Sign in");
        }
    }

    @Test
    void whatTheCoordinatorSaysOfASignOutIsRead() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            Chromium.signIn(page, PAGE.address("/jobs"), Stage.TOKEN);
            assertThat(page.locator("h1")).hasText("Jobs");
            page.route(
                    SESSION,
                    route -> {
                        if (route.request().method().equals("DELETE")) {
                            page.context().clearCookies();
                            route.fulfill(
                                    new Route.FulfillOptions()
                                            .setStatus(503)
                                            .setBody("{\"detail\":\"you are signed out, but\"}"));
                        } else {
                            route.resume();
                        }
                    });
            page.click("button[aria-label='Sign out']");
            assertThat(page.locator("h1")).hasText("Sign in");
            assertThat(page.locator(".alert")).containsText("You are signed out, but.");
        }
    }

    @Test
    void aDialogSaysInWordsWhyNothingHappened() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn(JOB)) {
            page.route(url -> url.endsWith("/cancel"), Route::abort);
            page.click("text=Cancel job…");
            page.locator("dialog .dialog__foot button").last().click();
            assertThat(page.locator("dialog [role=alert]"))
                    .containsText("The coordinator cannot be reached from this browser.");
            Chromium.assertAccessible(page, "a dialog that failed");
        }
    }

    /** Whoever loses the session must not go on looking at a question over the sign-in. */
    @Test
    void aDialogGoesWithTheSession() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn(JOB)) {
            page.click("text=Cancel job…");
            page.waitForSelector("dialog[open]");
            page.context().clearCookies();
            assertThat(page.locator("h1"))
                    .hasText("Sign in", new LocatorAssertions.HasTextOptions().setTimeout(20_000));
            assertThat(page.locator("dialog[open]")).hasCount(0);
        }
    }

    @Test
    void anInvitationIsNotLostByASlip() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.signedIn("/sites")) {
            page.click("text=Invite a site…");
            page.fill("#site", "turin");
            page.click("text=Make a token");
            page.waitForSelector("dialog pre");
            page.keyboard().press("Escape");
            page.keyboard().press("Escape");
            page.mouse().click(5, 5);
            assertThat(page.locator("dialog pre")).isVisible();
            page.click("text=I have passed it on");
            assertThat(page.locator("dialog[open]")).hasCount(0);
        }
    }

    /** Words of the sign-in are among them, and nothing of this coordinator. */
    @Test
    void whatTheWordsMeanIsThereForWhoeverIsNotSignedIn() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/signin"));
            page.click("text=What the words mean");
            assertThat(page.locator("h1")).hasText("What the words mean");
            assertThat(page.locator(".main-nav")).hasCount(0);
            page.navigate(PAGE.address("/jobs"));
            assertThat(page.locator("h1")).hasText("Sign in");
        }
    }

    /** A link may name what every object has. */
    @Test
    void anAddressThatNamesNothingOfOursShowsThePage() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn("/jobs?state=constructor")) {
            assertThat(page.locator("tbody a")).hasText("two-year-risk");
            page.navigate(PAGE.address("/sites?state=__proto__"));
            assertThat(page.locator(".rowname")).hasCount(7);
        }
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/signin?refused=constructor"));
            assertThat(page.locator(".alert")).containsText("The sign-in was not completed.");
            assertEquals("Sign in · Confide", page.title());
        }
        for (String to : List.of("//", "/%09/evil.example/", "/%5Cevil.example/")) {
            try (var page = PAGE.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, PAGE.address("/signin?to=" + to), Stage.TOKEN);
                assertThat(page.locator("h1")).hasText("Overview");
                assertEquals(PAGE.address("/"), page.url());
            }
        }
    }
}
