package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Leases;
import io.confide.coordinator.port.LocalJobs;
import io.confide.coordinator.port.LocalJobs.Led;
import io.confide.coordinator.port.Members;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Who takes a job up whose member is gone, and who keeps which lease. */
class LeadershipTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final String GONE = "gone";
    private static final Leadership.Pace QUICK =
            new Leadership.Pace(Duration.ofMillis(50), Duration.ofMillis(20));

    @TempDir Path directory;

    /** A cluster of which the test says who is there. */
    private static final class Cluster implements Members {
        private final AtomicInteger announced = new AtomicInteger();
        private volatile Map<String, String> names = Map.of("1", "here");
        private volatile boolean isQuorate = true;
        private volatile SortedMap<JobId, SortedMap<SiteId, Bytes>> kept =
                Collections.emptySortedMap();

        @Override
        public Map<String, String> names() {
            return new TreeMap<>(names);
        }

        @Override
        public boolean isQuorate() {
            return isQuorate;
        }

        @Override
        public void announce(LocalJobs jobs) {
            announced.incrementAndGet();
        }

        @Override
        public void areKept(SortedMap<JobId, SortedMap<SiteId, Bytes>> processes) {
            kept = processes;
        }

        /** Returns after the member has looked for jobs to take up once more. */
        void awaitLook() {
            // It looks at every fourth.
            int then = announced.get() + 5;
            await(() -> announced.get() >= then);
        }
    }

    private final Cluster cluster = new Cluster();
    private final Queue<FencingToken> kept = new ConcurrentLinkedQueue<>();

    private Leadership leadership(StoredCoordinator coordinator) {
        var records = coordinator.records();
        return new Leadership(
                coordinator.jobs(),
                new Watched(records.leases(), kept),
                "here",
                new Recovery(
                        records.store(),
                        records.leases(),
                        coordinator.log(),
                        InstantSource.system()),
                coordinator.jobs()::resume,
                Optional.of(cluster),
                QUICK);
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not after " + BOUND);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static List<JobId> led(StoredCoordinator coordinator) {
        return coordinator.jobs().led().stream().map(Led::job).toList();
    }

    private interface Course {
        void run(StoredCoordinator coordinator, JobId job) throws Exception;
    }

    /** With a job that a member led which was killed just now: its lease lasts for long. */
    private void afterAKill(Course course) throws Exception {
        try (var first = new StoredCoordinator(directory)) {
            var job = first.runningIn(2, new CountDownLatch(1));
            try (var coordinator = first.killed(directory.resolve("after"))) {
                var leases = coordinator.records().leases();
                leases.vacate(coordinator.records().holder());
                leases.take(job, GONE, LONG).orElseThrow();
                course.run(coordinator, job);
            }
        }
    }

    @Test
    void aJobOfAMemberThatIsGoneIsTakenUpAtOnceAndOneOfAMemberThatIsHereIsNot() throws Exception {
        afterAKill(
                (coordinator, job) -> {
                    try (var leadership = leadership(coordinator)) {
                        cluster.names = Map.of("1", "here", "2", GONE);
                        leadership.begin();
                        leadership.orphaned(GONE);
                        cluster.awaitLook();
                        assertEquals(List.of(), led(coordinator), "somebody of that name is here");
                        cluster.names = Map.of("1", "here");
                        cluster.awaitLook();
                        assertEquals(List.of(), led(coordinator), "the lease is not over");
                        leadership.orphaned(GONE);
                        await(() -> led(coordinator).equals(List.of(job)));
                    }
                });
    }

    @Test
    void nothingIsTakenUpWhileTooFewMembersAreHere() throws Exception {
        afterAKill(
                (coordinator, job) -> {
                    coordinator.records().leases().vacate(GONE);
                    try (var leadership = leadership(coordinator)) {
                        cluster.isQuorate = false;
                        leadership.begin();
                        leadership.orphaned(GONE);
                        cluster.awaitLook();
                        assertEquals(List.of(), led(coordinator));
                        cluster.isQuorate = true;
                        await(() -> led(coordinator).equals(List.of(job)));
                    }
                });
    }

    @Test
    void whatAMemberLeadsItKeepsWhileEnoughAreHere() throws Exception {
        afterAKill(
                (coordinator, job) -> {
                    coordinator.records().leases().vacate(GONE);
                    try (var leadership = leadership(coordinator)) {
                        leadership.begin();
                        assertEquals(List.of(job), List.copyOf(cluster.kept.keySet()));
                        await(() -> led(coordinator).equals(List.of(job)));
                        var token = coordinator.jobs().led().getFirst().token();
                        await(() -> kept.contains(token));
                        cluster.isQuorate = false;
                        cluster.awaitLook();
                        kept.clear();
                        cluster.awaitLook();
                        assertEquals(List.of(), List.copyOf(kept));
                        cluster.isQuorate = true;
                        await(() -> kept.contains(token));
                    }
                });
    }

    /** Leases of which it is noted which are kept. */
    private record Watched(Leases leases, Queue<FencingToken> kept) implements Leases {
        @Override
        public Optional<FencingToken> take(JobId job, String holder, Duration length) {
            return leases.take(job, holder, length);
        }

        @Override
        public Optional<FencingToken> takeFree(JobId job, String holder, Duration length) {
            return leases.takeFree(job, holder, length);
        }

        @Override
        public boolean keep(JobId job, FencingToken token, Duration length) {
            kept.add(token);
            return leases.keep(job, token, length);
        }

        @Override
        public void vacate(String holder) {
            leases.vacate(holder);
        }

        @Override
        public void release(JobId job, FencingToken token) {
            leases.release(job, token);
        }
    }
}
