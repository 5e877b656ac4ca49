package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.AuditJson;
import io.confide.common.model.Plan;
import io.confide.common.secagg.Roster;
import io.confide.common.secagg.audit.CertifiedRound.Agreement;
import io.confide.common.secagg.audit.SumCheck;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Whole jobs whose plan asks for an audit of its sums: every round leaves a record that passes. N = 5, C = 1, q = t = 4. */
class AuditedJobTest {
    private static final int SITES = 5;

    @TempDir Path directory;

    private record Run(Roster roster, List<LogEntry> log) {
        List<SumCheck.Checked> checks() {
            var checks = new ArrayList<SumCheck.Checked>();
            for (var entry : log) {
                if (entry instanceof LogEntry.RoundAudited(var round, var record)) {
                    var kept = AuditJson.parse(record);
                    assertEquals(Consortium.JOB, kept.job());
                    assertEquals(round, kept.round());
                    checks.add(new SumCheck(roster).check(kept.record()));
                }
            }
            return checks;
        }
    }

    private Run run(String name, Plan plan, Consumer<SimSites> fates) {
        try (var c = new Consortium(SITES, 1, directory.resolve(name), Consortium.QUICK)) {
            fates.accept(c.sites);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            return new Run(c.sites.roster, c.log.all(Consortium.JOB));
        }
    }

    @Test
    void everyRoundLeavesARecordThatPassesInTheTransactionOfItsResult() {
        var plan = Consortium.audited(Consortium.plan(SITES, 1, 2, 4, 60));
        var run = run("all", plan, _ -> {});
        var checks = run.checks();
        assertEquals(5, checks.size());
        for (var checked : checks) {
            assertTrue(checked.passed(), checked::toString);
            assertEquals(Agreement.EVERYBODY, checked.facts().orElseThrow().round().agreement());
        }
        for (int at = 0; at < run.log().size(); at++) {
            if (run.log().get(at) instanceof LogEntry.RoundAudited(var round, _)) {
                var before = (LogEntry.ResultSigned) run.log().get(at - 1);
                assertEquals(round, before.round());
            }
        }
    }

    @Test
    void droppedSitesAndSitesThatRevealNothingAreNoReasonToPassLess() {
        var plan = Consortium.audited(Consortium.plan(SITES, 2, 0, 4, 60));
        for (var step : List.of(Fate.Step.UPLOAD, Fate.Step.REVEAL)) {
            var run =
                    run(
                            step.name(),
                            plan,
                            sites -> sites.site(2).suffers(new Fate(1, step, Fate.Kind.DIES)));
            var checks = run.checks();
            assertEquals(2, checks.size());
            checks.forEach(checked -> assertTrue(checked.passed(), checked::toString));
            var first = checks.getFirst().facts().orElseThrow();
            assertEquals(step == Fate.Step.UPLOAD ? 4 : 5, first.round().included().size());
            assertEquals(
                    step == Fate.Step.UPLOAD ? Agreement.VOTED : Agreement.EVERYBODY,
                    first.round().agreement());
            // Four self masks, and four of pairs with the site that is gone.
            assertEquals(step == Fate.Step.UPLOAD ? 8 : 5, first.seeds());
        }
    }

    @Test
    void rotatedUpdatesAreAuditedAsTheyWereUploaded() {
        var plan = Consortium.audited(Consortium.rotated(Consortium.plan(SITES, 1, 0, 4, 60)));
        var checks = run("rotated", plan, _ -> {}).checks();
        assertEquals(1, checks.size());
        checks.forEach(checked -> assertTrue(checked.passed(), checked::toString));
    }

    /** The inputs and shares come again, and with them what the record is made of. */
    @Test
    void aRoundThatGoesOnAfterARestartLeavesItsRecordOnce() throws Exception {
        var plan = Consortium.audited(Consortium.plan(SITES, 1, 0, 4, 60));
        boolean more = true;
        for (int append = 3; more; append++) {
            var folder = directory.resolve("killed-" + append);
            try (var run = new Incarnations(SITES, plan, folder, log -> log)) {
                int last = append;
                var logs = new ArrayList<KilledLog>();
                run.start(
                        log -> {
                            logs.add(new KilledLog(log, last, KilledLog.Moment.AFTER));
                            return logs.getFirst();
                        });
                more = logs.getFirst().awaitKillOr(run::hasEnded);
                run.kill();
                if (!run.hasEnded()) {
                    run.restart(log -> log);
                    run.await();
                }
                var kept = run.entries(LogEntry.RoundAudited.class);
                assertEquals(1, kept.size(), "append " + append);
                var record = AuditJson.parse(kept.getFirst().record()).record();
                var checked = new SumCheck(run.sites.roster).check(record);
                assertTrue(checked.passed(), "append " + append + ": " + checked);
            }
        }
    }

    @Test
    void aRoundThatFailedLeavesNone() {
        try (var c = new Consortium(SITES, 1, directory, Consortium.QUICK)) {
            c.sites.site(0).suffers(new Fate(2, Fate.Step.REVEAL, Fate.Kind.DIES));
            c.sites.site(1).suffers(new Fate(2, Fate.Step.REVEAL, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(Consortium.audited(Consortium.plan(SITES, 4, 0, 4, 60)));
            assertEquals(JobState.FAILED, c.await().state());
            assertEquals(
                    List.of("DONE", "NO_SHARES"),
                    c.rounds().stream().map(RoundView::outcome).toList());
            var audited =
                    c.log.all(Consortium.JOB).stream()
                            .filter(LogEntry.RoundAudited.class::isInstance)
                            .map(entry -> ((LogEntry.RoundAudited) entry).round())
                            .toList();
            assertEquals(List.of(1L), audited);
        }
    }

    @Test
    void aJobWithoutAuditLeavesNone() {
        var run = run("none", Consortium.plan(SITES, 1, 0, 4, 60), _ -> {});
        assertEquals(List.of(), run.checks());
    }
}
