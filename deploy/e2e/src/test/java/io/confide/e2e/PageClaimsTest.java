package io.confide.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Route;

import io.confide.coordinator.job.JobSentences;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.StudyView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What the pages claim of everybody or of nobody is claimed only where it is known. */
class PageClaimsTest {
    private static final String JOB = "/jobs/" + ScriptedDesk.JOB;

    @RegisterExtension static final PageStage PAGE = PageStage.usual();

    @Test
    void whileAlertsAreNotKnownNobodyIsToldThatNothingNeedsAPerson() {
        PAGE.show(ScriptedDesk.of(7)).history(3, 9);
        try (var page = PAGE.signedIn("/sites")) {
            page.route("**/api/v1/alerts", Route::abort);
            page.navigate(PAGE.address("/"));
            var said = page.locator(".page-head p");
            assertThat(said).containsText("What needs a person is not known.");
            assertThat(page.locator("main")).containsText("Alerts could not be read");
            page.unrouteAll();
            assertThat(said).containsText("Nothing needs a person.");
        }
    }

    @Test
    void anEvaluationNamesTheSitesThatAreMissingInIt() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        desk.evaluate(0, Set.of("site-6"));
        try (var page = PAGE.signedIn(JOB)) {
            var drawn = page.locator("[aria-labelledby=h-evaluated]");
            assertThat(drawn)
                    .containsText("out of fold, over the sites in the sums; without site-6");
            desk.evaluate(1, Set.of());
            var over = "out of fold, over the sites in the sums; site-6 not in every one";
            assertThat(drawn).containsText(over);
            desk.complete();
            var evaluation = page.locator("[aria-labelledby=h-metrics]");
            assertThat(evaluation).containsText(over);
            assertThat(evaluation).containsText("Rows in the evaluation");
        }
    }

    @Test
    void theTileAndTheEvaluationSayWhatTheCurveSaysWhateverTheListOfJobsTakes() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(3, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".stats")).containsText("Training loss");
            page.route(url -> url.endsWith("/api/v1" + JOB), Route::abort);
            desk.evaluate(1, Set.of());
            assertThat(page.locator("[aria-labelledby=h-evaluated]")).hasCount(1);
            assertThat(page.locator(".stat:has-text('AUC')")).hasCount(1);
            assertThat(page.locator("[aria-labelledby=h-metrics]")).containsText("Rows in the");
        }
    }

    @Test
    void ofMoreSitesThanTimesAreKeptOfWhoIsLateIsSeenWhereTheAlertNamesIt() {
        var desk = PAGE.show(ScriptedDesk.of(200));
        desk.history(6, 9);
        desk.deadlineSeconds = 3600;
        long round = desk.open(Instant.now().minusSeconds(60));
        for (String site : desk.sites.subList(1, 200)) {
            desk.pass(Instant.now().minusSeconds(50), "uploaded", round, site);
        }
        try (var page = PAGE.signedIn("/")) {
            assertThat(page.locator(".alert:has-text('site-001 is late')")).hasCount(1);
            assertThat(page.locator(".tile").first()).containsText("site-001");
            assertThat(page.locator(".tile").first()).containsText("Late");
            page.navigate(PAGE.address(JOB));
            assertThat(page.locator(".w-late button")).hasCount(1);
            assertThat(page.locator(".lanes tbody tr[data-site='site-001']"))
                    .containsText("usually under 4.1\u00a0s");
        }
    }

    @Test
    void howFarALostSiteWasIsNotKnownUnlessItSaidSo() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(1, 9);
        var opened = Instant.now().minusSeconds(3);
        long round = desk.open(opened);
        desk.pass(
                opened.plusSeconds(1),
                "progress",
                Map.of("round", round, "site", "site-5", "stage", "TRAINING"));
        for (String site : List.of("site-5", "site-6")) {
            desk.drop(opened.plusSeconds(2), round, site, "upload", "connection lost");
        }
        try (var page = PAGE.signedIn(JOB)) {
            var facts = ".lanes tbody tr[data-site='%s'] .facts";
            assertThat(page.locator(facts.formatted("site-5")))
                    .hasAttribute(
                            "aria-label",
                            "registered yes, configured yes, training yes, uploaded dropped,"
                                    + " included no");
            assertThat(page.locator(facts.formatted("site-6")))
                    .hasAttribute(
                            "aria-label",
                            "registered yes, configured yes, training not known, uploaded dropped,"
                                    + " included no");
        }
    }

    @Test
    void underNoiseNobodyIsSaidToTrain() {
        var desk = PAGE.show(ScriptedDesk.of(60));
        desk.promise(3);
        desk.history(1, 9);
        desk.deadlineSeconds = 3600;
        desk.open(Instant.now());
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".waffle-groups"))
                    .containsText("Asked, not stored yet: 60 of 60");
        }
    }

    @Test
    void aSiteThatWasNotAskedIsNotLeftOutOfTheCount() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.without("site-6");
        desk.history(1, 9);
        try (var page = PAGE.signedIn(JOB + "/rounds/1")) {
            assertThat(page.locator(".page-head"))
                    .containsText("6 of 7 (site-6 not asked) are in the sum");
            assertThat(page.locator(".stat").first()).containsText("6 of 7");
            assertThat(page.locator(".steps")).containsText("6 of 7 stored");
            assertThat(page.locator(".lanes tfoot")).containsText("6 of 7; below 5");
        }
    }

    @Test
    void whatAFailedJobAdvisesIsItsOneNextStep() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 9);
        desk.fail("Round 3 has 4 inputs; missing: site-6. Start site-6 and retry the job.");
        try (var page = PAGE.signedIn(JOB)) {
            var box = page.locator(".alert--box p");
            assertThat(box)
                    .hasText(
                            new String[] {
                                "Round 3 has 4 inputs; missing: site-6.",
                                "start site-6 and retry the job."
                            });
            page.navigate(PAGE.address("/"));
            assertThat(page.locator(".alert .next")).hasText("start site-6 and retry the job.");
        }
    }

    @Test
    void theCommandByWhichStewardsApproveIsThereOnceAndAReasonWhereThereIsOne() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        String hash = desk.view().planHash();
        String command = "confide participant approve --plan ";
        String waits = "pending-approval: This plan waits for approval: " + command + hash + ".";
        desk.verdicts.replaceAll((_, _) -> waits);
        try (var page = PAGE.signedIn(JOB)) {
            var answers = page.locator("[aria-labelledby=h-verdicts].panel");
            assertThat(answers.locator("pre")).hasText(command + hash.substring(0, 8));
            assertThat(answers.locator("td")).hasText(all("Not approved yet"));
            assertThat(answers.locator("th[scope=col]")).hasText(new String[] {"Site", "Answer"});
            desk.verdicts.replaceAll((_, _) -> "permitted");
            desk.verdicts.put("site-3", "denied: No study of this name.");
            page.navigate(PAGE.address(JOB));
            assertThat(answers.locator("pre")).hasCount(0);
            assertThat(answers.locator("tr:has-text('site-3')"))
                    .containsText("DeniedNo study of this name.");
            page.navigate(PAGE.address("/governance"));
            var plan = page.locator("[aria-labelledby=h-plans] tbody tr");
            assertThat(plan).containsText("6 of 7 sites");
            assertThat(plan).containsText("denied: site-3");
        }
    }

    private static String[] all(String text) {
        return Collections.nCopies(7, text).toArray(String[]::new);
    }

    @Test
    void whereJobsShareANameEachIsToldByItsIdToo() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 9);
        try (var page = PAGE.signedIn("/")) {
            var tiles = page.locator("#h-tiles");
            assertThat(tiles).hasText("Sites of two-year-risk, round 2");
            var at = Instant.now();
            var other = MadeUpViews.other(desk.name, JobState.PAUSED, at, desk.sites, 3);
            desk.others.add(other);
            assertThat(page.locator(".alert")).containsText("job " + other.id().substring(0, 8));
            String own = ScriptedDesk.JOB.toString().substring(0, 8);
            assertThat(tiles).hasText("Sites of two-year-risk, job\u00a0" + own + ", round 2");
        }
    }

    @Test
    void aJobIsListedWhateverItsStateAndOneInTheQueueIsToldAsSuch() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 9);
        for (var state : JobState.values()) {
            String name = state.name().toLowerCase(Locale.ROOT).replace('_', '-');
            desk.others.add(MadeUpViews.other(name, state, Instant.now(), desk.sites, 0));
        }
        try (var page = PAGE.signedIn("/jobs")) {
            assertThat(page.locator(".table--jobs [data-label=Sites]"))
                    .hasCount(JobState.values().length + 1);
            assertThat(page.locator(".stats")).containsText("1 in the queue, 1 for approval");
            page.navigate(PAGE.address("/"));
            assertThat(page.locator("main")).containsText("1 waits in the queue");
        }
    }

    @Test
    void whatWaitsInTheQueueIsToldNothingOfSitesAndRoundsThatItDoesNotHaveYet() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.complete();
        var queued =
                MadeUpViews.other(
                        "queued", JobState.QUEUED, Instant.now().plusSeconds(60), desk.sites, 0);
        desk.others.add(queued);
        try (var page = PAGE.signedIn("/jobs/" + queued.id())) {
            assertThat(page.locator("[aria-labelledby=h-verdicts]"))
                    .containsText("Sites are asked when the job leaves the queue.");
            assertThat(page.locator("[aria-labelledby=h-verdicts] table")).hasCount(0);
            var plan = page.locator("[aria-labelledby=h-plan]");
            assertThat(plan).containsText("frozen, waits in the queue");
            assertThat(plan).containsText("Priority in the queuehigh");
            page.click("text=Cancel job…");
            var dialog = page.locator("dialog");
            assertThat(dialog).containsText("It does not begin.");
            assertThat(dialog).containsText("Keep it waiting");
            assertThat(dialog).not().containsText("What the sums so far have said");
            page.keyboard().press("Escape");
            page.navigate(PAGE.address("/"));
            assertThat(page.locator("#h-tiles")).containsText("Sites of two-year-risk");
            assertThat(page.locator(".table--jobs")).containsText("high priority");
            page.navigate(PAGE.address("/governance"));
            assertThat(page.locator("[data-label='Permitted by']").first())
                    .hasText("Not asked yet");
        }
    }

    @Test
    void aPlanThatWantsMoreInputsThanOpenASumIsToldWithBothNumbers() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.needed = 6;
        desk.history(2, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("[aria-labelledby=h-round] .panel__foot"))
                    .containsText(
                            "wants at least 6 inputs in a sum; the shares of 5 sites open it");
            assertThat(page.locator("[aria-labelledby=h-plan]"))
                    .containsText("at least 6 of 7, or it is not opened; the shares of 5 sites");
            page.navigate(PAGE.address("/jobs"));
            assertThat(page.locator("[data-label=Sites]")).hasText("7 needs\u00a06");
        }
    }

    @Test
    void whatASiteUsuallyTakesIsToldWhereTheTimesOfItsRoundsAreNotKept() {
        PAGE.show(ScriptedDesk.of(200)).history(7, 9);
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator("[aria-labelledby=h-history] tbody tr:has-text('site-200')"))
                    .containsText("6 of 7under");
            assertThat(page.locator(".lanes tfoot td").nth(1)).hasText("");
            assertThat(page.locator(".lanes tfoot td").last()).containsText("199 of 200");
        }
    }

    @Test
    void roundsThatAreNotToldAreCountedAmongThoseBesideThem() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 0.2);
        desk.open(Instant.now());
        desk.without("site-6");
        desk.history(3, 0.2);
        try (var page = PAGE.signedIn(JOB)) {
            var feed = page.locator("[aria-labelledby=h-feed]");
            assertThat(feed).containsText("Rounds 4 to 6 closed, each with 6 of 7 included");
            assertThat(feed)
                    .containsText("Rounds 1 to 3 closed, those told here with 7 of 7 included");
            assertThat(feed).containsText("Of a long job not every round is told here.");
        }
    }

    @Test
    void aRoundInWhichASiteDroppedIsNotCountedAmongThoseThatAreNotTold() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.history(2, 0.2);
        desk.open(Instant.now());
        desk.drop(Instant.now(), desk.open(Instant.now()), "site-6", "upload", "connection lost");
        desk.open(Instant.now());
        desk.history(1, 0.2);
        try (var page = PAGE.signedIn(JOB)) {
            var feed = page.locator("[aria-labelledby=h-feed]");
            assertThat(feed).containsText("Rounds 5 to 6 closed");
            assertThat(feed).containsText("site-6 dropped from round 4");
            assertThat(feed).containsText("Rounds 1 to 3 closed");
        }
    }

    @Test
    void whoWasNotAskedHasNotDropped() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.without("site-6");
        desk.deadlineSeconds = 3600;
        long round = desk.open(Instant.now());
        desk.drop(Instant.now(), round, "site-6", "open", "not connected");
        try (var page = PAGE.signedIn(JOB)) {
            var lane = page.locator(".lanes tbody tr[data-site='site-6']");
            assertThat(lane.locator(".status")).hasText("Not asked");
            assertThat(lane).containsText("not connected when the round opened");
            assertThat(page.locator(".steps")).containsText("6 at work");
            assertThat(page.locator("[aria-labelledby=h-round] .panel__head"))
                    .containsText("(site-6 not asked)");
            assertThat(page.locator("[aria-labelledby=h-feed]"))
                    .containsText("site-6 was not asked in round 1: not connected");
        }
    }

    @Test
    void aPlanThatEnoughSitesPermitAsksNobodyForAnything() {
        var desk = PAGE.show(ScriptedDesk.of(7));
        desk.waits(
                "waiting for approval of plan ab (5 of 7 sites permit it, %s); missing: site-6"
                        .formatted(JobSentences.STARTS_BY_ITSELF));
        try (var page = PAGE.signedIn(JOB)) {
            assertThat(page.locator(".alert--box .next")).hasText("nothing has to be done.");
            desk.waits("waiting for approval of plan ab (it needs at least 5 sites)");
            assertThat(page.locator(".alert--box .next")).containsText("ask the stewards");
        }
    }

    @Test
    void aRoundOfLongAgoIsToldWithItsDayOnceAndToTheSecond() {
        var study = new StudyView("pbc", "risk", "nobody");
        var sites = ScriptedDesk.of(7).sites;
        var desk = ScriptedDesk.past(Duration.ofDays(3), "long-ago", study, sites);
        PAGE.show(desk).history(2, 9);
        String job = desk.view().id();
        try (var page = PAGE.signedIn("/jobs/" + job + "/rounds/1")) {
            assertThat(page.locator(".stat:has-text('Took') .note"))
                    .hasText(
                            Pattern.compile(
                                    "\\d+ \\w+, \\d\\d:\\d\\d:\\d\\d to \\d\\d:\\d\\d:\\d\\d"));
        }
    }
}
