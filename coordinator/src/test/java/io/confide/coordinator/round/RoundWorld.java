package io.confide.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.SiteId;
import io.confide.common.secagg.CoordinatorMessage.UploadProof;
import io.confide.coordinator.round.RoundEvent.Phase;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One round in virtual time: a driver around the machine, sites that answer as the protocol says, and a network that
 * drops, doubles and delays until it heals. Site i's input is the i-th unit vector, so a 2 in the sum was counted twice and
 * a 0 got lost. Everything follows from the seed.
 */
final class RoundWorld {
    static final int HEALS_AT = 30_000;
    private static final int GRACE = 2_000;
    private static final int REASK = 2_000;
    private static final int PATIENCE = 15_000;
    private static final int COLLECTING = 120_000;
    private static final int GIVE_UP = 120_000;
    private static final int COMEBACK = 30_000;
    private static final int END = 500_000;

    final Map<String, Integer> counted = new HashMap<>();
    private final Subject subject;
    private final RandomGenerator network;
    private final RandomGenerator fates;
    private final int n;
    private final RoundRules rules;
    private final Faults faults;
    private final VirtualTime time = new VirtualTime();
    private final List<String> trace = new ArrayList<>();
    private final SortedSet<SiteId> members = new TreeSet<>();
    private final Set<SiteId> everAway = new HashSet<>();
    private final Set<SiteId> away = new HashSet<>();
    private final Set<SiteId> left = new HashSet<>();
    private final Set<SiteId> dead = new HashSet<>();
    private final Map<SiteId, Set<SiteId>> proposedTo = new HashMap<>();
    private final int[] sum;
    private Set<SiteId> fixed = Set.of();
    private RoundState state;
    private int results;

    /** How often the coordinator restarted: what was on its way and every clock of an earlier life is gone. */
    private int life;

    RoundWorld(long seed, Subject subject) {
        this.subject = subject;
        var factory = RandomGeneratorFactory.<RandomGenerator>of("L64X128MixRandom");
        // One generator per concern, so that one more draw in one does not shift the others.
        this.network = factory.create(seed * 3);
        this.fates = factory.create(seed * 3 + 1);
        this.n = 3 + fates.nextInt(8);
        int q = n / 2 + 1 + fates.nextInt(n - n / 2);
        var vote = fates.nextBoolean() ? RoundRules.Vote.ALWAYS : RoundRules.Vote.IF_ANY_IS_MISSING;
        this.rules = new RoundRules(Math.min(n, q + fates.nextInt(2)), q, q, vote);
        this.faults = Faults.of(fates);
        this.sum = new int[n];
        for (int i = 0; i < n; i++) {
            members.add(site(i));
        }
        var first = subject.open(rules, members, members);
        this.state = first.next();
        lawOfPhases(first);
        first.effects().forEach(this::perform);
    }

    static SiteId site(int i) {
        return new SiteId("s" + (char) ('a' + i));
    }

    private static int index(SiteId site) {
        return site.value().charAt(1) - 'a';
    }

    void run() {
        members.forEach(this::decideFate);
        for (int times = 0; times < 2 && fates.nextDouble() < faults.restart(); times++) {
            time.after(1 + fates.nextInt(fates.nextBoolean() ? 200 : 25_000), this::restart);
        }
        clock(COLLECTING, () -> happened(new RoundEvent.DeadlinePassed(Phase.COLLECTING)));
        if (fates.nextInt(3) == 0) {
            count("may close early");
            clock(
                    1 + fates.nextInt(15_000),
                    () -> happened(new RoundEvent.DeadlinePassed(Phase.USUAL)));
        }
        clock(REASK, this::reask);
        time.runUntil(END);
        end();
    }

    private void decideFate(SiteId site) {
        boolean dies = fates.nextDouble() < faults.die();
        if (dies || fates.nextDouble() < faults.leave()) {
            everAway.add(site);
            int at = 1 + fates.nextInt(20_000);
            time.after(at, () -> leaves(site));
            if (dies) {
                time.after(at, () -> dead.add(site));
            } else {
                time.after(at + 1 + fates.nextInt(8_000), () -> returns(site));
            }
        }
    }

    private void leaves(SiteId site) {
        count("left");
        left.add(site);
        away.add(site);
        happened(new RoundEvent.SiteLost(site));
        clock(GRACE, () -> happened(new RoundEvent.GracePassed(site)));
    }

    private void returns(SiteId site) {
        count("returned");
        left.remove(site);
        arrives(site);
    }

    private void arrives(SiteId site) {
        away.remove(site);
        happened(new RoundEvent.SiteReturned(site));
        if (life > 0) {
            remind(site);
        }
    }

    /** Another process takes the round over: it has the facts, and none of the vectors. */
    private void restart() {
        if (isOver(state)) {
            return;
        }
        count("restarted in " + state.getClass().getSimpleName());
        life++;
        Arrays.fill(sum, 0);
        away.addAll(members);
        happened(new RoundEvent.TakenOver());
        if (state instanceof RoundState.Collecting) {
            clock(
                    Math.max(COMEBACK, COLLECTING - time.now()),
                    () -> happened(new RoundEvent.DeadlinePassed(Phase.COLLECTING)));
        } else {
            startClocks();
        }
        clock(REASK, this::reask);
        for (var site : members) {
            clock(COMEBACK, () -> happened(new RoundEvent.GracePassed(site)));
            clock(
                    1 + network.nextInt(10_000),
                    () -> {
                        if (!left.contains(site) && !dead.contains(site)) {
                            arrives(site);
                        }
                    });
        }
    }

    /** What a site that finds the new process is asked for. */
    private void remind(SiteId site) {
        subject.outstanding(state).stream()
                .filter(effect -> !(effect instanceof RoundEffect.Unmask))
                .forEach(effect -> perform(effect, Set.of(site)));
    }

    private void reask() {
        subject.outstanding(state).stream()
                .filter(effect -> !(effect instanceof RoundEffect.Unmask))
                .forEach(this::perform);
        if (!isOver(state)) {
            clock(REASK, this::reask);
        }
    }

    private void happened(RoundEvent event) {
        var before = state;
        var step = subject.step(before, event);
        assertEquals(step, subject.step(before, event), "not a function");
        trace.add(time.now() + " " + event + " -> " + step.next().getClass().getSimpleName());
        if (isOver(before)) {
            assertEquals(before, step.next(), "a terminal state changed");
            assertEquals(List.of(), step.effects(), "a terminal state acted");
        }
        add(before, step.next(), event);
        state = step.next();
        if (!before.getClass().equals(state.getClass())) {
            count(state.getClass().getSimpleName());
            lawOfPhases(step);
            startClocks();
        }
        step.effects().forEach(this::perform);
    }

    /** The shell adds a vector when its fold is accepted, and only then. */
    private void add(RoundState before, RoundState after, RoundEvent event) {
        if (event instanceof RoundEvent.InputFolded(var site, _)) {
            boolean accepted = !present(before).contains(site) && present(after).contains(site);
            if (accepted || subject.adding() == Subject.Adding.EVERYTHING_THAT_ARRIVES) {
                sum[index(site)]++;
            }
        }
    }

    /** Whose vectors this process has. */
    private static Set<SiteId> present(RoundState state) {
        return switch (state) {
            case RoundState.Collecting s -> s.folded().keySet();
            case RoundState.Signing s -> without(s.included().keySet(), s.lost());
            case RoundState.Revealing s -> without(s.included().keySet(), s.lost());
            case RoundState.Unmasking s -> s.included();
            case RoundState.Done s -> s.included();
            case RoundState.Failed s -> s.included();
        };
    }

    private static Set<SiteId> without(Set<SiteId> all, Set<SiteId> some) {
        var rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private void lawOfPhases(RoundMachine.Step step) {
        assertEquals(
                subject.outstanding(step.next()),
                step.effects(),
                "the effects of a new phase are what is outstanding in it");
    }

    private void startClocks() {
        switch (state) {
            case RoundState.Signing _ ->
                    clock(GIVE_UP, () -> happened(new RoundEvent.DeadlinePassed(Phase.SIGNING)));
            case RoundState.Revealing _ ->
                    clock(GIVE_UP, () -> happened(new RoundEvent.DeadlinePassed(Phase.REVEALING)));
            case RoundState.Collecting _,
                    RoundState.Unmasking _,
                    RoundState.Done _,
                    RoundState.Failed _ -> {}
        }
    }

    private void perform(RoundEffect effect) {
        perform(effect, members);
    }

    /** @param to who of those it is for */
    private void perform(RoundEffect effect, Set<SiteId> to) {
        switch (effect) {
            case RoundEffect.AskInputs(var sites) -> send(sites, to, this::opened);
            case RoundEffect.AwaitReturn _ ->
                    clock(PATIENCE, () -> happened(new RoundEvent.DeadlinePassed(Phase.RETURN)));
            case RoundEffect.Propose(var cohort, var included) -> {
                assertTrue(included.size() >= rules.floor(), "proposed below the floor");
                assertEquals(0, counted.getOrDefault("fast", 0), "a vote after FastCert");
                fix(included.keySet());
                send(cohort, to, site -> proposed(site, included.keySet()));
            }
            case RoundEffect.SendFastCert(var cohort, var included) -> {
                assertEquals(RoundRules.Vote.IF_ANY_IS_MISSING, rules.vote());
                assertEquals(members, included.keySet(), "FastCert without everybody");
                count("fast");
                fix(included.keySet());
                assertSum(included.keySet());
                send(cohort, to, this::certified);
            }
            case RoundEffect.SendCert(var cohort, var included, var signatures) -> {
                assertTrue(signatures.size() >= rules.quorum(), "certified below the quorum");
                fix(included.keySet());
                assertSum(included.keySet());
                send(cohort, to, this::certified);
            }
            case RoundEffect.Unmask(var included, var revealed) -> unmask(included, revealed);
            case RoundEffect.PublishResult(var included, _) -> {
                results++;
                fix(included);
                assertSum(included);
            }
            case RoundEffect.PublishFailed _ ->
                    assertEquals(0, results, "failed after a result was published");
        }
    }

    /** U3 never changes once somebody has seen it. */
    private void fix(Set<SiteId> included) {
        assertTrue(fixed.isEmpty() || fixed.equals(included), "two different sets of inputs");
        fixed = Set.copyOf(included);
    }

    private void unmask(SortedSet<SiteId> included, SortedSet<SiteId> revealed) {
        fix(included);
        for (var about : members) {
            long shares =
                    revealed.stream()
                            .filter(site -> included.contains(about) || !site.equals(about))
                            .count();
            assertTrue(shares >= rules.threshold(), "opened with too few shares of " + about);
        }
        assertSum(included);
        happened(new RoundEvent.Unmasked(Digest.of(new byte[] {1})));
    }

    /** Nobody is asked to open, and nothing is opened, but the whole sum. */
    private void assertSum(Set<SiteId> included) {
        var expected = new int[n];
        included.forEach(site -> expected[index(site)] = 1);
        assertArrayEquals(expected, sum, "the sum is of exactly the included");
    }

    private void opened(SiteId site) {
        reply(site, new RoundEvent.InputFolded(site, proof(site)));
    }

    private void proposed(SiteId site, Set<SiteId> included) {
        var first = proposedTo.putIfAbsent(site, Set.copyOf(included));
        assertTrue(first == null || first.equals(included), "asked to sign two sets");
        reply(site, new RoundEvent.SignVerified(site, Bytes.copyOf(new byte[] {7})));
    }

    private void certified(SiteId site) {
        reply(site, new RoundEvent.RevealVerified(site));
    }

    private static UploadProof proof(SiteId site) {
        return new UploadProof(
                Digest.of(site.value().getBytes(java.nio.charset.StandardCharsets.UTF_8)).value(),
                Bytes.EMPTY);
    }

    private void send(Set<SiteId> sites, Set<SiteId> to, Consumer<SiteId> arrives) {
        for (var site : members) {
            if (sites.contains(site) && to.contains(site)) {
                travel(
                        () -> {
                            if (!away.contains(site) && !dead.contains(site)) {
                                arrives.accept(site);
                            }
                        });
            }
        }
    }

    private void reply(SiteId from, RoundEvent event) {
        travel(
                () -> {
                    if (!away.contains(from)) {
                        happened(event);
                    }
                });
    }

    private void travel(Runnable arrives) {
        boolean healed = time.now() >= HEALS_AT;
        if (!healed && network.nextDouble() < faults.drop()) {
            count("dropped");
            return;
        }
        int copies = !healed && network.nextDouble() < faults.duplicate() ? 2 : 1;
        if (copies == 2) {
            count("doubled");
        }
        for (int copy = 0; copy < copies; copy++) {
            clock(1 + network.nextInt(faults.delayMax()), arrives);
        }
    }

    /** As {@link VirtualTime#after}, unless the coordinator restarts before. */
    private void clock(int delay, Runnable action) {
        int set = life;
        time.after(
                delay,
                () -> {
                    if (set == life) {
                        action.run();
                    }
                });
    }

    private void count(String what) {
        counted.merge(what, 1, Integer::sum);
    }

    private static boolean isOver(RoundState state) {
        return state instanceof RoundState.Done || state instanceof RoundState.Failed;
    }

    private void end() {
        assertTrue(isOver(state), "the round never ended");
        int steady = n - everAway.size();
        boolean owed =
                everAway.isEmpty()
                        || life == 0 && steady >= Math.max(rules.floor(), rules.threshold() + 1);
        if (owed) {
            assertTrue(state instanceof RoundState.Done, "enough sites stayed, yet " + state);
        }
        assertEquals(state instanceof RoundState.Done, results > 0, "a result without its state");
    }

    String tail() {
        return faults
                + " n="
                + n
                + " "
                + rules
                + "\n"
                + String.join("\n", trace.subList(Math.max(0, trace.size() - 25), trace.size()));
    }
}
