package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

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
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A real browser. Where it is not installed, tests that need it are skipped, or fail if {@code CONFIDE_BROWSER=required} is in
 * the environment: nobody takes a run without them for a whole one.
 */
final class Chromium implements AutoCloseable {
    private static final Path EXECUTABLE = Path.of("/usr/bin/chromium");
    private static final String MISSING =
            "The page was not tested: Chromium is not at /usr/bin/chromium (Debian: apt-get install"
                    + " --no-install-recommends chromium)";
    private static final String AXE = "META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    private static final List<String> GUIDELINES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
    private static final List<String> COLOURS = List.of("color-contrast", "link-in-text-block");

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> failures = new CopyOnWriteArrayList<>();

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

    /** The browser of this JVM, which ends with it: starting one takes longer than most tests. */
    static Chromium shared() {
        assumeInstalled();
        return Shared.BROWSER;
    }

    private static final class Shared {
        static final Chromium BROWSER = start();

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(BROWSER::close));
        }
    }

    static Chromium start() {
        assumeInstalled();
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

    private static void assumeInstalled() {
        if (!Files.isExecutable(EXECUTABLE)) {
            missing(Optional.ofNullable(System.getenv("CONFIDE_BROWSER")));
        }
    }

    /**
     * Skips the test that asks, or fails it.
     *
     * @param wanted {@code required}, or nothing for a developer's machine
     */
    static void missing(Optional<String> wanted) {
        if (wanted.isPresent()) {
            fail(
                    wanted.get().equals("required")
                            ? MISSING + ", and CONFIDE_BROWSER=required asks for it."
                            : "CONFIDE_BROWSER="
                                    + wanted.get()
                                    + " is unknown: set it to required, or unset it to skip the"
                                    + " tests of the page.");
        }
        abort(MISSING + "; CONFIDE_BROWSER=required makes this a failure.");
    }

    /** A browser of somebody new; the coordinator's own authority is not installed in it. */
    Page open(Look look, boolean bypassPolicy) {
        return open(options(look).setBypassCSP(bypassPolicy));
    }

    /** A browser of somebody who has been here before and left {@code state}. */
    Page open(Look look, String state) {
        return open(options(look).setStorageState(state));
    }

    private static Browser.NewContextOptions options(Look look) {
        return new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setColorScheme(look.colours())
                .setViewportSize(look.width(), look.height());
    }

    /** Closes whatever is open in this browser. */
    void forgetEverybody() {
        List.copyOf(browser.contexts()).forEach(BrowserContext::close);
    }

    private Page open(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(10_000);
        var page = context.newPage();
        page.onPageError(error -> failures.add("error in the page: " + error));
        page.onDialog(
                dialog -> {
                    failures.add("the page asks: " + dialog.message());
                    dialog.dismiss();
                });
        return page;
    }

    /** What has gone wrong in pages since this was asked last: errors that no script caught, and questions of the browser's own. */
    List<String> failures() {
        var all = List.copyOf(failures);
        failures.clear();
        return all;
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
        assertEquals(List.of(), axe(page, "tag", GUIDELINES), where);
    }

    /**
     * Asserts the same in light and in dark. The dark page is the same document in other colours, so only the rules on colours
     * are asked again. Ends as it began.
     */
    static void assertAccessibleInBothColours(Page page, String where) {
        assertAccessible(page, where);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertEquals(List.of(), axe(page, "rule", COLOURS), where + ", dark");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
    }

    /** Asserts the same in light, in dark and on a phone. Ends as it began. */
    static void assertAccessibleInEveryLook(Page page, String where) {
        assertAccessibleInBothColours(page, where);
        page.setViewportSize(Look.PHONE.width(), Look.PHONE.height());
        assertAccessible(page, where + ", phone");
        page.setViewportSize(Look.DESK.width(), Look.DESK.height());
    }

    /** What axe-core has against the page by these rules, or by all rules with one of these tags. */
    private static Object axe(Page page, String type, List<String> values) {
        if (page.evaluate("() => 'axe' in window").equals(false)) {
            page.evaluate(axe());
        }
        return page.evaluate(
                """
                async ([type, values]) => {
                  const result = await axe.run(document, { runOnly: { type, values }, resultTypes: ["violations"] });
                  return result.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | "));
                }
                """,
                List.of(type, values));
    }

    /** Asserts that the page is not wider than its window, and that no word of a panel stands outside its frame. */
    static void assertNoSidewaysScroll(Page page, String where) {
        assertEquals(List.of(), page.evaluate(OUTSIDE), where);
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

    private static final String OUTSIDE =
            """
            () => {
              const found = [];
              for (const panel of document.querySelectorAll(".panel")) {
                const frame = panel.getBoundingClientRect();
                const cut = (e) => e !== panel && (getComputedStyle(e).overflowX !== "visible" || cut(e.parentElement));
                const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
                const range = document.createRange();
                for (let node; (node = walker.nextNode()); ) {
                  if (!node.data.trim() || node.parentElement.closest(".vh, svg")) continue;
                  range.selectNodeContents(node);
                  const out = [...range.getClientRects()].some((r) => r.width > 0 && (r.right > frame.right + 0.5 || r.left < frame.left - 0.5));
                  if (out && !cut(node.parentElement)) found.push(node.data.trim());
                }
              }
              return found.slice(0, 8);
            }
            """;

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

    /** Fails if something has gone wrong in a page that nobody has asked for. */
    @Override
    public void close() {
        browser.close();
        playwright.close();
        assertEquals(List.of(), failures());
    }
}
