package io.confide.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Kills and holds processes of a cluster by a schedule that follows from a seed, and starts again whatever it killed. One fault
 * begins 20 to 40 seconds after the one before, and not before that one's processes are back.
 */
final class SoakFaults {
    private static final List<String> MEMBERS = List.of("member-1", "member-2", "member-3");

    enum Kind {
        SITE(30),
        TWO_SITES(12),
        MEMBER(25),
        TWO_MEMBERS(8),
        SITE_AND_MEMBER(10),
        HELD_SITE(7),
        HELD_MEMBER(8);

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private final ClusterStage stage;
    private final Set<String> spared;
    private final Random random;
    private final Consumer<String> print;
    private final ReentrantLock held = new ReentrantLock();
    private final Map<Kind, Integer> counts =
            Collections.synchronizedMap(new EnumMap<Kind, Integer>(Kind.class));

    /** @param spared never killed any more once {@link #spare} was called; they are still held */
    SoakFaults(ClusterStage stage, Set<String> spared, long seed, Consumer<String> print) {
        this.stage = stage;
        this.spared = spared;
        this.random = new Random(seed);
        this.print = print;
    }

    /** Lets faults happen for so long; all processes run when it returns. */
    void run(Duration length, Duration sparedFrom) throws Exception {
        long begin = System.nanoTime();
        while (!isOver(begin, length)) {
            pause(Duration.ofMillis(20_000 + random.nextInt(20_000)), begin, length);
            if (!isOver(begin, length)) {
                strike(isOver(begin, sparedFrom) ? spared : Set.of());
            }
        }
    }

    private static boolean isOver(long begin, Duration length) {
        return System.nanoTime() - begin >= length.toNanos();
    }

    private static void pause(Duration gap, long begin, Duration length)
            throws InterruptedException {
        long left = length.toMillis() - (System.nanoTime() - begin) / 1_000_000;
        Thread.sleep(Math.clamp(left, 0, gap.toMillis()));
    }

    Map<Kind, Integer> counts() {
        return Map.copyOf(counts);
    }

    /** Held while a process stands still, which could answer nobody. */
    ReentrantLock held() {
        return held;
    }

    private void strike(Set<String> not) throws Exception {
        var kind = draw();
        switch (kind) {
            case SITE -> kill(kind, sites(1, not));
            case TWO_SITES -> kill(kind, sites(2, not));
            case MEMBER -> kill(kind, members(1, not));
            case TWO_MEMBERS -> kill(kind, members(2, not));
            case SITE_AND_MEMBER -> {
                var both = sites(1, not);
                both.addAll(members(1, not));
                kill(kind, both);
            }
            case HELD_SITE -> hold(kind, sites(1, Set.of()).getFirst());
            case HELD_MEMBER -> hold(kind, members(1, Set.of()).getFirst());
        }
        counts.merge(kind, 1, Integer::sum);
    }

    private Kind draw() {
        int at = random.nextInt(100);
        for (var kind : Kind.values()) {
            at -= kind.weight;
            if (at < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("the weights are less than 100");
    }

    private List<String> sites(int count, Set<String> not) {
        return some(stage.sites(), count, not);
    }

    private List<String> members(int count, Set<String> not) {
        return some(MEMBERS, count, not);
    }

    private List<String> some(List<String> all, int count, Set<String> not) {
        var left = new ArrayList<>(all);
        left.removeAll(not);
        Collections.shuffle(left, random);
        return new ArrayList<>(left.subList(0, count));
    }

    private void kill(Kind kind, List<String> victims) throws Exception {
        var away = Duration.ofMillis(1_000 + random.nextInt(6_000));
        for (var victim : victims) {
            stage.kill9(victim);
        }
        print.accept("killed    " + kind + " " + victims + ", away for " + away.toMillis() + " ms");
        Thread.sleep(away);
        long begin = System.nanoTime();
        for (var victim : victims) {
            if (MEMBERS.contains(victim)) {
                stage.launchMember(victim);
            } else {
                stage.startSite(victim);
            }
        }
        for (var victim : victims) {
            stage.await(victim);
        }
        print.accept(
                "back      %s after %d ms"
                        .formatted(victims, (System.nanoTime() - begin) / 1_000_000));
    }

    private void hold(Kind kind, String victim) throws Exception {
        var length = Duration.ofMillis(2_000 + random.nextInt(10_000));
        held.lock();
        try {
            stage.hold(victim);
            print.accept("held      " + kind + " " + victim + " for " + length.toMillis() + " ms");
            Thread.sleep(length);
        } finally {
            stage.release(victim);
            held.unlock();
        }
    }
}
