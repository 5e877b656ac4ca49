package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.Page;

import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What the pages say is so: no more than what is known, in units and from a first number that people use. */
class PageWordsTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void theCertificateIsSpokenOfAsFarAsTheRoundHasCome() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        long round = desk.open(Instant.now());
        try (var page = PAGE.signedIn(JOB + "/rounds/1")) {
            var foot = page.locator("[aria-labelledby=h-cohort] .panel__foot");
            assertThat(foot).containsText("Nothing is revealed yet");
            desk.pass(Instant.now(), "revealed", round, "site-1");
            assertThat(foot).containsText("Sites reveal shares now");
            desk.close(Instant.now(), round, 9, Set.of());
            assertThat(foot).containsText("with enough of them this sum was opened");
            desk.giveUp(Instant.now(), desk.open(Instant.now()), "4 of 7 inputs; 5 are needed");
            page.navigate(PAGE.address(JOB + "/rounds/2"));
            assertThat(foot).containsText("No result of this round is used");
        }
    }

    /** From any page; and it has an address of its own. */
    @Test
    void whatTheWordsMeanIsOneClickAway() {
        PAGE.show(ScriptedDesk.of(7));
        try (var page = PAGE.signedIn(JOB)) {
            page.click("text=What the words mean");
            assertThat(page.locator("h1")).hasText("What the words mean");
            for (String word : List.of("Masked input", "Epoch", "Commit", "Observer", "AUC")) {
                assertThat(page.locator(".glossary dt:text-is('" + word + "')")).hasCount(1);
            }
            Chromium.assertAccessibleInEveryLook(page, "words");
            page.reload();
            assertThat(page.locator("h1")).hasText("What the words mean");
        }
    }

    @Test
    void theOverviewCountsFailuresAndSaysWhatIsSpentAndByWhom() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(10, 9);
        desk.deadlineSeconds = 3600;
        desk.open(Instant.now().minusSeconds(60));
        for (String site : desk.sites.subList(0, 6)) {
            desk.pass(Instant.now().minusSeconds(50), "uploaded", 11, site);
        }
        try (var page = PAGE.signedIn("/")) {
            assertThat(stat(page, "Privacy spent")).containsText("ε\u00a01.58 of 3.00");
            assertThat(stat(page, "Privacy spent"))
                    .containsText("charged by each site’s own ledger");
            assertThat(page.locator("[aria-labelledby=h-coordinator]"))
                    .containsText("promises ε ≤ 3.00 at δ = 10⁻⁵ per record");
            assertThat(stat(page, "Jobs failed")).containsText("0 of 1");
            var funnel = page.locator(".funnel");
            assertThat(funnel.locator("div").nth(3)).hasText("uploaded6");
            var late = page.locator(".alert:has-text('site-7 is late')");
            assertThat(late)
                    .containsText(
                            "usually it takes under 4.1 s. Without it the round closes at 6 of 7"
                                    + " and needs 5; 2 more losses would stop the round.");
            assertThat(late.locator(".next")).containsText("ask the operator of site-7");
            assertThat(late.locator("h3 .keep")).hasText("site-7");
            desk.fail("too few sites came back");
            assertThat(stat(page, "Jobs failed")).containsText("1 of 1");
            assertThat(stat(page, "Jobs failed")).containsText("1 in the last 24 hours");
        }
    }

    @Test
    void everyModelHasItsLineByTheNumberOfItsFoldAndEveryMetricItsCurve() {
        PAGE.show(ScriptedDesk.of(7)).folds(5, 3, 0.043);
        try (var page = PAGE.signedIn(JOB)) {
            var loss = page.locator("[aria-labelledby=h-loss] svg");
            assertThat(loss.locator("path.line")).hasCount(6);
            for (String label : List.of("fold 1 of 5", "fold 5 of 5", "final", "log loss")) {
                assertThat(loss.locator("text:text-matches('^" + label + "')")).hasCount(1);
            }
            assertThat(page.locator(".feed")).containsText("train, fold 5 of 5");
            assertThat(page.locator(".feed"))
                    .containsText("Evaluated after round 20, over the folds so far: AUC 0.850");
            assertThat(page.locator("main")).not().containsText("fold 0");
            var evaluated = page.locator("[aria-labelledby=h-evaluated]");
            assertThat(evaluated.locator("output"))
                    .hasText("After 5\u00a0folds of 5: AUC 0.850 ± 0.001");
            assertThat(evaluated.locator("path.band")).hasCount(1);
            evaluated.locator("select").selectOption("logLoss");
            assertThat(evaluated.locator("output"))
                    .hasText("After 5\u00a0folds of 5: Log loss 0.330");
            assertThat(evaluated.locator("path.band")).hasCount(0);
        }
    }

    @Test
    void theAxisOfAFastRoundIsInMillisecondsAndItsLinesFollowIt() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 0.043);
        desk.complete();
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".axis-row span").nth(1)).hasText("10\u00a0ms");
            assertEquals("0.01", page.evaluate(GRID));
            assertThat(page.locator("[data-site='site-1'] .usual")).hasCount(0);
            var strip = page.locator("section[aria-labelledby=h-history]");
            assertThat(strip.locator("tbody tr").first()).containsText("under 64\u00a0ms");
            assertThat(strip).containsText("told in classes only");
            assertThat(page.locator("[aria-labelledby=h-round]"))
                    .containsText("The times of one round are exact");
            PAGE.show(ScriptedDesk.of(7)).history(2, 9);
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator(".axis-row span").nth(1)).hasText("2.0\u00a0s");
            assertEquals("2", page.evaluate(GRID));
        }
    }

    private static final String GRID =
            "() => getComputedStyle(document.querySelector('.track')).getPropertyValue('--grid')";

    @Test
    void underNoiseTheBandIsThatOfTheNoiseAndNoCurveIsMadeUp() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(7, 9);
        try (var page = PAGE.signedIn(JOB)) {
            var noise = page.locator("[aria-labelledby=h-noise]");
            // Without the seventh site: 1.96 · 0.01 · √6.
            assertThat(noise.locator("output"))
                    .hasText("Round 7, 6\u00a0sites in the sum: noise within ± 0.048");
            assertThat(noise).containsText("no loss and no metric leaves a site");
            assertThat(noise.locator("path.band")).hasCount(1);
            assertThat(noise.locator("path.line")).hasCount(0);
            var round = page.locator("[aria-labelledby=h-round]");
            assertThat(round).containsText("under noise no site tells when it trains");
            assertThat(round).not().containsText("trained for");
            assertThat(page.locator("#h-loss, #h-evaluated")).hasCount(0);
            assertThat(stat(page, "Privacy spent")).containsText("of 3.00");
        }
    }

    @Test
    void ofManySitesEachIsReadByKeyboardAndTouchAndTimesThatAreNotKeptAreNotDrawn() {
        var desk = PAGE.show(ScriptedDesk.of(200));
        desk.history(6, 9);
        try (var page = PAGE.signedIn(JOB)) {
            var read = page.locator(".waffle__readout");
            var cells = page.locator(".waffle button");
            assertThat(cells).hasCount(200);
            assertThat(page.locator(".waffle button[tabindex='0']")).hasCount(1);
            cells.first().focus();
            assertThat(read).hasText("site-001: Included");
            page.keyboard().press("ArrowRight");
            assertThat(read).hasText("site-002: Included");
            page.keyboard().press("End");
            assertThat(read).hasText("site-200: Included");
            page.keyboard().press("ArrowUp");
            assertThat(read).not().hasText("site-200: Included");
            page.locator("button[aria-label^='site-017']").click();
            assertThat(read).hasText("site-017: Included");
            assertThat(page.locator(".axis-row")).hasCount(0);
            assertThat(page.locator(".lanes"))
                    .containsText(
                            "Times are kept of rounds of up to 64 sites, so not of this one.");
            assertThat(page.locator(".lanes tbody")).containsText("nobody is late or has dropped");
            assertThat(page.locator(".stat").nth(1)).containsText("200 of 200needs 134");
            desk.leaves(Instant.now(), "site-150");
            page.click(".main-nav >> text=Sites");
            assertThat(page.locator("tbody tr").first()).containsText("site-150");
        }
    }

    @Test
    void aModelSaysWhereItComesFromHowGoodEachFoldIsAndWhatNobodyRecorded() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.folds(5, 3, 0.043);
        desk.complete();
        try (var page = PAGE.signedIn("/models")) {
            assertThat(page.locator("tbody tr")).containsText("0.850");
            assertThat(page.locator("tbody tr")).containsText("none promised");
            page.click("tbody a");
            assertThat(page.locator("h1")).hasText("two-year-risk, version 1");
            assertThat(page.locator(".status--chip").first()).hasText("Newest version");
            assertThat(page.locator(".files li").first()).containsText("model.safetensors");
            assertThat(page.locator(".files"))
                    .containsText("fold-0.safetensorsweights of the model of fold 1");
            assertThat(page.locator("[aria-labelledby=h-files]"))
                    .containsText("Files count folds from 0, pages from 1");
            var lineage = page.locator("[aria-labelledby=h-lineage]");
            assertThat(lineage).containsText("1 field against job");
            assertThat(lineage).containsText("of no earlier version’s weights");
            assertThat(lineage)
                    .containsText("7 of 7 sites, 6 of them in every sum; a sum needed at least 5");
            var folds = page.locator("[aria-labelledby=h-folds] tbody tr");
            assertThat(folds).hasCount(6);
            assertThat(folds.first()).hasText("Fold 10.834 ± 0.0060.3300.8700.02413721");
            assertThat(folds.last()).hasText("All folds0.850 ± 0.0010.3300.8700.024685105");
            assertThat(page.locator("[aria-labelledby=h-fair]"))
                    .containsText("No group of patients was compared");
            assertThat(page.locator(".ladder .result .allow")).hasText("WEIGHTS");
            assertThat(page.locator("[aria-labelledby=h-card]")).containsText("not recorded");
            assertThat(page.locator("[aria-labelledby=h-cohort] tbody tr").first())
                    .hasText("site-123 of 23");
        }
    }

    @Test
    void aModelUnderNoiseHasItsPriceAndNoNumberThatWouldHaveLeftBesideIt() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(40, 0.043);
        desk.complete();
        try (var page = PAGE.signedIn("/models/" + ScriptedDesk.JOB)) {
            assertThat(stat(page, "Privacy")).containsText("ε\u00a03.00 of 3.00");
            assertThat(stat(page, "Privacy")).containsText("after 40\u00a0rounds that were opened");
            assertThat(stat(page, "Sums")).containsText("6 of the 7\u00a0sites are in all of them");
            assertThat(stat(page, "AUC")).containsText("not in the sums of this plan");
            assertThat(page.locator("[aria-labelledby=h-folds]"))
                    .containsText("an evaluation needs exact counts");
            // In every seventh of 40 sums it is missing.
            assertThat(page.locator("[aria-labelledby=h-cohort] tbody tr").last())
                    .hasText("site-735 of 40");
            assertThat(page.locator("[aria-labelledby=h-lineage]"))
                    .containsText("7 of 7 sites, 6 of them in every sum");
        }
    }

    @Test
    void jobsStandInGroupsAndWhatEachThatIsNotOverHasSpentIsTold() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.promise(3);
        desk.history(10, 0.043);
        var begun = Instant.now().minusSeconds(900);
        desk.others.addAll(
                List.of(
                        MadeUpViews.other("probe", JobState.FAILED, begun, desk.sites, 3),
                        MadeUpViews.other("held", JobState.PAUSED, begun, desk.sites, 20)));
        try (var page = PAGE.signedIn("/jobs")) {
            assertThat(page.locator("tr.group"))
                    .hasText(new String[] {"Running: 1", "Waiting: 1", "Failed or cancelled: 1"});
            assertThat(stat(page, "Waiting")).containsText("0 for approval, 1 paused");
            assertThat(page.locator("tbody").first()).containsText("ε\u00a01.50 of 3.00");
            // The round that was given up counts: 3 · √(4/40).
            assertThat(page.locator("tr:has-text('probe')")).containsText("ε\u00a00.95 of 3.00");
            page.locator("#state").selectOption("failed");
            assertThat(page.locator("tr.group")).hasText(new String[] {"Failed or cancelled: 1"});
            page.click(".main-nav >> text=Overview");
            // Half of the other's rounds: 3 · √(20/40), rounded up; it is nearer to its end.
            assertThat(stat(page, "Privacy spent")).containsText("ε\u00a02.13 of 3.00held");
            assertThat(stat(page, "Privacy spent"))
                    .containsText("Others not ended: two-year-risk ε\u00a01.50 of 3.00");
        }
    }

    @Test
    void theCostCardComparesTheSameBytes() {
        PAGE.show(ScriptedDesk.of(7)).history(10, 9);
        try (var page = PAGE.signedIn(JOB)) {
            // 700 bytes of each site, one of whom is not in one of 10 sums; 40 are planned.
            assertThat(page.locator("[aria-labelledby=h-cost] tr:has-text('Masked inputs')"))
                    .hasText("Masked inputs in the sums, all sites47.2\u00a0KiB191.4\u00a0KiB");
        }
    }

    private static com.microsoft.playwright.Locator stat(Page page, String term) {
        return page.locator(".stat:has(dt:text-is('" + term + "'))");
    }
}
