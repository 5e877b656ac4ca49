package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** How the page looks: to people who cannot see it, on any width, under any name; and that no script gets in. */
class PageLooksTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;

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

    @Test
    void anInjectedScriptDoesNotRunBecauseOfThePolicy() {
        String attack =
                """
                () => {
                  const tries = [
                    () => { const s = document.createElement("script"); s.textContent = "window.injected = 1"; document.body.append(s); },
                    () => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.injected = 1'>"); },
                    () => { const a = document.createElement("a"); a.setAttribute("onclick", "window.injected = 1"); document.body.append(a); a.click(); },
                    () => { window.eval("window.injected = 1"); },
                  ];
                  // Later: what the test itself runs may do more than a page's own script.
                  for (const attempt of tries) setTimeout(attempt);
                  return new Promise((done) => setTimeout(() => done(window.injected ?? 0), 300));
                }
                """;
        for (String path : List.of("/", JOB)) {
            try (var page = signedIn(path)) {
                assertEquals(0, page.evaluate(attack), path);
            }
        }
        try (var page = chromium.open(Chromium.Look.DESK, true)) {
            page.navigate(stage.address("/"));
            assertEquals(1, page.evaluate(attack), "without the policy it runs");
        }
    }

    @Test
    void namesThatAreMarkupOrRightToLeftOrEndlessAreShownAsTheyAre() {
        var names =
                List.of(
                        "<img src=x onerror=window.injected=1>",
                        "<script>window.injected=1</script>",
                        "${window.injected=1}{{window.injected=1}}",
                        "\"><svg onload=window.injected=1>",
                        "مستشفى \u202egnp.exe\u202c القلب",
                        "🏥👩‍⚕️🧬",
                        "x".repeat(500));
        for (String name : List.of(names.get(0), names.get(4), names.get(6))) {
            stage.show(new ScriptedDesk(name, names));
            stage.desk().history(8, 3);
            long round = stage.desk().open(Instant.now());
            stage.desk().drop(Instant.now(), round, name, "upload", name);
            stage.desk().away.add(name);
            try (var page = chromium.open(Chromium.Look.DESK)) {
                Chromium.signIn(page, stage.address(JOB), Stage.TOKEN);
                assertThat(page.locator("h1")).hasText(name);
                assertThat(page.locator(".lanes tbody tr")).hasCount(7);
                Chromium.assertNoSidewaysScroll(page, name);
                stage.desk().complete();
                for (String path :
                        List.of(
                                "/",
                                "/jobs",
                                "/sites",
                                "/models",
                                "/governance",
                                JOB + "/rounds/7")) {
                    page.navigate(stage.address(path));
                    assertThat(page.locator("main"))
                            .containsText(name.substring(0, name.offsetByCodePoints(0, 3)));
                    Chromium.assertNoSidewaysScroll(page, path + " " + name);
                    assertEquals(false, page.evaluate("() => 'injected' in window"), path);
                }
            }
        }
    }

    @Test
    void axeFindsNothingOnAnyPageLightDarkOrOnAPhone() {
        for (var look : List.of(Chromium.Look.DESK, Chromium.Look.DARK, Chromium.Look.PHONE)) {
            stage.show(ScriptedDesk.of(7));
            stage.desk().history(12, 9);
            stage.desk().runningWithOneLost();
            stage.desk().away.add("site-6");
            try (var page = chromium.open(look)) {
                page.navigate(stage.address("/"));
                page.waitForSelector("#token");
                Chromium.assertAccessible(page, "sign-in " + look);
                Chromium.signIn(page, stage.address("/"), Stage.TOKEN);
                assertThat(page.locator(".alert")).hasCount(1);
                assertThat(page.locator(".tile")).hasCount(7);
                Chromium.assertAccessible(page, "overview " + look);
                page.navigate(stage.address(JOB));
                assertThat(page.locator(".lanes tbody tr")).hasCount(7);
                assertThat(page.locator("cf-curve path.line")).hasCount(1);
                Chromium.assertAccessible(page, "job " + look);
                page.click("text=Cancel job…");
                Chromium.assertAccessible(page, "confirmation " + look);
                page.keyboard().press("Escape");
                stage.desk().complete();
                for (String path :
                        List.of("/jobs", "/sites", "/models", "/governance", JOB + "/rounds/7")) {
                    page.navigate(stage.address(path));
                    page.waitForSelector("main table, main .files");
                    if (path.contains("rounds")) {
                        // Voted without the last of seven: six signatures, and the file with them.
                        assertThat(page.locator("[aria-labelledby=h-signed] li")).hasCount(6);
                        assertThat(page.locator("a[href$='/rounds/7/evidence']")).hasCount(1);
                    }
                    Chromium.assertAccessible(page, path + " " + look);
                }
            }
        }
    }

    @Test
    void noWidthMakesAPageScrollSideways() {
        stage.show(ScriptedDesk.of(7));
        stage.desk().history(12, 9);
        stage.desk().runningWithOneLost();
        try (var page = signedIn(JOB)) {
            for (String path :
                    List.of(
                            "/",
                            "/jobs",
                            "/sites",
                            "/models",
                            "/governance",
                            JOB,
                            JOB + "/rounds/7")) {
                page.navigate(stage.address(path));
                page.waitForSelector("main .panel");
                for (int width : List.of(320, 390, 768, 1024, 1280, 1440)) {
                    page.setViewportSize(width, 900);
                    Chromium.assertNoSidewaysScroll(page, path + " at " + width);
                }
            }
        }
    }

    private Page signedIn(String path) {
        var page = chromium.open(Chromium.Look.DESK);
        Chromium.signIn(page, stage.address(path), Stage.TOKEN);
        return page;
    }
}
