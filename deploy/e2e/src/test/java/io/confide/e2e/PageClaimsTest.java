package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Route;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Instant;
import java.util.Set;

/** What the pages claim of everybody or of nobody is claimed only where it is known. */
class PageClaimsTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void whileAlertsAreNotKnownNobodyIsToldThatNothingNeedsAPerson() {
        PAGE.show(ScriptedDesk.of(7)).history(3, 9);
        try (var page = PAGE.signedIn("/sites")) {
            page.route("**/api/v1/alerts", Route::abort);
            page.navigate(PAGE.address("/"));
            var said = page.locator(".page-head p");
            assertThat(said).containsText("What needs a person is not known.");
            assertThat(page.locator("main")).containsText("Alerts could not be read");
            page.unrouteAll();
            assertThat(said).containsText("Nothing needs a person.");
        }
    }

    @Test
    void anEvaluationNamesTheSitesThatAreMissingInIt() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        desk.evaluate(0, Set.of("site-6"));
        try (var page = PAGE.signedIn(JOB)) {
            var drawn = page.locator("[aria-labelledby=h-evaluated]");
            assertThat(drawn).containsText("out of fold, 6 of 7\u00a0sites; without site-6");
            desk.evaluate(1, Set.of());
            var over = "out of fold, over the sites in the sums; site-6 not in every one";
            assertThat(drawn).containsText(over);
            desk.complete();
            var evaluation = page.locator("[aria-labelledby=h-metrics]");
            assertThat(evaluation).containsText(over);
            assertThat(evaluation).containsText("Rows in the evaluation");
        }
    }

    @Test
    void ofMoreSitesThanTimesAreKeptOfWhoIsLateIsSeenWhereTheAlertNamesIt() {
        var desk = PAGE.show(ScriptedDesk.of(200));
        desk.history(6, 9);
        desk.deadlineSeconds = 3600;
        long round = desk.open(Instant.now().minusSeconds(60));
        for (String site : desk.sites.subList(1, 200)) {
            desk.pass(Instant.now().minusSeconds(50), "uploaded", round, site);
        }
        try (var page = PAGE.signedIn("/")) {
            assertThat(page.locator(".alert:has-text('site-001 is late')")).hasCount(1);
            assertThat(page.locator(".tile").first()).containsText("site-001");
            assertThat(page.locator(".tile").first()).containsText("Late");
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator(".w-late button")).hasCount(1);
            assertThat(page.locator(".lanes tbody tr[data-site='site-001']"))
                    .containsText("usually under 4.1\u00a0s");
        }
    }

    @Test
    void aSiteThatWasNotAskedIsNotLeftOutOfTheCount() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.without("site-6");
        desk.history(1, 9);
        try (var page = PAGE.signedIn(JOB + "/rounds/1")) {
            assertThat(page.locator(".page-head"))
                    .containsText("6 of 7 (site-6 not asked) are in the sum");
            assertThat(page.locator(".stat").first()).containsText("6 of 7");
            assertThat(page.locator(".steps")).containsText("6 of 7 stored");
            assertThat(page.locator(".lanes tfoot")).containsText("6 of 7; below 5");
        }
    }
}
