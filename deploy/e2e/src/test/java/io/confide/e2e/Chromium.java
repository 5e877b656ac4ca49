package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A real browser. Tests that need it are skipped where it is not installed. */
final class Chromium implements AutoCloseable {
    private static final Path EXECUTABLE = Path.of("/usr/bin/chromium");
    private static final String AXE = "META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** How somebody looks at the page. */
    record Look(int width, int height, ColorScheme colours) {
        static final Look DESK = new Look(1280, 900, ColorScheme.LIGHT);
        static final Look DARK = new Look(1280, 900, ColorScheme.DARK);
        static final Look PHONE = new Look(390, 844, ColorScheme.LIGHT);
    }

    static Chromium start() {
        assumeTrue(
                Files.isExecutable(EXECUTABLE),
                "the page was not tested: Chromium is not at /usr/bin/chromium"
                        + " (Debian: apt-get install --no-install-recommends chromium)");
        var playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        var browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(EXECUTABLE)
                                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
        return new Chromium(playwright, browser);
    }

    /** A browser of somebody new; the coordinator's own authority is not installed in it. */
    Page open(Look look, boolean bypassPolicy) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setIgnoreHTTPSErrors(true)
                                .setBypassCSP(bypassPolicy)
                                .setColorScheme(look.colours())
                                .setViewportSize(look.width(), look.height()));
        context.setDefaultTimeout(10_000);
        var page = context.newPage();
        page.onPageError(error -> System.err.println("error in the page: " + error));
        return page;
    }

    Page open(Look look) {
        return open(look, false);
    }

    static void signIn(Page page, String address, String token) {
        page.navigate(address);
        page.fill("#token", token);
        page.click("button[type=submit]");
        page.waitForSelector(".main-nav");
    }

    /** Signs in with an account. */
    static void signIn(Page page, String address, String name, String password) {
        page.navigate(address);
        page.fill("#name", name);
        page.fill("#password", password);
        page.click("button[type=submit]");
        page.waitForSelector(".main-nav");
    }

    /** Asserts that axe-core finds nothing that WCAG 2.2 A or AA forbids. */
    static void assertAccessible(Page page, String where) {
        page.evaluate(axe());
        var found =
                page.evaluate(
                        """
                        async () => {
                          const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
                          const result = await axe.run(document, { runOnly: rules });
                          return result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | "));
                        }
                        """);
        assertEquals(List.of(), found, where);
    }

    /** Asserts that the page is not wider than its window. */
    static void assertNoSidewaysScroll(Page page, String where) {
        assertEquals(
                0,
                page.evaluate(
                        """
                        () => {
                          if (document.documentElement.scrollWidth <= innerWidth) return 0;
                          const range = document.createRange();
                          const right = (e) => { range.selectNodeContents(e); return Math.max(range.getBoundingClientRect().right, e.getBoundingClientRect().right, e.getBoundingClientRect().left + e.scrollWidth); };
                          const wide = [...document.body.querySelectorAll("*")]
                            .filter((e) => !e.closest(".table-scroll") && right(e) > innerWidth + 0.5)
                            .map((e) => e.tagName + "." + e.className);
                          return document.documentElement.scrollWidth - innerWidth + ": " + wide.slice(0, 8).join(" ");
                        }
                        """),
                where);
    }

    private static String axe() {
        try (var script = Chromium.class.getClassLoader().getResourceAsStream(AXE)) {
            if (script == null) {
                throw new IllegalStateException(AXE + " is missing");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
