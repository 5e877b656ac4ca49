package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.Incarnations.JOB;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.SecAggPolicy;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.coordinator.driver.KilledLog.Moment;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.RoundEvidence;
import io.confide.coordinator.port.RoundEvidence.Certificate;
import io.confide.coordinator.port.RoundLog;
import io.confide.coordinator.port.RoundRecord;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.round.PastSums;
import io.confide.coordinator.round.RoundEvent;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is told of rounds that failed: above all, whether there was anything to reveal shares for. */
class FailedRoundProofTest {
    private static final int SITES = 6;

    /** The dead sites are waited for; the others come back at once. */
    private static final DriverTimes TIMES =
            new DriverTimes(
                    Duration.ofMillis(20),
                    Duration.ofMillis(1500),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(3));

    @TempDir Path directory;

    /** A journal whose process is killed once {@code enough} of its round events are durable. */
    private static KilledLog killedAfter(RoundLog log, Predicate<List<RoundEvent>> enough) {
        var seen = new ArrayList<RoundEvent>();
        return new KilledLog(
                log,
                (_, entries) -> {
                    happened(entries).forEach(seen::add);
                    return enough.test(seen);
                },
                Moment.AFTER);
    }

    private static Stream<RoundEvent> happened(List<LogEntry> entries) {
        return entries.stream()
                .filter(LogEntry.RoundHappened.class::isInstance)
                .map(entry -> ((LogEntry.RoundHappened) entry).event());
    }

    private static Set<SiteId> folded(List<RoundEvent> events) {
        var sites = new HashSet<SiteId>();
        for (var event : events) {
            if (event instanceof RoundEvent.InputFolded(var site, _)) {
                sites.add(site);
            }
        }
        return sites;
    }

    private static RoundEvidence evidence(Incarnations run) {
        var opened = run.entries(LogEntry.RoundOpened.class).getFirst();
        var result = run.entries(LogEntry.ResultSigned.class).getFirst();
        var view = run.entries(LogEntry.RoundEnded.class).getFirst().view();
        assertEquals(1, view.round());
        assertEquals(1, result.round());
        var record =
                new RoundRecord(view, opened, run.log.read(JOB, 1), Optional.of(result.result()));
        return RoundProof.of(
                run.view(), record, new RoundProof.Kept.Rules(run.facts(), none(run.facts())));
    }

    @Test
    void aCertificateThatNobodySawIsToldInARoundThatFailed() throws Exception {
        var plan = Consortium.plan(SITES, 2, 0, 4, 60);
        try (var run = new Incarnations(SITES, plan, directory, log -> log, TIMES)) {
            var logs = new ArrayList<KilledLog>();
            run.start(
                    log -> {
                        logs.add(killedAfter(log, events -> folded(events).size() == SITES));
                        return logs.getFirst();
                    });
            assertTrue(logs.getFirst().awaitKillOr(run::hasEnded));
            run.kill();
            run.restartWithout(run.sites.site(0));
            run.await();
            var round = evidence(run);
            assertEquals("LEADER", round.view().outcome());
            assertEquals(Certificate.FAST, round.certificate());
            assertEquals(SITES, round.uploads().size());
            assertEquals(0, round.signatures().size());
        }
    }

    /** Its site uploaded to a process that was killed, and did not find the next one. */
    @Test
    void anInputThatNeverCameAgainIsNotInTheListThatWasSigned() {
        try (var sites = new SimSites(SITES, 1)) {
            var facts = JobFacts.of(JOB, Consortium.plan(SITES, 2, 0, 4, 60), sites.roster, "ada");
            var gone = facts.site(0);
            var others = new TreeSet<>(facts.jobRules().roster());
            others.remove(gone);
            var events = new ArrayList<RoundEvent>();
            events.add(input(gone));
            events.add(new RoundEvent.TakenOver());
            for (var site : others) {
                events.add(new RoundEvent.SiteReturned(site));
                events.add(input(site));
            }
            events.add(new RoundEvent.GracePassed(gone));
            others.forEach(site -> events.add(new RoundEvent.SignVerified(site, Bytes.EMPTY)));
            for (var reason :
                    List.of(
                            new RoundEvent.DeadlinePassed(RoundEvent.Phase.REVEALING),
                            new RoundEvent.IntegrityBroken(),
                            new RoundEvent.LeaderLost())) {
                var failed = new ArrayList<>(events);
                failed.add(reason);
                var course =
                        RoundCourse.of(
                                record(failed, "FAILED"), SiteSet.all(SITES), facts, none(facts));
                assertEquals(Certificate.VOTED, course.certificate());
                assertEquals(others, course.inputs().keySet());
                assertTrue(course.votes().size() >= facts.policy().q(), course::toString);
            }
        }
    }

    private static RoundEvent input(SiteId site) {
        var hash = Digest.of(Bytes.copyOf(site.value().getBytes(StandardCharsets.UTF_8))).value();
        return new RoundEvent.InputFolded(site, new UploadProof(hash, Bytes.EMPTY));
    }

    @Test
    void withoutAVoteThereIsNoCertificateWhereEveryRoundIsVotedOn() {
        try (var sites = new SimSites(SITES, 1)) {
            var plan = Consortium.plan(SITES, 2, 0, 4, 60);
            var facts = JobFacts.of(JOB, plan, sites.roster, "ada");
            var events = new ArrayList<RoundEvent>();
            for (var site : facts.jobRules().roster()) {
                events.add(input(site));
            }
            events.add(new RoundEvent.DeadlinePassed(RoundEvent.Phase.SIGNING));
            var everybody = SiteSet.all(SITES);
            var record = record(events, "NO_QUORUM");
            var voting = withVotes(facts);
            assertEquals(
                    Certificate.NONE,
                    RoundCourse.of(record, everybody, voting, none(voting)).certificate());
            assertEquals(
                    SITES, RoundCourse.of(record, everybody, voting, none(voting)).inputs().size());
            assertEquals(
                    Certificate.FAST,
                    RoundCourse.of(record, everybody, facts, none(facts)).certificate());
        }
    }

    private static JobFacts withVotes(JobFacts facts) {
        return new JobFacts(
                facts.job(),
                facts.owner(),
                facts.plan(),
                facts.planBytes(),
                facts.planHash(),
                facts.schedule(),
                facts.roster(),
                List.of(
                        new JobFacts.Group(
                                facts.roster(),
                                facts.keys(),
                                SecAggPolicy.completeGraph(
                                        facts.roster(),
                                        facts.policy().floor(),
                                        SecAggPolicy.FastPath.REFUSED,
                                        Digest.ZERO,
                                        Digest.ZERO))),
                0);
    }

    private static PastSums none(JobFacts facts) {
        return PastSums.none(facts.jobRules().leastApart());
    }

    private static RoundRecord record(List<RoundEvent> events, String outcome) {
        var signed = new SignedBody(Bytes.EMPTY, Bytes.EMPTY);
        return new RoundRecord(
                new RoundView(1, 1, "train all", List.of(), List.of(), List.of(), outcome, 1),
                new LogEntry.RoundOpened(1, 1, "train all", Instant.EPOCH, signed),
                events,
                Optional.empty());
    }
}
