package io.confide.coordinator.aggregate;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.common.secagg.VectorHash;
import io.confide.common.vector.Words;
import io.confide.coordinator.port.Claims;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.Partial;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.Lock;

/** Two or three members that fold what a few sites upload, a leader that counts their sums, and misfortunes. */
final class FoldWorld {
    private static final JobId JOB = new JobId(new UUID(1, 2));
    private static final long ROUND = 5;
    private static final FencingToken LEADER = new FencingToken(7);
    private static final FencingToken FORMER = new FencingToken(6);

    /** Two pieces of a sum, so that it can be seen half added. */
    private static final int LONG_WORDS = 8193;

    private static final int GATHERINGS = 3;

    /** How long anything waits at most. */
    private static final int STEPS = 60;

    private final SplittableRandom random;
    private final Mutant mutant;
    private final Turns turns;
    private final SteppedPorts ports;
    private final Rows rows = new Rows();
    private final int words;
    private final List<long[]> inputs = new ArrayList<>();
    private final List<Process> members = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private int boots;

    /** Which rule does not hold. */
    enum Mutant {
        NONE,
        /** R2: nobody looks what a row says before it is taken. */
        NO_COMPARE_AND_SET,
        /** R3: the row is not compared before the add, and two may be at it. */
        NO_ROW_LOCK,
        /** R4: a sum may be read while it grows. */
        SEAL_DOES_NOT_WAIT,
        /** R5: each partial sum is judged when it is sealed, and not all of them at once. */
        COUNTED_ONE_BY_ONE
    }

    /** What a count came to. */
    enum Outcome {
        EXACT,
        NOTHING,
        WRONG,
        /** A partial sum was sealed, and did not count in the end. */
        DROPPED
    }

    FoldWorld(long seed, Mutant mutant) {
        this.random = new SplittableRandom(seed);
        this.mutant = mutant;
        this.turns = new Turns(random.split());
        this.words = mutant == Mutant.SEAL_DOES_NOT_WAIT ? LONG_WORDS : 1;
        rows.make(
                switch (mutant) {
                    case NO_COMPARE_AND_SET -> Rows.Mistake.TAKES_ANY_ROW;
                    case NO_ROW_LOCK -> Rows.Mistake.FOLDS_ANY_ROW;
                    case NONE, SEAL_DOES_NOT_WAIT, COUNTED_ONE_BY_ONE -> Rows.Mistake.NONE;
                });
        int sites = random.nextInt(2, 6);
        for (int i = 0; i < sites; i++) {
            inputs.add(random.longs(words).toArray());
        }
        this.ports = new SteppedPorts(turns, random, rows, inputs);
        int processes = random.nextInt(2, 4);
        for (int i = 0; i < processes; i++) {
            members.add(new Process("m" + i));
        }
    }

    /** A member of the cluster in one life of its process. */
    private final class Process {
        private final String name;
        private final MemberSums sums;
        private boolean dead;

        Process(String name) {
            this.name = name;
            var member =
                    new MemberSums.Member(
                            name, Duration.ofSeconds(10), () -> new UUID(9, boots++), () -> 0L);
            this.sums =
                    new MemberSums(
                            member,
                            ports.boots(),
                            ports.claims(),
                            ports.staging(),
                            FoldWorld.this::lock);
        }
    }

    List<Outcome> run() {
        for (var member : members) {
            turns.add(() -> member.dead, member.sums::keep);
        }
        int orders = random.nextInt(4, 20);
        for (int i = 0; i < orders; i++) {
            order();
        }
        turns.add(() -> false, this::misfortunes);
        turns.add(() -> false, this::lead);
        turns.run();
        return outcomes;
    }

    private Process someMember() {
        return members.get(random.nextInt(members.size()));
    }

    /** Asks a member for an input; the leader asks several if it hears nothing. */
    private void order() {
        var member = someMember();
        int site = random.nextInt(inputs.size());
        int pause = random.nextInt(STEPS);
        turns.add(
                () -> member.dead,
                () -> {
                    pause(pause);
                    member.sums.fold(LEADER, input(site), words);
                });
    }

    private void pause(int steps) {
        for (int i = 0; i < steps; i++) {
            turns.step();
        }
    }

    private void misfortunes() {
        int number = random.nextInt(6);
        for (int i = 0; i < number; i++) {
            pause(random.nextInt(STEPS / 3));
            misfortune(someMember());
        }
    }

    private void misfortune(Process member) {
        switch (random.nextInt(9)) {
            case 0, 1 -> rows.pass(member.name);
            case 2 -> rows.fence(member.name);
            case 3 -> on(member, member.sums::keep);
            case 4 -> on(member, member.sums::reboot);
            case 5 -> {
                member.dead = true;
                rows.pass(member.name);
                if (random.nextBoolean()) {
                    var next = new Process(member.name);
                    members.set(members.indexOf(member), next);
                    on(next, next.sums::keep);
                }
            }
            case 6 -> on(member, () -> member.sums.unseal(FORMER, JOB, ROUND));
            case 7 -> on(member, () -> member.sums.discard(FORMER, JOB, ROUND));
            default -> order();
        }
    }

    /** Whatever a member does, it does on a thread of its own. */
    private void on(Process member, Runnable work) {
        turns.add(() -> member.dead, work);
    }

    private void lead() {
        pause(random.nextInt(STEPS));
        int gatherings = random.nextInt(1, GATHERINGS + 1);
        for (int i = 0; i < gatherings; i++) {
            gather();
            var sealed = List.copyOf(members);
            for (var member : sealed) {
                on(member, () -> member.sums.unseal(LEADER, JOB, ROUND));
            }
            int more = random.nextInt(4);
            for (int j = 0; j < more; j++) {
                order();
            }
            pause(random.nextInt(20));
        }
    }

    /** A partial sum as the leader has it. */
    private record Fetched(Partial partial, List<Long> sum) {}

    private void gather() {
        var order = new ArrayList<>(members);
        Collections.shuffle(order, new Random(random.nextLong()));
        var answers = new ArrayList<Optional<Fetched>>();
        var waiting = new int[] {order.size()};
        for (var member : order) {
            int pause = random.nextInt(STEPS / 3);
            turns.add(
                    () -> false,
                    () -> {
                        pause(pause);
                        var fetched = new ArrayList<Fetched>();
                        var answer = new boolean[1];
                        turns.add(
                                () -> member.dead,
                                () -> {
                                    fetch(member).ifPresent(fetched::add);
                                    answer[0] = true;
                                });
                        turns.until(() -> answer[0] || member.dead);
                        answers.add(fetched.stream().findFirst());
                        waiting[0]--;
                    });
        }
        turns.until(() -> waiting[0] == 0);
        pause(random.nextInt(6));
        count(answers.stream().flatMap(Optional::stream).toList());
    }

    /** Whether it counts is found out now only where that is the mistake. */
    private Optional<Fetched> fetch(Process member) {
        var sealed = member.sums.seal(LEADER, JOB, ROUND).orElseThrow();
        turns.step();
        if (sealed.partial().isEmpty()) {
            return Optional.empty();
        }
        var partial = sealed.partial().get();
        if (mutant == Mutant.COUNTED_ONE_BY_ONE && !rows.counts(JOB, ROUND, partial)) {
            return Optional.empty();
        }
        var place = new MemberSums.Place(JOB, ROUND, partial.boot(), sealed.generation());
        var bytes = member.sums.read(place, 0, words);
        if (bytes.isEmpty() || !Digest.of(bytes.get()).equals(partial.hash())) {
            if (bytes.isPresent() && mutant == Mutant.NONE) {
                throw new AssertionError("a sealed sum has changed");
            }
            return Optional.empty();
        }
        var sum = new ArrayList<Long>();
        for (long word : Words.fromBytes(bytes.get())) {
            sum.add(word);
        }
        return Optional.of(new Fetched(partial, sum));
    }

    /** R5 and R6 in one instant. */
    private void count(List<Fetched> all) {
        var counted =
                all.stream()
                        .filter(
                                each ->
                                        mutant == Mutant.COUNTED_ONE_BY_ONE
                                                || rows.counts(JOB, ROUND, each.partial()))
                        .toList();
        if (counted.size() < all.size()) {
            outcomes.add(Outcome.DROPPED);
        }
        var u3 = new TreeSet<SiteId>();
        var sum = new long[words];
        for (var each : counted) {
            u3.addAll(each.partial().inputs().keySet());
            for (int i = 0; i < words; i++) {
                sum[i] += each.sum().get(i);
            }
        }
        for (var site : u3) {
            long[] input = inputs.get(Integer.parseInt(site.value().substring(1)));
            for (int i = 0; i < words; i++) {
                sum[i] -= input[i];
            }
        }
        boolean isExact = Arrays.stream(sum).allMatch(word -> word == 0);
        outcomes.add(!isExact ? Outcome.WRONG : u3.isEmpty() ? Outcome.NOTHING : Outcome.EXACT);
    }

    private Claims.Input input(int site) {
        var hash = VectorHash.of(inputs.get(site)).value();
        return new Claims.Input(
                JOB, ROUND, new SiteId("s" + site), new UploadProof(hash, Bytes.EMPTY));
    }

    private Lock lock(Locks.Guarded what) {
        boolean isNone =
                switch (what) {
                    case INPUT -> mutant == Mutant.NO_ROW_LOCK;
                    case SUM -> mutant == Mutant.SEAL_DOES_NOT_WAIT;
                    case BOOT -> false;
                };
        return ports.lock(isNone ? SteppedPorts.Locking.NONE : SteppedPorts.Locking.ONE_AT_A_TIME);
    }
}
