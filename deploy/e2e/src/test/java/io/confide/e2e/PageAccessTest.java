package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Route;

import io.confide.common.governance.Role;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Instant;
import java.util.Set;

/** What a page shows only now and then is as accessible as what it shows always: in light, in dark and on a phone. */
class PageAccessTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final int STALE_MILLIS = 11_000;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void aPlanThatWaitsAndARoundThatWasGivenUp() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        String hash = desk.view().planHash();
        String waits =
                "pending-approval: This plan waits for approval: confide participant approve --plan"
                        + " "
                        + hash
                        + ".";
        desk.verdicts.replaceAll((_, _) -> waits);
        desk.verdicts.put("site-3", "denied: No study of this name.");
        desk.verdicts.put("site-4", "no answer");
        desk.waits("waiting for approval of plan " + hash + "; missing: site-1");
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".alert--box")).containsText("waits for approval");
            assertThat(page.locator("[aria-labelledby=h-verdicts] pre")).hasCount(1);
            Chromium.assertAccessibleInEveryLook(page, "a job that waits");
            PAGE.show(ScriptedDesk.of(7)).history(2, 9);
            PAGE.stage().desk().giveUp(Instant.now(), opened(), "4 of 7 inputs; 5 are needed");
            page.navigate(PAGE.address(JOB + "/rounds/3"));
            assertThat(page.locator(".page-head")).containsText("Given up");
            assertThat(page.locator(".step.is-failed")).hasCount(1);
            Chromium.assertAccessibleInEveryLook(page, "a round that was given up");
        }
    }

    private static long opened() {
        return PAGE.stage().desk().open(Instant.now());
    }

    @Test
    void anExactJobWithItsFoldsAndItsModel() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.folds(3, 3, 0.043);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("[aria-labelledby=h-loss] path.line")).hasCount(4);
            assertThat(page.locator("[aria-labelledby=h-evaluated] path.band")).hasCount(1);
            page.click("[aria-labelledby=h-loss] summary");
            Chromium.assertAccessibleInEveryLook(page, "a job without a promise");
            desk.complete();
            page.navigate(PAGE.address("/models/" + ScriptedDesk.JOB));
            assertThat(page.locator("[aria-labelledby=h-folds] tbody tr")).hasCount(4);
            Chromium.assertAccessibleInEveryLook(page, "a model without a promise");
        }
    }

    /** Every dialog is one, so what refuses is looked at in all of them and what retries once. */
    @Test
    void aDialogThatSaysWhatWentWrong() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 9);
        desk.complete();
        try (var page = PAGE.signedIn(JOB)) {
            page.click("text=Retry job…");
            page.waitForSelector("dialog");
            Chromium.assertAccessibleInEveryLook(page, "retry");
            page.click("dialog >> text=Retry job");
            assertThat(page.locator("dialog [role=alert]")).not().isEmpty();
            Chromium.assertAccessibleInEveryLook(page, "a retry that failed");
            page.navigate(PAGE.address("/sites"));
            page.click("text=Invite a site…");
            page.fill("#site", "turin");
            page.route("**/api/v1/sites", Route::abort);
            page.click("text=Make a token");
            assertThat(page.locator("dialog [role=alert]")).not().isEmpty();
            Chromium.assertAccessibleInBothColours(page, "an invitation that failed");
        }
    }

    @Test
    void aChainThatIsBrokenAndAnAddressOfNothing() {
        PAGE.show(ScriptedDesk.of(7)).history(2, 9);
        try (var page = PAGE.signedIn("/jobs/nowhere")) {
            assertThat(page.locator("h1")).hasText("Not found");
            Chromium.assertAccessibleInEveryLook(page, "not found");
            page.route(
                    "**/api/v1/audit/verification",
                    route ->
                            route.fulfill(
                                    new Route.FulfillOptions()
                                            .setContentType("application/json")
                                            .setBody(BROKEN)));
            page.navigate(PAGE.address("/governance"));
            assertThat(page.locator("[aria-labelledby=h-log] .status--chip")).hasText("Broken");
            assertThat(page.locator("[aria-labelledby=h-log] [role=alert]"))
                    .containsText("Event 3 does not follow");
            Chromium.assertAccessibleInEveryLook(page, "a broken chain");
        }
    }

    private static final String BROKEN =
            "{\"state\": \"broken\", \"sequence\": 3, \"why\": \"its hash is another one\"}";

    /** Of which some wait, are late, have dropped and were not asked. */
    @Test
    void manySites() {
        var desk = PAGE.show(ScriptedDesk.of(200));
        desk.history(6, 9);
        desk.without("site-005");
        desk.deadlineSeconds = 3600;
        long round = desk.open(Instant.now().minusSeconds(60));
        for (String site : desk.sites.subList(9, 190)) {
            desk.pass(Instant.now().minusSeconds(50), "uploaded", round, site);
        }
        desk.drop(Instant.now(), round, "site-005", "open", "not connected");
        desk.drop(Instant.now(), round, "site-007", "upload", "connection lost");
        desk.leaves(Instant.now(), "site-007");
        desk.others.add(
                MadeUpViews.other(
                        "held", JobState.AWAITING_APPROVAL, Instant.now(), desk.sites, 0));
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".w-uploaded button")).hasCount(181);
            assertThat(page.locator(".w-dropped button")).hasCount(1);
            page.locator(".w-late button").first().click();
            Chromium.assertAccessibleInEveryLook(page, "a job of many sites");
            page.navigate(PAGE.address("/"));
            assertThat(page.locator(".tile")).hasCount(14);
            assertThat(page.locator(".alert").first()).isVisible();
            Chromium.assertAccessibleInEveryLook(page, "an overview of many sites");
            page.navigate(PAGE.address("/sites"));
            assertThat(page.locator("tbody tr")).hasCount(100);
            Chromium.assertAccessibleInBothColours(page, "many sites in a list");
        }
    }

    @Test
    void whatIsLiveAgain() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        try (var page = PAGE.signedIn(JOB)) {
            // Timers go on, and it is as late as this test says: however long a look takes, the
            // banner stays.
            long now = System.currentTimeMillis();
            page.clock().setFixedTime(now);
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator("#h-round")).hasText("Round 3");
            assertThat(page.locator(".app-bar .live")).containsText("Live");
            PAGE.stage().disconnect();
            assertThat(page.locator(".app-bar .live")).containsText("Reconnecting");
            page.clock().setFixedTime(now + STALE_MILLIS);
            assertThat(page.locator(".banner")).containsText("Live updates stopped");
            Chromium.assertAccessibleInEveryLook(page, "cut off");
            desk.close(Instant.now(), desk.open(Instant.now()), 9, Set.of());
            PAGE.stage().connect();
            // A page that came back by itself has no such button any more.
            page.evaluate("() => document.querySelector('.banner button')?.click()");
            assertThat(page.locator(".banner--ok")).containsText("Live again");
            Chromium.assertAccessibleInEveryLook(page, "live again");
            assertThat(page.locator(".banner--ok")).hasCount(1);
        }
    }

    @Test
    void whoSignsInWithAnAccountAndIsRefused() throws IOException {
        PAGE.stage().people(Set.of(Role.AUDITOR));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/"));
            page.waitForSelector("#name");
            page.fill("#name", "auditor");
            page.fill("#password", "not the password");
            page.click("button[type=submit]");
            assertThat(page.locator("#wrong")).containsText("do not belong together");
            Chromium.assertAccessibleInEveryLook(page, "a refused sign-in");
        } finally {
            PAGE.stage().people(Set.of());
        }
    }
}
