package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;

import io.confide.common.model.Digest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real job of three real participants and its evaluation, watched in one page that is never loaded again, from before its
 * first round to its model, over a coordinator that is killed on the way; and what others may do to it meanwhile.
 */
class WholeJobIT {
    /** Training rounds of each of five folds, which end with an evaluation, and of the final model. */
    private static final int EACH = 8;

    private static final int ROUNDS = 6 * EACH + 5;

    private static final String NOT_YOURS =
            "Only who submitted a job, an administrator or an auditor may cancel it.";

    @TempDir Path work;

    @Test
    void aResearcherRetriesAJobAndWatchesItFromTheApprovalToTheModelOverARestart()
            throws Exception {
        try (var chromium = Chromium.start();
                var demo = DemoRun.startThreeKept(work, EACH);
                var page = chromium.open(Chromium.Look.DESK)) {
            String address = demo.peopleAddress();
            String rita = demo.account("rita", "researcher");
            var others =
                    Map.of(
                            "ben", demo.account("ben", "researcher"),
                            "otto", demo.account("otto", "operator", "--site", "synthetic-1"),
                            "stella", demo.account("stella", "steward", "--site", "synthetic-2"),
                            "ada", demo.account("ada", "auditor"),
                            "max", demo.account("max", "admin"));
            Chromium.signIn(page, address + "/", "rita", rita);
            page.click("tbody a", new Page.ClickOptions().setTimeout(120_000));
            assertThat(chip(page)).hasText("Completed", text(120));
            retry(page);
            assertOthersMayOnlyDoTheirOwn(chromium, address, page.url(), others);
            page.evaluate(WATCH);
            for (int site = 1; site <= 3; site++) {
                demo.approve("synthetic-" + site, planHash(page));
            }
            page.waitForFunction(
                    "() => window.seen.rounds.at(-1) >= 4",
                    null,
                    new Page.WaitForFunctionOptions().setTimeout(60_000));
            demo.kill9("coordinator");
            assertThat(page.locator(".app-bar .live")).containsText("Reconnecting", within(8));
            assertThat(chip(page)).hasText("Running");
            try (var _ = demo.startCoordinator()) {
                assertThat(page.locator(".banner")).containsText("Live again", within(60));
                assertThat(chip(page)).hasText("Completed", text(120));
                assertWatched(page);
                assertModel(page);
            }
        }
    }

    /** From the page of a job that has ended to that of the one that runs its plan again. */
    private static void retry(Page page) {
        String before = page.url();
        page.click("text=Retry job…");
        page.click("dialog >> text=Retry job");
        assertThat(page.locator(".page-head")).containsText("a retry of job");
        assertTrue(!page.url().equals(before), "it is another job");
        assertThat(chip(page)).hasText("Waits for approval");
        assertThat(page.locator(".page-head")).containsText("Submitted by rita");
    }

    /** While the job of one researcher waits, each of the others looks at it. */
    private static void assertOthersMayOnlyDoTheirOwn(
            Chromium chromium, String address, String job, Map<String, String> passwords) {
        // Who invites a site is the last.
        for (var name : List.of("ben", "otto", "stella", "ada", "max")) {
            try (var page = chromium.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, job, name, passwords.get(name));
                assertThat(chip(page)).hasText("Waits for approval");
                boolean auditor = name.equals("ada");
                boolean admin = name.equals("max");
                boolean stops = auditor || admin;
                assertThat(page.locator("text=Cancel job…")).hasCount(stops ? 1 : 0);
                assertThat(page.locator("text=may pause or cancel it")).hasCount(stops ? 0 : 1);
                page.click(".main-nav >> text=Sites");
                assertThat(page.locator("tbody tr")).hasCount(3);
                assertThat(page.locator("text=Invite a site…")).hasCount(admin ? 1 : 0);
                page.click(".main-nav >> text=Models");
                page.click("tbody a");
                assertThat(page.locator(".files")).hasCount(1);
                boolean downloads = auditor || name.equals("ben");
                assertThat(page.locator(".files a"))
                        .hasCount(downloads ? page.locator(".files li").count() : 0);
                var answer = (Map<?, ?>) page.evaluate(ASK, id(job));
                if (auditor) {
                    assertEquals(List.of(403, 200), answer.get("status"));
                    assertLogged(page);
                } else if (admin) {
                    assertEquals(List.of(201, 200), answer.get("status"));
                } else {
                    assertEquals(List.of(403, 403, 403), answer.get("status"), name);
                    var sentence = String.valueOf(answer.get("cancel"));
                    assertTrue(sentence.endsWith(NOT_YOURS), sentence);
                    assertEquals(name.equals("ben"), sentence.equals(NOT_YOURS), sentence);
                }
            }
        }
    }

    /** The auditor reads of those who asked for what is not theirs. */
    private static void assertLogged(Page page) {
        page.click(".main-nav >> text=Governance");
        for (var name : List.of("ben", "otto", "stella")) {
            var row =
                    page.locator("section:has(#h-log) tbody tr")
                            .filter(new Locator.FilterOptions().setHasText(name))
                            .filter(new Locator.FilterOptions().setHasText("cancel"));
            assertThat(row).containsText("Denied");
        }
        assertThat(page.locator("section:has(#h-log)")).containsText("every link holds");
    }

    /** What was on the page from before the first round to the end, and what the API says that it should have been. */
    private static void assertWatched(Page page) {
        var seen = (Map<?, ?>) page.evaluate("() => window.seen");
        assertTrue(seen != null, "the page was not loaded again");
        var states = new ArrayList<>((List<?>) seen.get("states"));
        assertEquals("Waits for approval", states.getFirst());
        assertEquals("Completed", states.getLast());
        states.remove("Sets up keys");
        assertEquals(List.of("Waits for approval", "Running", "Completed"), states);
        var rounds =
                ((List<?>) seen.get("rounds")).stream().map(r -> ((Number) r).intValue()).toList();
        assertEquals(rounds.stream().sorted().toList(), rounds, "no round is taken back");
        assertTrue(rounds.size() > 5, "they came one after the other: " + rounds);
        assertThat(progress(page)).containsText(ROUNDS + " of " + ROUNDS);
        assertThat(page.locator("section:has(#h-metrics)")).containsText("AUC");
        assertEquals("whole", page.evaluate(EVENTS, List.of(id(page.url()), ROUNDS)));
    }

    private static void assertModel(Page page) throws IOException {
        page.click("text=See the model");
        assertThat(page.locator("section[aria-labelledby=h-folds]")).containsText("All folds");
        var newest = page.locator("section:has(.files)");
        var model = download(page, newest, "model.safetensors");
        var manifest =
                new String(
                        download(page, newest, "manifest.json"),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(manifest.contains(Digest.of(model).hex()), manifest);
    }

    private static byte[] download(Page page, Locator of, String file) throws IOException {
        var download = page.waitForDownload(() -> of.locator("text=" + file).click());
        assertEquals(file, download.suggestedFilename());
        return Files.readAllBytes(download.path());
    }

    private static Locator chip(Page page) {
        return page.locator(".page-head .status--chip");
    }

    /** "7 of 65" rounds. */
    private static Locator progress(Page page) {
        return page.locator(".stat dd").first();
    }

    private static String id(String job) {
        return job.substring(job.lastIndexOf('/') + 1);
    }

    private static String planHash(Page page) {
        return page.locator(".hash").first().getAttribute("title");
    }

    private static LocatorAssertions.HasTextOptions text(int seconds) {
        return new LocatorAssertions.HasTextOptions().setTimeout(seconds * 1000.0);
    }

    private static LocatorAssertions.ContainsTextOptions within(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    /** Writes down what the page shows from now on; gone if the page is loaded again. */
    private static final String WATCH =
            """
            () => {
              const seen = window.seen = { states: [], rounds: [] };
              const add = (list, value) => { if (value !== list.at(-1)) list.push(value); };
              const look = () => {
                const state = document.querySelector(".page-head .status--chip")?.textContent.trim();
                const done = parseInt(document.querySelector(".stat dd")?.textContent ?? "");
                if (state) add(seen.states, state);
                if (Number.isFinite(done)) add(seen.rounds, done);
              };
              new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
              look();
            }
            """;

    /** What somebody asks for from the console of the browser, whatever the page offers. */
    private static final String ASK =
            """
            async (job) => {
              const ask = (path, method = "GET", body) => fetch("/api/v1" + path, { method,
                headers: { "x-confide-request": "person", ...(body ? { "content-type": "application/json" } : {}) }, body });
              const answers = [
                await ask("/sites", "POST", JSON.stringify({ site: "turin" })),
                await ask("/audit"),
              ];
              if (answers[1].status === 200) return { status: answers.map((answer) => answer.status) };
              const cancel = await ask("/jobs/" + job + "/cancel", "POST");
              return { status: [...answers, cancel].map((answer) => answer.status), cancel: (await cancel.json()).detail };
            }
            """;

    /** Whether the events of a job are numbered without a gap, hold each round once, and end with its end. */
    private static final String EVENTS =
            """
            async ([job, rounds]) => {
              const text = await (await fetch("/api/v1/jobs/" + job + "/events")).text();
              const ids = [...text.matchAll(/^id: (\\d+)$/gm)].map((found) => Number(found[1]));
              const gap = ids.findIndex((id, i) => id !== i + 1);
              if (gap >= 0) return "gap at " + gap + " of " + ids.length;
              const done = [...text.matchAll(/^event: roundDone\\ndata: (.*)$/gm)].map((found) => JSON.parse(found[1]).round);
              if (done.length !== rounds || new Set(done).size !== rounds) return "rounds " + done;
              return /event: ended\\n[^\\n]*\\n\\n$/.test(text) ? "whole" : "no end";
            }
            """;
}
