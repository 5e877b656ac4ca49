package io.confide.coordinator.driver;

import static io.confide.coordinator.driver.StoredCoordinator.ADA;
import static io.confide.coordinator.driver.StoredCoordinator.JOB;
import static io.confide.coordinator.driver.StoredCoordinator.STUDY;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig.JobLimits;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.Priority;
import io.confide.coordinator.job.JobQueue;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.Places;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Jobs that wait for a place, over a real database. Where no site is connected a job that has begun waits for approval. */
class QueuedJobsTest {
    private static final JobLimits ONE = new JobLimits(1, 1, 1);

    @TempDir Path directory;

    private StoredCoordinator coordinator(JobLimits limits) {
        return member("localhost", limits);
    }

    private StoredCoordinator member(String name, JobLimits limits) {
        try {
            return StoredCoordinator.member(
                    name,
                    limits,
                    Files.createDirectories(directory.resolve(name)),
                    "jdbc:sqlite:" + directory.resolve("localhost").resolve("confide.db"),
                    new SimSites(StoredCoordinator.SITES, 0));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JobId submit(StoredCoordinator at, Priority priority) {
        var yaml = JOB + "priority: " + priority.name().toLowerCase(java.util.Locale.ROOT);
        return JobId.of(at.desk().submit(yaml, STUDY, ADA).id());
    }

    private static JobId submit(StoredCoordinator at) {
        return submit(at, Priority.NORMAL);
    }

    private static JobView view(StoredCoordinator at, JobId job) {
        return at.desk().job(job).orElseThrow();
    }

    private static JobState state(StoredCoordinator at, JobId job) {
        return view(at, job).state();
    }

    private static List<JobId> led(StoredCoordinator at) {
        return at.jobs().led().stream().map(Led::job).toList();
    }

    private static boolean isBegun(EventView event) {
        return "AWAITING_APPROVAL".equals(event.data().get("state"));
    }

    private static boolean isEnded(EventView event) {
        return event.kind().equals("ended");
    }

    @Test
    void aJobWithoutAPlaceWaitsUntilAnotherEnds() {
        try (var at = coordinator(ONE)) {
            var first = submit(at);
            var waits = at.desk().submit(JOB, STUDY, ADA);
            assertEquals(JobState.QUEUED, waits.state());
            assertEquals(
                    Optional.of(
                            "Waits in the queue: 1 job has a place, the most at once; none is"
                                    + " before it."),
                    waits.reason());
            var second = JobId.of(waits.id());
            var urgent = submit(at, Priority.HIGH);
            assertEquals(Priority.HIGH, view(at, urgent).priority());
            assertEquals(
                    Optional.of(
                            "Waits in the queue: 1 job has a place, the most at once; 1 is before"
                                    + " it."),
                    view(at, second).reason());
            assertEquals(
                    List.of(view(at, second), view(at, urgent), view(at, first)).stream()
                            .map(JobView::reason)
                            .sorted(java.util.Comparator.comparing(Object::toString))
                            .toList(),
                    at.desk().jobList().stream()
                            .map(JobView::reason)
                            .sorted(java.util.Comparator.comparing(Object::toString))
                            .toList());
            assertEquals(List.of(first), led(at));
            assertEquals(List.of(), at.desk().events(second, 0), "no site has heard of it");
            at.await(urgent, QueuedJobsTest::isBegun, () -> at.desk().cancel(first, ADA));
            assertEquals(List.of(urgent), led(at));
            assertEquals(JobState.QUEUED, state(at, second));
            assertTrue(view(at, urgent).reason().orElseThrow().contains("not connected"));
        }
    }

    @Test
    void aJobThatWaitsIsCancelledAndRunAgainButNotPaused() {
        try (var at = coordinator(ONE)) {
            submit(at);
            var job = submit(at, Priority.LOW);
            for (var request :
                    List.<Runnable>of(
                            () -> at.desk().pause(job, ADA),
                            () -> at.desk().resume(job, ADA),
                            () -> at.desk().retry(job, ADA))) {
                var refusal = assertThrows(ConfideException.class, request::run);
                assertEquals(ErrorCode.CONFLICT, refusal.code());
            }
            at.await(job, QueuedJobsTest::isEnded, () -> at.desk().cancel(job, ADA));
            var cancelled = view(at, job);
            assertEquals(JobState.CANCELLED, cancelled.state());
            assertEquals(Optional.of("Cancelled by ada."), cancelled.reason());
            assertTrue(cancelled.ended().isPresent());
            assertThrows(ConfideException.class, () -> at.desk().cancel(job, ADA));
            var again = at.desk().retry(job, ADA).orElseThrow();
            assertEquals(JobState.QUEUED, again.state());
            assertEquals(Priority.LOW, again.priority());
            assertEquals(Optional.of(job.toString()), again.retryOf());
        }
    }

    @Test
    void allThatWaitComeToTheirEnd() throws Exception {
        try (var at = coordinator(new JobLimits(2, 2, 2))) {
            var most = new AtomicInteger();
            at.jobs().listen((_, _) -> most.accumulateAndGet(led(at).size(), Math::max));
            var ends = new CountDownLatch(5);
            at.jobs()
                    .listen(
                            (_, event) -> {
                                if (isEnded(event)) {
                                    ends.countDown();
                                }
                            });
            var jobs = new ArrayList<JobId>();
            for (int i = 0; i < 5; i++) {
                jobs.add(submit(at));
            }
            assertEquals(List.of(JobState.QUEUED), states(at, jobs.subList(2, 5)));
            at.connectSites();
            assertTrue(ends.await(Consortium.BOUND.toSeconds(), TimeUnit.SECONDS));
            assertEquals(List.of(JobState.COMPLETED), states(at, jobs));
            // One that has just ended may still be there while its place is given away.
            assertTrue(most.get() <= 3, () -> most + " at once");
            assertEquals(5L * 8 * StoredCoordinator.SITES, at.trainings());
        }
    }

    private static List<JobState> states(StoredCoordinator at, List<JobId> jobs) {
        return jobs.stream().map(job -> state(at, job)).distinct().toList();
    }

    @Test
    void whatWaitedWaitsAfterTheProcessWasKilled() throws Exception {
        var before = coordinator(ONE);
        var first = submit(before);
        var second = submit(before, Priority.HIGH);
        var reason = view(before, second).reason();
        try (var at = before.killed(directory.resolve("next"))) {
            assertEquals(List.of(JobState.QUEUED), states(at, List.of(second)));
            assertEquals(reason, view(at, second).reason());
            at.queued().submitted(second);
            assertEquals(JobState.QUEUED, state(at, second));
            var record = at.log().recall(first);
            var kept = new KeptPlan(at.records().store(), view(at, first));
            var token =
                    at.records()
                            .leases()
                            .take(first, "localhost", java.time.Duration.ofSeconds(10))
                            .orElseThrow();
            at.jobs().resume(kept.facts().orElseThrow(), token, view(at, first), record);
            at.await(second, QueuedJobsTest::isBegun, () -> at.desk().cancel(first, ADA));
            assertEquals(List.of(second), led(at));
        }
    }

    @Test
    void aJobThatCannotBeginKeepsNoOtherFromIt() throws Exception {
        try (var at = coordinator(ONE)) {
            var first = submit(at);
            var broken = submit(at);
            var next = submit(at);
            at.execute("UPDATE job SET plan = x'00' WHERE id = '" + broken + "'");
            at.await(next, QueuedJobsTest::isBegun, () -> at.desk().cancel(first, ADA));
            var failed = view(at, broken);
            assertEquals(JobState.FAILED, failed.state());
            assertTrue(failed.reason().orElseThrow().endsWith("Submit its files again."));
        }
    }

    @Test
    void aPlaceIsNotLostWithTheAnswerOfTheDatabase() throws Exception {
        try (var at = coordinator(ONE)) {
            var first = submit(at);
            var second = submit(at);
            at.queued().close();
            at.desk().cancel(first, ADA);
            var records = at.records();
            var lossy =
                    new Desk.Records(
                            records.store(),
                            records.leases(),
                            new Lossy(records.places()),
                            records.holder());
            try (var queued =
                    new QueuedJobs(
                            at.jobs(),
                            lossy,
                            at.log(),
                            QueuedJobs.Rules.of(ONE),
                            InstantSource.system())) {
                queued.submitted(second);
                assertEquals(JobState.AWAITING_APPROVAL, state(at, second));
                assertEquals(List.of(), led(at));
                queued.submitted(second);
                assertEquals(List.of(second), led(at));
            }
        }
    }

    private record Lossy(Places places) implements Places {
        @Override
        public JobQueue queue(JobLimits limits, Instant now) {
            return places.queue(limits, now);
        }

        @Override
        public boolean begin(JobId job, JobLimits limits, Instant now) {
            places.begin(job, limits, now);
            throw new ConfideException(ErrorCode.UNREACHABLE, "The answer is lost.");
        }
    }

    /**
     * Two coordinators over one database; jobs are submitted at both and cancelled as soon as they have begun, wherever that
     * is. A third looks on.
     */
    @Test
    void twoMembersNeverRunTooManyJobsNorOneTwice() throws Exception {
        var limits = new JobLimits(4, 3, 4);
        int each = 12;
        try (var one = member("localhost", limits);
                var other = member("other", limits)) {
            var ended = new CountDownLatch(2 * each);
            Map<JobId, Integer> begun = new ConcurrentHashMap<>();
            var tooMany = Collections.synchronizedList(new ArrayList<Long>());
            var busy = new ArrayList<CompletableFuture<?>>();
            // Who looks on never rests, and would keep a virtual thread from its turn for ever.
            var threads = Thread.ofPlatform().daemon();
            for (var at : List.of(one, other)) {
                at.queued().begin();
                busy.add(
                        CompletableFuture.runAsync(
                                () -> {
                                    for (int i = 0; i < each; i++) {
                                        submit(at);
                                    }
                                },
                                threads::start));
                busy.add(
                        CompletableFuture.runAsync(
                                () -> endAll(at, begun, tooMany, ended), threads::start));
            }
            var outcome = CompletableFuture.allOf(busy.toArray(CompletableFuture[]::new));
            for (var work : busy) {
                work.whenComplete(
                        (_, failure) ->
                                Optional.ofNullable(failure)
                                        .ifPresent(outcome::completeExceptionally));
            }
            outcome.get(Consortium.BOUND.toSeconds(), TimeUnit.SECONDS);
            assertEquals(List.of(), tooMany);
            assertEquals(2 * each, begun.size());
            assertEquals(List.of(1), begun.values().stream().distinct().toList());
            assertEquals(
                    List.of(JobState.CANCELLED),
                    one.desk().jobs().stream().map(JobView::state).distinct().toList());
        }
    }

    private static void endAll(
            StoredCoordinator at,
            Map<JobId, Integer> begun,
            List<Long> tooMany,
            CountDownLatch ended) {
        while (ended.getCount() > 0) {
            var jobs = at.records().store().jobsSince(Instant.now());
            long running = jobs.stream().filter(job -> job.state().isBegun()).count();
            if (running > 3) {
                tooMany.add(running);
            }
            for (var job : led(at)) {
                // The token counts how often somebody has taken the lease of a job that begins
                // once.
                at.jobs().led().stream()
                        .filter(led -> led.job().equals(job))
                        .forEach(led -> begun.put(job, (int) led.token().value()));
                if (state(at, job) == JobState.AWAITING_APPROVAL) {
                    at.desk().cancel(job, ADA);
                    ended.countDown();
                }
            }
        }
    }
}
