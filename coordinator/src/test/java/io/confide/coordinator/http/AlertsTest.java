package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.SiteView;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
            assertEquals(List.of(), Alerts.of(List.of(job(state, "")), sites(Set.of()), NOW));
        }
    }

    @Test
    void aSiteThatIsAwayWhileAJobRunsIsNamedWithTheConsequence() {
        var alert = only(Alerts.of(List.of(job(JobState.TRAINING, "")), sites(Set.of("c")), NOW));
        assertEquals("SITE_OFFLINE", alert.code());
        assertEquals("c is offline", alert.title());
        assertEquals("risk goes on with 6 of 7 sites and needs 5.", alert.text());
        assertTrue(alert.next().contains("operator of c"), alert.next());
        assertEquals(Optional.of(NOW.minusSeconds(15)), alert.since());
    }

    @Test
    void nobodyIsDisturbedAboutASiteThatNoJobNeeds() {
        var away = sites(Set.of("c"));
        assertEquals(List.of(), Alerts.of(List.of(), away, NOW));
        assertEquals(List.of(), Alerts.of(List.of(job(JobState.COMPLETED, "")), away, NOW));
    }

    @Test
    void belowTheThresholdIsUrgentAndSaysHowManyAreNeeded() {
        var away = sites(Set.of("a", "b", "c"));
        var alert = only(Alerts.of(List.of(job(JobState.TRAINING, "")), away, NOW));
        assertEquals("BELOW_THRESHOLD", alert.code());
        assertEquals(Alerts.Severity.FAIL, alert.severity());
        assertEquals("Only 4 of 7 sites of risk are connected", alert.title());
        assertEquals(
                "5 are needed; without them no sum is opened. Missing: a, b, c.", alert.text());
    }

    @Test
    void exactlyTheThresholdIsEnough() {
        var away = sites(Set.of("a", "b"));
        var alert = only(Alerts.of(List.of(job(JobState.TRAINING, "")), away, NOW));
        assertEquals("SITE_OFFLINE", alert.code());
        assertEquals("a, b are offline", alert.title());
    }

    @Test
    void aSiteThatWasNeverSeenCountsAsAway() {
        var known = sites(Set.of()).subList(0, 6);
        var alert = only(Alerts.of(List.of(job(JobState.TRAINING, "")), known, NOW));
        assertEquals("g is offline", alert.title());
        assertEquals(Optional.empty(), alert.since());
    }

    @Test
    void aFailedJobIsShownForADayWithItsReason() {
        var failed = job(JobState.FAILED, "Round 4 had 4 of 7 inputs.");
        var alert = only(Alerts.of(List.of(failed), List.of(), NOW.plus(Duration.ofHours(23))));
        assertEquals("JOB_FAILED", alert.code());
        assertEquals("Round 4 had 4 of 7 inputs.", alert.text());
        assertEquals(
                List.of(), Alerts.of(List.of(failed), List.of(), NOW.plus(Duration.ofDays(1))));
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
                Alerts.of(jobs, sites(Set.of("a")), NOW).stream().map(Alerts.Alert::code).toList());
    }

    @Test
    void ofManySitesThatAreAwayOnlySomeAreNamed() {
        var alert = only(Alerts.of(List.of(job(JobState.TRAINING, "")), List.of(), NOW));
        assertTrue(alert.text().endsWith("Missing: a, b, c, d, e and 2 more."), alert.text());
        assertFalse(alert.text().contains(", g"));
    }

    @Test
    void aPausedJobSaysWhoPausedItAndThatItDoesNotGoOnByItself() {
        var ada = Optional.of("ada");
        var jobs = List.of(job(JobState.PAUSED, "Paused by ada; more", ada));
        var alert = only(Alerts.of(jobs, sites(Set.of("a", "b", "c")), NOW));
        assertEquals("JOB_PAUSED", alert.code());
        assertEquals("risk is paused", alert.title());
        assertTrue(alert.text().startsWith("Paused by ada; more."), alert.text());
        assertFalse(alert.text().contains("keys"), "those that were being made are given up");
        assertTrue(alert.next().contains("resume the job"), alert.next());
    }

    @Test
    void aJobThatSomebodyIsPausingWaitsForNothing() {
        var pausing = job(JobState.TRAINING, "the pause begins after round 3", Optional.of("ada"));
        assertEquals(List.of(), Alerts.of(List.of(pausing), sites(Set.of()), NOW));
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
                            List.of()));
        }
        return views;
    }

    private static JobView job(JobState state, String reason) {
        return job(state, reason, Optional.empty());
    }

    private static JobView job(JobState state, String reason, Optional<String> pausedBy) {
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
                7,
                NOW,
                over ? Optional.of(NOW) : Optional.empty(),
                Map.of(),
                verdicts,
                pausedBy,
                Optional.empty());
    }
}
