package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Priority;
import io.confide.coordinator.job.JobSentences;
import io.confide.coordinator.port.Views.ClockView;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.OpenRoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

class AlertsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final List<String> SITES = List.of("a", "b", "c", "d", "e", "f", "g");

    @Test
    void whenEverythingRunsNothingNeedsAPerson() {
        for (var state :
                List.of(
                        JobState.TRAINING,
                        JobState.KEY_SETUP,
                        JobState.COMPLETED,
                        JobState.CANCELLED)) {
            assertEquals(List.of(), alerts(List.of(job(state, "")), sites(Set.of()), NOW));
        }
    }

    @Test
    void aSiteThatIsAwayWhileAJobRunsIsNamedWithTheConsequence() {
        var alert = only(alerts(List.of(job(JobState.TRAINING, "")), sites(Set.of("c")), NOW));
        assertEquals("SITE_OFFLINE", alert.code());
        assertEquals("c is offline", alert.title());
        assertEquals(
                "risk has 6 of 7 sites and needs 5; 2 more losses would stop the job.",
                alert.text());
        assertTrue(alert.next().contains("operator of c"), alert.next());
        assertEquals(Optional.of(NOW.minusSeconds(15)), alert.since());
    }

    @Test
    void nobodyIsDisturbedAboutASiteThatNoJobNeeds() {
        var away = sites(Set.of("c"));
        assertEquals(List.of(), alerts(List.of(), away, NOW));
        assertEquals(List.of(), alerts(List.of(job(JobState.COMPLETED, "")), away, NOW));
    }

    @Test
    void belowTheThresholdIsUrgentAndSaysHowManyAreNeeded() {
        var away = sites(Set.of("a", "b", "c"));
        var alert = only(alerts(List.of(job(JobState.TRAINING, "")), away, NOW));
        assertEquals("BELOW_THRESHOLD", alert.code());
        assertEquals(Alerts.Severity.FAIL, alert.severity());
        assertEquals("Only 4 of 7 sites of risk are connected", alert.title());
        assertEquals(
                "5 are needed; without them no sum is opened. Missing: a, b, c.", alert.text());
    }

    @Test
    void exactlyTheThresholdIsEnough() {
        var away = sites(Set.of("a", "b"));
        var alert = only(alerts(List.of(job(JobState.TRAINING, "")), away, NOW));
        assertEquals("SITE_OFFLINE", alert.code());
        assertEquals("a, b are offline", alert.title());
        assertTrue(alert.text().endsWith("one more loss would stop the job."), alert.text());
    }

    @Test
    void aSiteThatWasNeverSeenCountsAsAway() {
        var known = sites(Set.of()).subList(0, 6);
        var alert = only(alerts(List.of(job(JobState.TRAINING, "")), known, NOW));
        assertEquals("g is offline", alert.title());
        assertEquals(Optional.empty(), alert.since());
    }

    @Test
    void aFailedJobIsShownForADayWithItsReason() {
        var failed = job(JobState.FAILED, "Round 4 had 4 of 7 inputs.");
        var alert = only(alerts(List.of(failed), List.of(), NOW.plus(Duration.ofHours(23))));
        assertEquals("JOB_FAILED", alert.code());
        assertEquals("Round 4 had 4 of 7 inputs.", alert.text());
        assertTrue(alert.next().startsWith("remove the cause"), alert.next());
        assertEquals(List.of(), alerts(List.of(failed), List.of(), NOW.plus(Duration.ofDays(1))));
    }

    @Test
    void whatAFailedJobAdvisesIsTheNextStepAndTheOnlyOne() {
        var failed = job(JobState.FAILED, "Round 4 had 4 of 7 inputs. Start a and retry the job.");
        var alert = only(alerts(List.of(failed), List.of(), NOW));
        assertEquals("Round 4 had 4 of 7 inputs.", alert.text());
        assertEquals("start a and retry the job.", alert.next());
    }

    /** Five open a secret, and the noise of six is in every sum. */
    @Test
    void aPlanThatNeedsMoreSitesThanOpenASecretIsBelowItsNeedWithFive() {
        var job = job(JobState.TRAINING, "", Optional.empty(), 6);
        var away = sites(Set.of("a", "b"));
        var alert = only(Alerts.of(new Alerts.Picture(List.of(job), away, List.of(), NOW)));
        assertEquals("BELOW_THRESHOLD", alert.code());
        assertTrue(alert.text().startsWith("6 are needed; "), alert.text());
    }

    @Test
    void theMostUrgentComesFirst() {
        var jobs =
                List.of(
                        job(JobState.AWAITING_APPROVAL, "b has not approved."),
                        job(JobState.TRAINING, "waiting for two sites"),
                        job(JobState.FAILED, "broken"));
        assertEquals(
                List.of("JOB_FAILED", "SITE_OFFLINE", "JOB_WAITS", "PLAN_UNAPPROVED"),
                alerts(jobs, sites(Set.of("a")), NOW).stream().map(Alerts.Alert::code).toList());
    }

    /** Nobody can approve anything at a site that is not there; and with enough sites it starts without the others. */
    @Test
    void aPlanThatWaitsAsksFirstForTheSitesThatAreNotConnected() {
        var waits = List.of(job(JobState.AWAITING_APPROVAL, "b has not approved."));
        String ask =
                "the stewards of the missing sites to read and approve the plan. The job starts by"
                        + " itself once enough sites permit it.";
        assertEquals("ask " + ask, only(alerts(waits, sites(Set.of()), NOW)).next());
        assertEquals(
                "ask the operator of b to start its participant, then " + ask,
                only(alerts(waits, sites(Set.of("b")), NOW)).next());
        assertEquals(
                "ask the operator of each site that is not connected to start its participant, then"
                        + " "
                        + ask,
                only(alerts(waits, sites(Set.of("b", "c")), NOW)).next());
    }

    /** It starts by itself within seconds, so nobody has to do anything. */
    @Test
    void aPlanThatEnoughSitesPermitNeedsNobody() {
        var enough =
                "waiting for approval of plan ab (5 of 7 sites permit it, %s); missing: b (has not answered yet)"
                        .formatted(JobSentences.STARTS_BY_ITSELF);
        var waits = List.of(job(JobState.AWAITING_APPROVAL, enough));
        assertEquals(List.of(), alerts(waits, sites(Set.of("b")), NOW));
    }

    @Test
    void ofManySitesThatAreAwayOnlySomeAreNamed() {
        var alert = only(alerts(List.of(job(JobState.TRAINING, "")), List.of(), NOW));
        assertTrue(alert.text().endsWith("Missing: a, b, c, d, e and 2 more."), alert.text());
        assertFalse(alert.text().contains(", g"));
    }

    @Test
    void aPausedJobSaysWhoPausedItAndThatItDoesNotGoOnByItself() {
        var ada = Optional.of("ada");
        var jobs = List.of(job(JobState.PAUSED, "Paused by ada; more", ada));
        var alert = only(alerts(jobs, sites(Set.of("a", "b", "c")), NOW));
        assertEquals("JOB_PAUSED", alert.code());
        assertEquals("risk is paused", alert.title());
        assertTrue(alert.text().startsWith("Paused by ada; more."), alert.text());
        assertFalse(alert.text().contains("keys"), "those that were being made are given up");
        assertTrue(alert.next().contains("resume the job"), alert.next());
    }

    @Test
    void aJobThatSomebodyIsPausingWaitsForNothing() {
        var pausing = job(JobState.TRAINING, "the pause begins after round 3", Optional.of("ada"));
        assertEquals(List.of(), alerts(List.of(pausing), sites(Set.of()), NOW));
    }

    @Test
    void aSiteThatTakesMuchLongerThanUsualIsNamedWithWhatTheRoundBears() {
        var running = List.of(course(Set.of("a", "b", "d"), Set.of()));
        // Usually under 40 s: nobody is late before 61 s.
        var sites = usual(40_000);
        assertEquals(List.of(), at(60, sites, running));
        var alert = only(at(180, sites, running));
        assertEquals("SITE_LATE", alert.code());
        assertEquals("c is late", alert.title());
        assertEquals(Optional.of(NOW.plusSeconds(61)), alert.since());
        assertEquals(
                "It has not uploaded since round 28 of risk opened; usually it takes under 40 s."
                        + " Without it the round closes at 6 of 7 and needs 5; 2 more losses would"
                        + " stop the round.",
                alert.text());
        assertTrue(alert.next().startsWith("wait 2 min; if it has not come by then"), alert.next());
        assertEquals(List.of(), at(300, sites, running), "the round is about to close");
    }

    @Test
    void ofSeveralLateSitesTheLargestClassAndTheMomentWhenAllAreLate() {
        var sites = new ArrayList<>(usual(40_000));
        sites.set(3, usual(20_000).get(3));
        var alert = only(at(180, sites, List.of(course(Set.of("a", "b"), Set.of()))));
        assertEquals("c, d are late", alert.title());
        assertEquals(Optional.of(NOW.plusSeconds(61)), alert.since());
        assertTrue(
                alert.text()
                        .startsWith(
                                "They have not uploaded since round 28 of risk opened; usually each"
                                        + " takes under 40 s."),
                alert.text());
    }

    @Test
    void whoIsLateWhereNobodyMayBeLostIsUrgent() {
        var lost = List.of(course(Set.of("a", "b"), Set.of("d", "e")));
        var alert = only(at(180, usual(40_000), lost));
        assertEquals(Alerts.Severity.FAIL, alert.severity());
        assertTrue(
                alert.text()
                        .endsWith(
                                "Without it the round has 4 of 7 sites and needs 5: no sum would be"
                                        + " opened."),
                alert.text());
    }

    @Test
    void nobodyIsLateWhoseUsualTimeIsNotKnown() {
        assertEquals(List.of(), at(180, sites(Set.of()), List.of(course(Set.of(), Set.of()))));
    }

    @Test
    void aJobThatSpendsItsPrivacyBeforeItIsDoneSaysSo() {
        var open = course(Set.copyOf(SITES), Set.of()).open();
        // Ten rounds are left to do; the open one is among those that may still be had.
        assertEquals(List.of(), at(1, sites(Set.of()), List.of(left(9, open))));
        var alert = only(at(1, sites(Set.of()), List.of(left(8, open))));
        assertEquals("BUDGET_FORECAST", alert.code());
        assertTrue(
                alert.text().startsWith("10 more rounds are needed and 9 may still use records"),
                alert.text());
        assertEquals(1, at(1, sites(Set.of()), List.of(left(9, Optional.empty()))).size());
    }

    @Test
    void certificatesThatEndSoonAreOneAlertThatNeedsNoJob() {
        var sites = new ArrayList<>(sites(Set.of()));
        sites.set(0, ends(sites.get(0), NOW.plus(Duration.ofDays(13))));
        sites.set(1, ends(sites.get(1), NOW.plus(Duration.ofDays(15))));
        var alert = only(alerts(List.of(), sites, NOW));
        assertEquals("CERTIFICATE_ENDS", alert.code());
        assertEquals("The certificate of a ends soon", alert.title());
        assertTrue(alert.text().startsWith("It ends on 14 Mar 2026."), alert.text());
        assertEquals(Optional.empty(), alert.job());
        sites.set(2, ends(sites.get(2), NOW.minusSeconds(1)));
        var ended = only(alerts(List.of(), sites, NOW));
        assertEquals("The certificates of c, a have ended or end soon", ended.title());
        assertEquals(Alerts.Severity.FAIL, ended.severity());
        sites.set(0, ends(sites.get(0), NOW.minus(Duration.ofDays(15))));
        sites.set(2, sites.get(3));
        assertEquals(List.of(), alerts(List.of(), sites, NOW), "given up long ago");
    }

    @Test
    void aSiteThatWasTurnedAwayForItsClockIsNamedWithTheDifference() {
        var view = sites(Set.of()).getFirst();
        var off = new ClockView(Duration.ofSeconds(-360), NOW.minusSeconds(5));
        var sites = List.of(with(view, view.delays(), view.certificateEnds(), Optional.of(off)));
        var alert = only(alerts(List.of(), sites, NOW));
        assertEquals("CLOCK_SKEW", alert.code());
        assertEquals("The clock of a is 6 min behind", alert.title());
        assertEquals(List.of(), alerts(List.of(), sites, NOW.plus(Duration.ofDays(1))));
    }

    private static List<Alerts.Alert> alerts(List<JobView> jobs, List<SiteView> sites, Instant at) {
        return Alerts.of(new Alerts.Picture(jobs, sites, List.of(), at));
    }

    /** With a job that trains, {@code seconds} after its round has opened. */
    private static List<Alerts.Alert> at(
            int seconds, List<SiteView> sites, List<RunningView> running) {
        var jobs = List.of(job(JobState.TRAINING, ""));
        return Alerts.of(new Alerts.Picture(jobs, sites, running, NOW.plusSeconds(seconds)));
    }

    private static RunningView course(Set<String> stored, Set<String> lost) {
        var all = new TreeSet<>(stored);
        all.addAll(Set.of("e", "f", "g"));
        all.removeAll(lost);
        var round = new OpenRoundView(28, NOW, NOW.plusSeconds(300), SITES, all, lost);
        return left(1000, Optional.of(round));
    }

    private static RunningView left(long rounds, Optional<OpenRoundView> open) {
        return new RunningView(job(JobState.TRAINING, "").id(), OptionalLong.of(rounds), open);
    }

    private static List<SiteView> usual(long millis) {
        var delays = new DelaysView(32, OptionalLong.of(millis), OptionalLong.of(millis), Map.of());
        return sites(Set.of()).stream()
                .map(site -> with(site, Optional.of(delays), Optional.empty(), Optional.empty()))
                .toList();
    }

    private static SiteView ends(SiteView site, Instant end) {
        return with(site, site.delays(), Optional.of(end), site.clock());
    }

    private static SiteView with(
            SiteView site,
            Optional<DelaysView> delays,
            Optional<Instant> ends,
            Optional<ClockView> clock) {
        return new SiteView(
                site.id(),
                site.connected(),
                site.enrolled(),
                site.lastSeen(),
                ends,
                site.software(),
                site.capacity(),
                delays,
                clock,
                site.datasets());
    }

    private static Alerts.Alert only(List<Alerts.Alert> alerts) {
        assertEquals(1, alerts.size(), alerts.toString());
        return alerts.getFirst();
    }

    private static List<SiteView> sites(Set<String> away) {
        var views = new ArrayList<SiteView>();
        for (var site : SITES) {
            boolean here = !away.contains(site);
            views.add(
                    new SiteView(
                            site,
                            here,
                            true,
                            Optional.of(here ? NOW : NOW.minusSeconds(15)),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            List.of()));
        }
        return views;
    }

    private static JobView job(JobState state, String reason) {
        return job(state, reason, Optional.empty());
    }

    private static JobView job(JobState state, String reason, Optional<String> pausedBy) {
        return job(state, reason, pausedBy, 5);
    }

    private static JobView job(
            JobState state, String reason, Optional<String> pausedBy, int needed) {
        var verdicts = new TreeMap<String, String>();
        SITES.forEach(site -> verdicts.put(site, "permitted"));
        boolean over = state == JobState.FAILED || state == JobState.COMPLETED;
        return new JobView(
                "00000000-0000-0007-0000-000000000007",
                "risk",
                "pbc",
                "ada",
                state,
                "ab",
                reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                0,
                10,
                1,
                5,
                needed,
                7,
                NOW,
                over ? Optional.of(NOW) : Optional.empty(),
                Map.of(),
                verdicts,
                pausedBy,
                Optional.empty(),
                Priority.NORMAL);
    }
}
