package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.TimeoutError;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.List;
import java.util.function.Consumer;

/** What every page shows before there is an answer, where there is nothing, and where there is none. */
class PageStatesTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final int STALE_MILLIS = 11_000;

    /** The page paints at least every second of its clock, which goes on meanwhile. */
    private static final int PAINTED_MILLIS = 3_000;

    private static final String PROBLEM =
            "{\"detail\": \"the database does not answer\", \"code\": \"INTERNAL\"}";

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    /** @param nothing what it says where there is nothing */
    private record Shown(String path, String nothing) {}

    private static final List<Shown> PAGES =
            List.of(
                    new Shown("/", "No jobs yet"),
                    new Shown("/jobs", "No jobs yet"),
                    new Shown("/sites", "No site yet"),
                    new Shown("/models", "No model yet"),
                    new Shown("/models/" + ScriptedDesk.JOB, "There is no such model"),
                    new Shown("/governance", "No study yet"),
                    new Shown(JOB, "There is no such job"),
                    new Shown(JOB + "/rounds/1", "There is no such job"));

    @Test
    void everyPageSaysThatItLoadsThatThereIsNothingAndThatThereIsNoAnswer() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.signedIn("/jobs")) {
            for (var shown : PAGES) {
                answer(page, shown.path(), _ -> {});
                assertThat(page.locator("main [role=status]").first()).containsText("Loading");
                Chromium.assertAccessibleInBothColours(page, shown.path() + " loads");

                answer(page, shown.path(), PageStatesTest::nothing);
                assertThat(page.locator("main")).containsText(shown.nothing());
                Chromium.assertAccessibleInBothColours(page, shown.path() + " is empty");

                answer(page, shown.path(), PageStatesTest::refusal);
                assertThat(page.locator("main")).containsText("could not be read");
                assertThat(page.locator("main")).containsText("The database does not answer.");
                Chromium.assertAccessibleInBothColours(page, shown.path() + " has failed");
            }
        }
    }

    @Test
    void everyPageSaysThatItIsNotLiveWhenNobodyAnswersAndGoesOnByItself() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        desk.complete();
        try (var page = PAGE.signedIn("/jobs")) {
            page.clock().install();
            for (var shown : PAGES) {
                page.navigate(PAGE.address(shown.path()));
                assertThat(page.locator("main .panel").first()).isVisible();
                assertThat(page.locator(".app-bar .live")).containsText("Live");
                PAGE.stage().disconnect();
                page.clock().fastForward(STALE_MILLIS / 2);
                assertThat(page.locator(".app-bar .live")).containsText("Reconnecting");
                fallSilent(page);
                assertThat(page.locator(".banner")).containsText("Live updates stopped");
                assertThat(page.locator(".banner")).containsText("Values below are as of then");
                assertThat(page.locator("main.is-stale h1")).hasCount(1);
                assertThat(page.locator("main .panel").first()).isVisible();
                PAGE.stage().connect();
                // A page that came back by itself has no such button any more.
                page.evaluate("() => document.querySelector('.banner button')?.click()");
                assertThat(page.locator(".app-bar .live")).containsText("Live");
                assertThat(page.locator("main.is-stale")).hasCount(0);
            }
        }
    }

    /** Lets more than the allowed silence pass. An answer that was on its way when the port went begins it anew. */
    private static void fallSilent(Page page) {
        var banner = page.locator(".banner");
        for (int tries = 0; tries < 5 && banner.count() == 0; tries++) {
            page.clock().fastForward(STALE_MILLIS);
            try {
                banner.waitFor(new Locator.WaitForOptions().setTimeout(PAINTED_MILLIS));
            } catch (TimeoutError e) {
                // Heard of meanwhile: once more. After the last time the caller's assertion tells.
            }
        }
    }

    @Test
    void aPageOnWhichNothingHappensAnyMoreIsNotTakenForOneThatIsCutOff() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        desk.complete();
        try (var page = PAGE.signedIn(JOB)) {
            page.clock().install();
            page.navigate(PAGE.address(JOB + "/rounds/2"));
            assertThat(page.locator("#h-proof")).hasCount(1);
            for (int seconds = 0; seconds < 12; seconds++) {
                page.clock().runFor(1_000);
                assertThat(page.locator(".app-bar .live")).containsText("Live");
            }
        }
    }

    /** Shows {@code path} anew, while every question but who asks is answered by {@code answer}. */
    private static void answer(Page page, String path, Consumer<Route> answer) {
        page.unrouteAll();
        page.route(
                url -> url.contains("/api/v1/") && !url.endsWith("/me"),
                route -> answer.accept(route));
        page.navigate(PAGE.address(path));
        page.waitForSelector(".main-nav");
    }

    private static void nothing(Route route) {
        boolean one = route.request().url().matches(".*/(jobs|models)/.*");
        route.fulfill(
                new Route.FulfillOptions()
                        .setStatus(one ? 404 : 200)
                        .setContentType("application/json")
                        .setBody(
                                one
                                        ? PROBLEM
                                        : route.request().url().contains("/audit")
                                                ? "{\"events\": []}"
                                                : "[]"));
    }

    private static void refusal(Route route) {
        route.fulfill(
                new Route.FulfillOptions()
                        .setStatus(500)
                        .setContentType("application/problem+json")
                        .setBody(PROBLEM));
    }
}
