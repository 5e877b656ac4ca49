package io.confide.swarm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Runs many worlds, each on one thread, until there are enough, the time is up, or too many have failed. */
public final class Swarm {
    /** Each so many seeds a world is run twice, and both traces must be the same. */
    public static final int TWICE_EVERY = 100;

    private static final int FAILURES_MAX = 5;
    private static final int DETERMINISM = 11;

    private final Kits kits = new Kits();

    /**
     * What to run.
     *
     * @param seed of the first world; those of the others follow
     * @param atMost after which no further world begins
     */
    public record Wish(long seed, long worlds, Duration atMost, int threads) {
        /** Throws {@link IllegalArgumentException} with a sentence for a person. */
        public Wish {
            if (worlds < 1 || threads < 1 || atMost.isNegative() || atMost.isZero()) {
                throw new IllegalArgumentException(
                        "A swarm has at least one world, one thread and a second of time.");
            }
        }
    }

    /** A world that broke an invariant, and the least of it that still does. */
    public record Failure(Outcome found, Outcome shrunk) {
        /** The scenario to keep as a regression. */
        public String scenario() {
            return ScenarioText.of(shrunk.scenario());
        }
    }

    /**
     * What came of it.
     *
     * @param worlds that were counted: not those of regressions, nor second runs
     * @param regressions that were run before
     */
    public record Report(
            long worlds,
            double seconds,
            int regressions,
            long twice,
            Tally tally,
            List<Failure> failures) {
        public Report {
            failures = List.copyOf(failures);
        }
    }

    /** First every regression, then fresh worlds. */
    public Report run(Wish wish) throws InterruptedException {
        long begun = System.nanoTime();
        var run = new Run(wish, begun + wish.atMost().toNanos());
        for (var regression : Regressions.all()) {
            run.judge(run(regression.scenario()));
        }
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < wish.threads(); i++) {
            threads.add(Thread.ofPlatform().name("swarm-" + i).start(run));
        }
        for (var thread : threads) {
            thread.join();
        }
        return run.report((System.nanoTime() - begun) / 1e9);
    }

    /** Runs the world of one scenario. */
    Outcome run(Scenario scenario) {
        return new World(scenario, kits.of(scenario)).run();
    }

    /** The world of {@code seed}, run by itself. */
    public Outcome replay(long seed) {
        return run(Scenarios.of(seed));
    }

    private final class Run implements Runnable {
        private final Wish wish;
        private final long endNanos;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong twice = new AtomicLong();
        private final AtomicBoolean enough = new AtomicBoolean();
        private final Tally tally = new Tally();
        private final List<Failure> failures = new ArrayList<>();

        Run(Wish wish, long endNanos) {
            this.wish = wish;
            this.endNanos = endNanos;
        }

        @Override
        public void run() {
            var mine = new Tally();
            long index = next.getAndIncrement();
            while (index < wish.worlds() && System.nanoTime() < endNanos && !enough.get()) {
                var outcome = Swarm.this.run(Scenarios.of(wish.seed() + index));
                mine.add(outcome.tally());
                done.incrementAndGet();
                judge(index % TWICE_EVERY == 0 ? again(outcome) : outcome);
                index = next.getAndIncrement();
            }
            synchronized (tally) {
                tally.add(mine);
            }
        }

        /** Runs it once more; a world that runs otherwise the second time has failed. */
        private Outcome again(Outcome first) {
            twice.incrementAndGet();
            var second = Swarm.this.run(first.scenario());
            if (second.digest() == first.digest() || first.violation().isPresent()) {
                return first;
            }
            return new Outcome(
                    first.scenario(),
                    Optional.of(new Violation(DETERMINISM, "a second run went otherwise")),
                    first.digest(),
                    first.tally(),
                    first.lines());
        }

        void judge(Outcome outcome) {
            if (outcome.violation().isPresent()) {
                var shrunk = new Shrinking(Swarm.this::run).least(outcome);
                synchronized (failures) {
                    failures.add(new Failure(outcome, shrunk));
                    enough.set(failures.size() >= FAILURES_MAX);
                }
            }
        }

        Report report(double seconds) {
            return new Report(
                    done.get(), seconds, Regressions.all().size(), twice.get(), tally, failures);
        }
    }
}
