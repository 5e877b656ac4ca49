package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;

import io.confide.common.governance.Role;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the pictures in {@code deploy/docs/img}. Not part of the build; deploy/README.md says how to run it. Seven sites are
 * real runs of the demo, in which sites are killed; 200 sites are made up, and every picture of them says so.
 */
class Pictures {
    private static final List<String> SITES =
            List.of("barcelona", "copenhagen", "hvidovre", "london", "lyon", "mayo", "munich");

    @TempDir Path work;

    @Test
    void ofSevenSites() throws Exception {
        var camera = new Camera(folder(), "");
        try (var chromium = Chromium.start();
                var demo = DemoRun.startKept(work, 120)) {
            String address = demo.peopleAddress();
            var pages = signedIn(chromium, address, demo.adminToken());
            var light = pages.get("light");
            var phone = pages.get("phone");
            light.waitForSelector("tbody a", new Page.WaitForSelectorOptions().setTimeout(120_000));
            String job = address + light.getAttribute("tbody a", "href");
            for (var page : pages.values()) {
                page.navigate(job);
            }
            assertThat(light.locator(".lanes tbody tr"))
                    .hasCount(7, new LocatorAssertions.HasCountOptions().setTimeout(120_000));
            assertThat(light.locator(".feed")).containsText("Evaluated after round", patient(120));
            demo.kill9("lyon");
            assertThat(light.locator(".feed")).containsText("lyon dropped", patient(30));
            light.waitForTimeout(2_500);
            camera.each(pages, "job");
            camera.each(pages, address + "/", ".alert, .tile", "overview");
            assertThat(light.locator(".tile")).hasCount(7);
            light.navigate(job);
            assertThat(light.locator(".feed")).containsText("Evaluated after round", patient(120));
            camera.whole(light, "job-whole-light");
            phone.navigate(job);
            assertThat(phone.locator(".feed")).containsText("Round", patient(30));
            camera.whole(phone, "job-whole-phone");
            camera.each(pages, address + "/sites", ".is-off", "sites");
            camera.each(pages, address + "/governance", "#h-roles", "governance");
            assertThat(light.locator("section:has(#h-log)")).containsText("every link holds");
            camera.whole(light, "governance-whole-light");
            for (String path : List.of("/", "/sites", "/governance")) {
                phone.navigate(address + path);
                phone.waitForSelector(path.equals("/") ? ".tile" : "main table");
                phone.waitForTimeout(1_500);
                camera.whole(
                        phone,
                        path.equals("/")
                                ? "overview-whole-phone"
                                : path.substring(1) + "-whole-phone");
            }
            for (var page : pages.entrySet()) {
                page.getValue().navigate(address + "/words");
                page.getValue().waitForSelector("#h-good");
                camera.whole(page.getValue(), "words-" + page.getKey());
            }
            invitation(camera, light, address);

            light.navigate(job);
            has(light, "Completed", 400);
            ofAModel(camera, pages, address, job);
        }
    }

    @Test
    void ofStates() throws Exception {
        var camera = new Camera(folder(), "");
        try (var chromium = Chromium.start();
                var demo = DemoRun.startKept(work, 30)) {
            String address = demo.peopleAddress();
            var pages = signedIn(chromium, address, demo.adminToken());
            var light = pages.get("light");
            light.waitForSelector("tbody a", new Page.WaitForSelectorOptions().setTimeout(120_000));
            String job = address + light.getAttribute("tbody a", "href");
            light.navigate(job);
            has(light, "Completed", 300);
            another(camera, pages, demo, address, job);
        }
    }

    /** A job that has completed, a round of it, and its model. */
    private static void ofAModel(Camera camera, Map<String, Page> pages, String address, String job)
            throws IOException {
        var light = pages.get("light");
        var phone = pages.get("phone");
        for (var page : pages.entrySet()) {
            page.getValue().navigate(job);
            // The events of so many rounds take a moment to come.
            assertThat(page.getValue().locator(".feed li").first())
                    .containsText("The job is completed", patient(30));
        }
        light.waitForTimeout(1_500);
        camera.whole(light, "job-completed-light");
        camera.whole(pages.get("dark"), "job-completed-dark");
        camera.whole(phone, "job-completed-phone");
        camera.each(pages, job + "/rounds/7", "#h-proof", "round");
        camera.whole(light, "round-whole-light");
        camera.whole(pages.get("dark"), "round-whole-dark");
        camera.whole(phone, "round-whole-phone");
        camera.each(pages, address + "/models", "main table", "models");
        String model = job.replace("/jobs/", "/models/");
        camera.each(pages, model, "#h-card", "model");
        camera.whole(light, "model-whole-light");
        camera.whole(pages.get("dark"), "model-whole-dark");
        camera.whole(phone, "model-whole-phone");
    }

    /** The job once more: it waits for the sites, is paused, runs beside one that waits, and fails with too few of them. */
    private static void another(
            Camera camera, Map<String, Page> pages, DemoRun demo, String address, String job)
            throws Exception {
        var light = pages.get("light");
        retry(light, job);
        has(light, "Waits for approval", 30);
        assertThat(light.locator("#h-verdicts")).hasCount(1);
        light.waitForTimeout(2_000);
        camera.whole(light, "state-waits-for-approval-light");
        String second = light.url();
        approve(light, demo);
        has(light, "Running", 180);
        assertThat(light.locator(".feed")).containsText("Round", patient(180));
        retry(light, job);
        has(light, "Waits for approval", 30);
        camera.each(pages, address + "/jobs", "tbody tr", "jobs");
        camera.each(pages, address + "/", ".tile", "overview-busy");
        light.navigate(second);
        light.click("text=Pause job");
        has(light, "Paused", 30);
        light.waitForTimeout(1_500);
        camera.whole(light, "state-paused-light");
        light.click("text=Resume job");
        has(light, "Running", 30);
        light.waitForSelector("text=Pause job");
        light.click("text=Cancel job…");
        light.waitForSelector("dialog");
        camera.takeWithAllColours(light, "dialog-cancel-light");
        light.keyboard().press("Escape");
        for (String site : List.of("munich", "barcelona", "lyon")) {
            demo.kill9(site);
        }
        has(light, "Failed", 180);
        light.waitForTimeout(1_500);
        camera.whole(light, "state-failed-light");
        camera.each(pages, address + "/jobs", "tbody tr", "jobs-failed");
        light.navigate(address + "/");
        light.waitForSelector(".tile");
        demo.kill9("coordinator");
        assertThat(light.locator(".banner")).containsText("Live updates stopped", patient(30));
        camera.take(light, "state-reconnecting-light");
    }

    private static void retry(Page page, String job) {
        page.navigate(job);
        page.click("text=Retry job…");
        page.waitForSelector("dialog");
        page.locator("dialog .dialog__foot button").last().click();
        page.waitForURL(url -> url.contains("/jobs/") && !url.equals(job));
    }

    private static void approve(Page page, DemoRun demo) throws Exception {
        String hash =
                (String)
                        page.evaluate(
                                "async () => (await (await fetch('/api/v1' + location.pathname,"
                                        + " { headers: { 'x-confide-request': 'person' }"
                                        + " })).json()).planHash");
        for (String site : SITES) {
            demo.approve(site, hash);
        }
    }

    private static void invitation(Camera camera, Page page, String address) throws IOException {
        page.navigate(address + "/sites");
        page.click("text=Invite a site…");
        page.fill("#site", "turin");
        camera.takeWithAllColours(page, "dialog-invite-light");
        page.click("text=Make a token");
        page.waitForSelector("dialog pre");
        // Even one that is gone is not for a repository.
        page.evaluate(
                "() => { const pre = document.querySelector('dialog pre'); pre.textContent ="
                        + " pre.textContent.replace(/--token \\S+/, '--token eyJ1… (shown here"
                        + " once)'); }");
        camera.takeWithAllColours(page, "dialog-token-light");
        page.click("text=I have passed it on");
    }

    @Test
    void ofARunWithAPromise() throws Exception {
        var camera = new Camera(folder(), "");
        try (var chromium = Chromium.start();
                var demo = DemoRun.startPrivateKept(work, 3)) {
            String address = demo.peopleAddress();
            var pages = signedIn(chromium, address, demo.adminToken());
            var light = pages.get("light");
            light.waitForSelector("tbody a", new Page.WaitForSelectorOptions().setTimeout(120_000));
            String job = address + light.getAttribute("tbody a", "href");
            light.navigate(job);
            has(light, "Completed", 180);
            light.navigate(job);
            assertThat(light.locator(".feed li").first())
                    .containsText("The job is completed", patient(30));
            light.waitForTimeout(1_000);
            camera.whole(light, "private-job-whole-light");
            camera.each(pages, address + "/", ".tile", "private-overview");
            var phone = pages.get("phone");
            phone.navigate(job);
            assertThat(phone.locator(".feed li").first())
                    .containsText("The job is completed", patient(30));
            camera.whole(phone, "private-job-whole-phone");
            light.navigate(job.replace("/jobs/", "/models/"));
            light.waitForSelector("#h-card");
            light.waitForTimeout(1_000);
            camera.whole(light, "private-model-whole-light");
        }
    }

    @Test
    void ofTwoHundredSitesAndOfTheSignIn() throws IOException {
        var signIn = new Camera(folder(), "");
        var camera = new Camera(folder(), "MADE-UP SITES");
        try (var chromium = Chromium.start();
                var stage = new Stage(work, of200())) {
            var desk = stage.desk();
            var first = first(desk.sites);
            desk.past.after(first.past);
            desk.history(28, 9);
            // So many pictures take longer than a round of nine seconds.
            desk.deadlineSeconds = 180;
            var opened = Instant.now().minusSeconds(6);
            long round = desk.open(opened);
            desk.others.addAll(others(desk.sites));
            desk.others.addAll(first.jobs());
            stage.done(desk.jobs(), desk.sites());
            stage.people(Set.of(Role.ADMIN));
            String job = stage.address("/jobs/" + desk.view().id());
            var pages = new LinkedHashMap<String, Page>();
            for (var look : Camera.LOOKS.entrySet()) {
                var page = chromium.open(look.getValue());
                page.navigate(stage.address("/"));
                page.waitForSelector("#name");
                signIn.whole(page, "signin-" + look.getKey());
                Chromium.signIn(page, job, "admin", Stage.PASSWORD);
                page.waitForSelector(".waffle");
                pages.put(look.getKey(), page);
            }
            for (int i = 0; i < 192; i++) {
                // The first are a little behind each other, the last come slowly.
                var at = opened.plusMillis(1200 + 8L * i + i * i * i / 3000);
                desk.pass(at, "uploaded", round, desk.sites.get(i));
            }
            var lost = opened.plusSeconds(4);
            for (String site : desk.sites.subList(192, 195)) {
                desk.drop(lost, round, site, "upload", "connection lost");
                desk.leaves(lost, site);
            }
            var light = pages.get("light");
            var phone = pages.get("phone");
            for (var page : pages.values()) {
                assertThat(page.locator(".waffle-groups"))
                        .containsText("Late: 5 of 200", patient(60));
            }
            light.waitForTimeout(1_500);
            camera.each(pages, "synthetic-200-job");
            camera.whole(light, "synthetic-200-job-whole-light");
            camera.whole(phone, "synthetic-200-job-whole-phone");
            camera.each(pages, stage.address("/"), ".tile", "synthetic-200-overview");
            camera.whole(light, "synthetic-200-overview-whole-light");
            camera.whole(phone, "synthetic-200-overview-whole-phone");
            camera.each(pages, stage.address("/jobs"), "tbody tr", "synthetic-200-jobs");
            camera.each(pages, stage.address("/sites"), "tbody tr", "synthetic-200-sites");
            camera.each(
                    pages, stage.address("/governance"), "#h-roles", "synthetic-200-governance");

            String queued = stage.address("/jobs/" + desk.others.getFirst().id());
            camera.each(pages, queued, "#h-verdicts", "synthetic-200-queued");
            camera.whole(light, "synthetic-200-queued-whole-light");
            camera.whole(phone, "synthetic-200-queued-whole-phone");

            stage.show(first);
            String before = first.view().id();
            camera.each(
                    pages,
                    stage.address("/jobs/" + before + "/rounds/28"),
                    "#h-proof",
                    "synthetic-200-round");
            camera.whole(light, "synthetic-200-round-whole-light");
            camera.whole(phone, "synthetic-200-round-whole-phone");
            camera.each(pages, stage.address("/models"), "main table", "synthetic-200-models");
            String model = stage.address("/models/" + before);
            camera.each(pages, model, "#h-card", "synthetic-200-model");
            camera.whole(light, "synthetic-200-model-whole-light");
            camera.whole(phone, "synthetic-200-model-whole-phone");
            empty(light, stage);
        }
    }

    private static final StudyView STUDY =
            new StudyView("made-up-sites", "to show the page with many sites", "nobody");

    private static ScriptedDesk of200() {
        var sites = ScriptedDesk.of(200).sites;
        var desk = ScriptedDesk.past(Duration.ZERO, "made-up-sites", STUDY, sites);
        desk.promise(3);
        return desk;
    }

    /** The oldest of the jobs: three days ago it has made a model. */
    private static ScriptedDesk first(List<String> sites) {
        var desk = ScriptedDesk.past(Duration.ofDays(3), "made-up-first", STUDY, sites);
        desk.promise(3);
        desk.history(40, 9);
        desk.complete();
        return desk;
    }

    /** What there is before anybody has submitted a job. */
    private static void empty(Page page, Stage stage) throws IOException {
        var camera = new Camera(folder(), "MADE-UP: BEFORE THE FIRST JOB");
        page.route(
                url -> url.contains("/api/v1/") && !url.endsWith("/me"),
                route ->
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setStatus(200)
                                        .setContentType("application/json")
                                        .setBody("[]")));
        page.navigate(stage.address("/"));
        page.waitForSelector(".empty");
        camera.take(page, "state-empty-light");
    }

    private static List<JobView> others(List<String> sites) {
        var now = Instant.now();
        return List.of(
                MadeUpViews.other("made-up-after", JobState.QUEUED, now.minusSeconds(40), sites, 0),
                MadeUpViews.other(
                        "made-up-next", JobState.AWAITING_APPROVAL, now.minusSeconds(90), sites, 0),
                MadeUpViews.other(
                        "made-up-held", JobState.PAUSED, now.minusSeconds(900), sites, 12),
                MadeUpViews.other(
                        "made-up-probe",
                        JobState.FAILED,
                        now.minus(Duration.ofHours(5)),
                        sites,
                        3));
    }

    private static Map<String, Page> signedIn(Chromium chromium, String address, String token) {
        var pages = new LinkedHashMap<String, Page>();
        Camera.LOOKS.forEach(
                (name, look) -> {
                    var page = chromium.open(look);
                    Chromium.signIn(page, address + "/", token);
                    pages.put(name, page);
                });
        return pages;
    }

    /** Waits until the job that is shown is in this state. */
    private static void has(Page page, String state, int seconds) {
        assertThat(page.locator(".status--chip").first())
                .hasText(
                        state, new LocatorAssertions.HasTextOptions().setTimeout(seconds * 1000.0));
    }

    private static LocatorAssertions.ContainsTextOptions patient(int seconds) {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(seconds * 1000.0);
    }

    private static Path folder() {
        var root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("deploy").resolve("docs"))) {
            root = root.getParent();
        }
        return root.resolve("deploy/docs/img");
    }
}
