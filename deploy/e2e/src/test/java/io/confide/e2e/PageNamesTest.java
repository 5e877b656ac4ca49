package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;

import io.confide.common.files.Json;
import io.confide.common.governance.Event;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Names and sentences that others chose are shown as they are, on every page and in every dialog: no script of theirs runs,
 * nothing of theirs becomes a part of the page, and what stands after them stands where it would stand after any other.
 */
class PageNamesTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;
    private static final long SEED = 20261123;
    private static final int MADE = 20;

    /** Names of accounts are not longer. */
    private static final int ACCOUNT_MAX = 63;

    private static final List<String> WORDS = HostileWords.of(SEED, MADE);

    /** The names of sites are of small letters, digits and hyphens: what could turn a sentence round is no such name anywhere. */
    private static final List<String> SITES =
            WORDS.stream()
                    .filter(word -> !word.matches(".*[\\u0590-\\u08ff\\u200f-\\u2069].*"))
                    .toList();

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void theSameSeedMakesTheSameWordsAndNoneTwice() {
        assertEquals(WORDS, HostileWords.of(SEED, MADE));
        assertEquals(HostileWords.LIST.size() + MADE, new HashSet<>(WORDS).size());
        assertTrue(WORDS.stream().allMatch(word -> word.length() <= 500));
    }

    @Test
    void whateverSomebodyCallsAThingIsShownAsItIs() {
        for (var event : WORDS) {
            log(event);
        }
        int measured = 0;
        for (String name :
                List.of(HostileWords.MARKUP, HostileWords.RIGHT_TO_LEFT, HostileWords.ENDLESS)) {
            var desk = new ScriptedDesk(name, new StudyView("study", "purpose", "who"), SITES);
            PAGE.stage().show(desk);
            PAGE.stage().behind(HostileDesk.of(desk, WORDS));
            desk.history(8, 3);
            desk.evaluate(0, Set.of(SITES.getFirst()));
            long round = desk.open(Instant.now());
            desk.drop(Instant.now(), round, SITES.getLast(), "upload", "connection lost");
            desk.leaves(Instant.now(), SITES.getLast());
            try (var page = PAGE.signedIn("/")) {
                calledSo(page, name);
                var shown = new Shown(page, name);
                shown.at("/", ".tile");
                shown.at(JOB, ".lanes");
                page.click("text=The whole plan");
                assertThat(page.locator("main")).containsText("SHA-256 of the plan");
                shown.check("plan");
                page.click("text=Cancel job…");
                shown.check("cancel");
                page.keyboard().press("Escape");
                shown.at(JOB + "/rounds/7", "#h-proof + *, #h-proof");
                shown.at("/sites", "tbody tr");
                invite(page, shown);
                shown.at("/governance", "#h-log");
                assertThat(page.locator("[aria-labelledby=h-log] tbody tr")).not().hasCount(0);
                shown.check("event log");
                desk.fail(WORDS.get(3) + ". " + name);
                shown.at(JOB, ".alert--box");
                page.click("text=Retry job…");
                page.click("dialog >> text=Retry job");
                assertThat(page.locator("dialog [role=alert]")).hasCount(1);
                shown.check("retry");
                page.keyboard().press("Escape");
                shown.at("/", ".alert");
                shown.at("/jobs", "tbody tr");
                desk.complete();
                shown.at("/models", "tbody tr");
                shown.at("/models/" + ScriptedDesk.JOB, "#h-card");
                assertThat(page.locator("[aria-labelledby=h-card] dt:text-is('Purpose')"))
                        .hasCount(1);
                shown.check("model");
                shown.assertAllSeen();
                measured += shown.measured;
            }
        }
        assertTrue(measured > 10, "words after a name from the right were measured: " + measured);
    }

    /** Who did what, all of it as hostile as it gets. */
    private static void log(String word) {
        boolean even = WORDS.indexOf(word) % 2 == 0;
        PAGE.stage()
                .done(
                        new Event(
                                Instant.now(),
                                word,
                                word,
                                (even ? "submission/" : "artifact/" + ScriptedDesk.JOB + "/")
                                        + word,
                                Optional.of("deny"),
                                List.of(word, word),
                                Json.object().with("times", 2).with("name", word)));
    }

    /** As if whoever looks were called so. */
    private static void calledSo(Page page, String name) {
        page.route(
                "**/api/v1/me",
                route -> {
                    var answer = route.fetch();
                    var me = JsonParser.parseString(answer.text()).getAsJsonObject();
                    me.addProperty("name", name.substring(0, Math.min(name.length(), ACCOUNT_MAX)));
                    route.fulfill(
                            new Route.FulfillOptions().setResponse(answer).setBody(me.toString()));
                });
    }

    /** The page asks nobody for a name that no site has; the coordinator refuses it too. */
    private static void invite(Page page, Shown shown) {
        page.click("text=Invite a site…");
        page.locator("#site").fill(HostileWords.MARKUP);
        page.click("text=Make a token");
        assertThat(page.locator("dialog pre")).hasCount(0);
        page.evaluate("() => document.querySelector('#site').removeAttribute('pattern')");
        page.click("text=Make a token");
        assertThat(page.locator("dialog [role=alert]")).hasCount(1);
        shown.check("invite");
        page.keyboard().press("Escape");
    }

    /** What is looked at, under one name. */
    private static final class Shown {
        private final Page page;
        private final String name;
        private final Set<String> seen = new HashSet<>();
        private int measured;

        Shown(Page page, String name) {
            this.page = page;
            this.name = name;
        }

        void at(String path, String ready) {
            page.navigate(PAGE.address(path));
            page.waitForSelector(ready);
            if (!path.equals("/sites")) {
                assertThat(page.locator("main")).containsText(head(name));
            }
            check(path);
        }

        @SuppressWarnings("unchecked")
        void check(String where) {
            String at = where + " of " + name;
            var found = (Map<String, Object>) page.evaluate(LOOK, WORDS);
            assertEquals(false, found.get("injected"), at);
            assertEquals(List.of(), found.get("foreign"), at);
            assertEquals(List.of(), found.get("mixed"), at);
            assertEquals(List.of(), found.get("turned"), at);
            measured += ((Number) found.get("measured")).intValue();
            seen.addAll((List<String>) found.get("seen"));
            Chromium.assertNoSidewaysScroll(page, at);
            page.setViewportSize(Chromium.Look.PHONE.width(), Chromium.Look.PHONE.height());
            Chromium.assertNoSidewaysScroll(page, at + ", phone");
            page.setViewportSize(Chromium.Look.DESK.width(), Chromium.Look.DESK.height());
        }

        void assertAllSeen() {
            var unseen = new HashSet<>(WORDS);
            unseen.removeAll(seen);
            assertEquals(Set.of(), unseen);
        }

        private static String head(String name) {
            return name.substring(0, name.offsetByCodePoints(0, 3));
        }
    }

    /**
     * Whether a script ran; parts of the page that it has none of its own; blocks in which words of the page share the
     * direction of a name that runs from the right; words after such a name that do not stand at its right, and how many were
     * measured; and which of the words are shown.
     */
    private static final String LOOK =
            """
            (words) => {
              const plain = (text) => text.toLowerCase().replace(/[\\u2066-\\u2069]/g, "").replace(/[\\s/]+/g, " ").trim();
              const body = plain(document.body.textContent);
              const rtl = /[\\u0590-\\u08ff\\u202b\\u202e\\u2067]/;
              const foreign = [...document.querySelectorAll("x-hostile, img, iframe, object, embed, body style, body script:not([src]), [onerror], [onload], [onclick], [srcdoc], a[href^=javascript]")].map((e) => e.outerHTML.slice(0, 90));
              const longest = words.map(plain).sort((a, b) => b.length - a.length);
              const isolates = (e) => { const s = getComputedStyle(e); return s.display !== "inline" || /isolate|plaintext/.test(s.unicodeBidi); };
              const blockOf = (node) => { let e = node.parentElement; while (getComputedStyle(e).display === "inline") e = e.parentElement; return e; };
              const mixed = new Set(), turned = [];
              let measured = 0;
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              const texts = [];
              while (walker.nextNode()) texts.push(walker.currentNode);
              const drawn = (node) => { const r = document.createRange(); r.selectNodeContents(node); return [...r.getClientRects()].filter((b) => b.width > 0); };
              texts.forEach((node, i) => {
                if (!rtl.test(node.data) || drawn(node).length === 0) return;
                let scope = node.parentElement;
                while (!isolates(scope)) scope = scope.parentElement;
                let rest = plain(scope.textContent.replace(/\\u2068[^\\u2069]*\\u2069/g, " "));
                if (!rtl.test(rest)) return;
                for (const word of longest) rest = rest.split(word).join(" ");
                rest = rest.trim();
                if (/[\\p{L}\\p{N}]/u.test(rest) && !longest.some((word) => word.startsWith(rest))) mixed.add(scope.tagName + "." + scope.className + ": " + scope.textContent.slice(0, 160) + " | " + rest.slice(0, 60));
                if (getComputedStyle(scope).display !== "inline") return;
                const next = texts.slice(i + 1).find((other) => !scope.contains(other) && /\\S/.test(other.data) && drawn(other).length);
                if (!next || blockOf(next) !== blockOf(node) || rtl.test(next.data)) return;
                const after = drawn(next)[0];
                const beside = drawn(node).filter((box) => box.top < after.bottom - 2 && box.bottom > after.top + 2);
                if (beside.length === 0) return;
                measured++;
                if (after.left < Math.max(...beside.map((box) => box.right)) - 1) turned.push(scope.textContent.slice(0, 60) + " then " + next.data.slice(0, 60));
              });
              return {
                injected: "injected" in window, foreign, mixed: [...mixed], turned, measured,
                seen: words.filter((word) => body.includes(plain(word)) || body.includes(plain(word.slice([...word][0].length)))),
              };
            }
            """;
}
