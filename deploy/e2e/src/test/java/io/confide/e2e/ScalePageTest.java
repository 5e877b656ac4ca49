package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;

import io.confide.coordinator.port.JobDesk;
import io.confide.coordinator.port.Views.JobView;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Every page of 500 sites, 200 jobs and a job of 5 000 rounds, over the real desk and a real database: what is transferred,
 * asked for and painted stays what a page can show.
 */
class ScalePageTest {
    /** Of a first visit, without a cache, with the program itself. */
    private static final int BYTES_MAX = 400_000;

    /** Of the list of all jobs, as it comes again every few seconds while one runs: 200 of 400 bytes each, not packed. */
    private static final int LIST_BYTES_MAX = 90_000;

    /** Every file of the program, which all come while a page is looked at, and what the page itself asks for. */
    private static final int REQUESTS_MAX = 50;

    private static final int NODES_MAX = 3_000;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    private static Optional<JobDesk> desk = Optional.empty();

    @BeforeAll
    static void fill(@TempDir Path directory) throws Exception {
        var stage = PAGE.stage();
        desk = Optional.of(new Crowd(stage.database()).desk(directory, stage.governor()));
        stage.behind(desk.orElseThrow());
    }

    @Test
    void theOverviewTellsWhatNeedsAPersonAndShowsAFewOfMany() {
        try (var page = PAGE.signedIn("/")) {
            var traffic = visit(page, "/");
            assertThat(page.locator("#h-tiles")).containsText("round 5000");
            assertThat(page.locator(".tile")).hasCount(14);
            assertThat(page.locator("section:has(#h-coordinator)"))
                    .containsText("491 of 500 connected");
            assertThat(page.locator("section:has(#h-attention)")).containsText("site-001");
            assertSmall(page, traffic);
        }
    }

    @Test
    void aListOfJobsIsPagedAndIsNotSentAgainWhileItIsTheSame() {
        try (var page = PAGE.signedIn("/jobs")) {
            var traffic = visit(page, "/jobs");
            assertThat(page.locator("tbody tr:not(.group)")).hasCount(50);
            assertThat(page.locator("main")).containsText("1 to 50 of 200 jobs");
            assertThat(page.locator("tr.group").nth(1)).hasText("Waiting: 12");
            assertSmall(page, traffic);
            traffic.restart();
            page.waitForResponse(
                    response -> response.url().contains("/jobs") && response.status() == 304,
                    () -> {});
            assertTrue(traffic.bytes("/api/") < 1_000, traffic::toString);
        }
    }

    /** The numbers of what runs are new whenever it is asked for: then all of the list comes, and nothing beside it. */
    @Test
    void aListInWhichAJobRunsIsSentAgainAndIsSmall() {
        var still = PAGE.stage();
        var moving = desk.orElseThrow();
        var rounds = new AtomicInteger(Crowd.ROUNDS);
        still.behind(
                (JobDesk)
                        Proxy.newProxyInstance(
                                ScalePageTest.class.getClassLoader(),
                                new Class<?>[] {JobDesk.class},
                                (_, method, arguments) ->
                                        method.getName().equals("jobList")
                                                ? moved(moving.jobList(), rounds)
                                                : method.invoke(moving, arguments)));
        try (var page = PAGE.signedIn("/jobs")) {
            assertThat(page.locator("tbody tr:not(.group)")).hasCount(50);
            var progress = page.locator("[data-label=Progress]").first();
            var before = progress.innerText();
            var traffic = new Traffic(page);
            var list =
                    page.waitForResponse(
                            response -> response.url().endsWith("/jobs?view=brief"), () -> {});
            assertEquals(200, list.status());
            int bytes = list.request().sizes().responseBodySize;
            assertTrue(bytes > 0 && bytes < LIST_BYTES_MAX, bytes + " bytes");
            assertThat(progress).not().hasText(before);
            long others = traffic.bytes("/api/") - traffic.bytes("/api/v1/jobs?view=brief");
            assertTrue(others < 1_000, traffic::toString);
        } finally {
            still.behind(moving);
        }
    }

    private static List<JobView> moved(List<JobView> jobs, AtomicInteger rounds) {
        return jobs.stream()
                .map(
                        job ->
                                job.id().equals(Crowd.LONG_JOB.toString())
                                        ? Crowd.after(job, rounds.incrementAndGet())
                                        : job)
                .toList();
    }

    @Test
    void aJobOfManyRoundsShowsTheLastOnesAndACurveOfAll() {
        try (var page = PAGE.signedIn("/jobs/" + Crowd.LONG_JOB)) {
            var traffic = visit(page, "/jobs/" + Crowd.LONG_JOB);
            assertThat(page.locator("#h-round")).hasText("Round 5000");
            assertThat(page.locator(".stat dd").first()).containsText("5 000");
            assertThat(page.locator("section:has(#h-history)"))
                    .containsText("the last 64 of 5 000 rounds");
            assertThat(page.locator("cf-curve svg"))
                    .hasAttribute(
                            "aria-label", java.util.regex.Pattern.compile(".*\\b[Rr]ound 1\\b.*"));
            assertSmall(page, traffic);
            page.navigate(PAGE.address("/jobs/" + Crowd.LONG_JOB + "/rounds/40"));
            assertThat(page.locator(".page-head")).containsText("499 of 500 are in the sum");
            assertThat(page.locator(".page-head")).containsText("site-007");
        }
    }

    @Test
    void theSitesAreAPageOfThemAndTheFilterFindsTheOthers() {
        try (var page = PAGE.signedIn("/sites")) {
            var traffic = visit(page, "/sites");
            assertThat(page.locator("tbody tr")).hasCount(100);
            assertSmall(page, traffic);
            page.fill("#q", "site-499");
            assertThat(page.locator("tbody tr")).hasCount(1);
        }
    }

    /** Opens {@code path} as if for the first time. */
    private static Traffic visit(Page page, String path) {
        var traffic = new Traffic(page);
        page.navigate("about:blank");
        traffic.restart();
        page.navigate(PAGE.address(path));
        page.waitForSelector("main .panel");
        return traffic;
    }

    private static void assertSmall(Page page, Traffic traffic) {
        int nodes =
                ((Number) page.evaluate("() => document.querySelectorAll('*').length")).intValue();
        assertTrue(nodes < NODES_MAX, nodes + " elements");
        assertTrue(traffic.requests() <= REQUESTS_MAX, traffic::toString);
        assertTrue(traffic.bytes() < BYTES_MAX, traffic::toString);
    }
}
