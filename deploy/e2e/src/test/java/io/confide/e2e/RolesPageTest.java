package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import io.confide.common.files.Users;
import io.confide.common.files.Words;
import io.confide.common.governance.Role;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What each role is offered on the page and what it is refused when it asks all the same, in a real browser. */
class RolesPageTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final Set<Role> CANCELS = EnumSet.of(Role.RESEARCHER, Role.ADMIN, Role.AUDITOR);
    private static final Set<Role> READS_LOG = EnumSet.of(Role.ADMIN, Role.AUDITOR);
    private static final Set<Role> DOWNLOADS = EnumSet.of(Role.RESEARCHER, Role.AUDITOR);

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @BeforeAll
    static void enrol() throws IOException {
        PAGE.stage().people(Users.ROLES);
    }

    @Test
    void eachRoleSeesAndMayDoItsOwn() {
        for (var role : Users.ROLES) {
            PAGE.show(ScriptedDesk.of(7));
            PAGE.stage().desk().history(3, 9);
            try (var page = PAGE.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, PAGE.address(JOB), Words.of(role), Stage.PASSWORD);
                assertThat(page.locator("h1")).hasText("two-year-risk");
                offered(page, "text=Cancel job…", CANCELS.contains(role), role);
                offered(page, "text=Pause job", CANCELS.contains(role), role);
                offered(page, "text=may pause or cancel it", !CANCELS.contains(role), role);
                page.click(".main-nav >> text=Sites");
                page.waitForSelector("#h-sites");
                page.waitForSelector("tbody tr");
                offered(page, "text=Invite a site…", role == Role.ADMIN, role);
                assertThat(page.locator("tbody")).containsText("80 days left");
                page.click(".main-nav >> text=Governance");
                page.waitForSelector("#h-roles");
                offered(page, "text=Check again", READS_LOG.contains(role), role);
                if (role == Role.STEWARD) {
                    assertThat(page.locator(".page-head")).containsText("steward of site-1");
                    Chromium.assertAccessible(page, "governance of a steward");
                }
                assertEquals(
                        Map.of(
                                "cancel", CANCELS.contains(role) ? 200 : 403,
                                "invite", role == Role.ADMIN ? 201 : 403,
                                "log", READS_LOG.contains(role) ? 200 : 403,
                                "download", DOWNLOADS.contains(role) ? 200 : 403),
                        page.evaluate(ASK, ScriptedDesk.JOB.toString()),
                        role.toString());
                PAGE.stage().desk().complete();
                page.navigate(PAGE.address(JOB));
                page.waitForSelector(".actions");
                offered(page, "text=Retry job…", role == Role.RESEARCHER, role);
                page.click(".main-nav >> text=Models");
                page.click("tbody a");
                page.waitForSelector(".files");
                offered(page, ".files a", DOWNLOADS.contains(role), role);
            }
        }
    }

    /** What somebody can ask for from the console of the browser, whatever the page offers. */
    private static final String ASK =
            """
            async (job) => {
              const ask = async (path, method = "GET", body) => (await fetch("/api/v1" + path, { method,
                headers: { "x-confide-request": "person", ...(body ? { "content-type": "application/json" } : {}) }, body })).status;
              return {
                invite: await ask("/sites", "POST", JSON.stringify({ site: "turin" })),
                log: await ask("/audit"),
                download: await ask("/jobs/" + job + "/artifacts/card.md"),
                cancel: await ask("/jobs/" + job + "/cancel", "POST"),
              };
            }
            """;

    @Test
    void theLogTellsWhoDidWhatAndThatItIsWhole() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            Chromium.signIn(page, PAGE.address("/sites"), "admin", Stage.PASSWORD);
            page.click("text=Invite a site…");
            page.fill("#site", "genoa");
            page.click("text=Make a token");
            page.click("text=I have passed it on");
            page.click("nav >> text=Governance");
            var row =
                    page.locator("tbody tr")
                            .filter(
                                    new com.microsoft.playwright.Locator.FilterOptions()
                                            .setHasText("site genoa"));
            assertThat(row).containsText("admin");
            assertThat(row).containsText("invited a site");
            assertThat(row).containsText("Permitted");
            assertThat(page.locator("section:has(#h-log)")).containsText("every link holds");
            assertThat(page.locator("#keeper")).hasCount(0);
            Chromium.assertAccessibleInBothColours(page, "governance");

            page.route(url -> url.contains("/api/v1/audit"), RolesPageTest::ofAMember);
            page.click("text=Check again");
            var panel = page.locator("section:has(#h-log)");
            assertThat(panel).containsText("Unbroken at this member");
            assertThat(page.locator("#keeper")).containsText("the log of the member north alone");
            assertThat(page.locator("#keeper")).containsText("Here now are also east and south");
        }
    }

    /** As a member of a cluster answers; {@code ClusterIT} has real ones. */
    private static void ofAMember(Route route) {
        String keeper = "\"keeper\": {\"member\": \"north\", \"others\": [\"east\", \"south\"]}";
        String check =
                "\"state\": \"intact\", \"events\": 1, \"head\": \"%s\"".formatted("0".repeat(64));
        route.fulfill(
                new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody(
                                "{%s, %s}"
                                        .formatted(
                                                keeper,
                                                route.request().url().endsWith("verification")
                                                        ? check
                                                        : "\"events\": []")));
    }

    @Test
    void aWrongPasswordIsRefusedInWordsThatDoNotTellWhoIsThere() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.open(Chromium.Look.DESK)) {
            page.navigate(PAGE.address("/jobs"));
            for (String name : new String[] {"nobody", "auditor"}) {
                page.fill("#name", name);
                page.fill("#password", "not the password");
                page.click("button[type=submit]");
                assertThat(page.locator("#wrong")).containsText("do not belong together");
            }
            page.fill("#password", Stage.PASSWORD);
            page.click("button[type=submit]");
            assertThat(page.locator("h1")).hasText("Jobs");
            assertEquals(PAGE.address("/jobs"), page.url());
        }
    }

    private static void offered(Page page, String what, boolean expected, Role role) {
        assertTrue(expected == page.locator(what).count() > 0, role + " " + what);
    }
}
