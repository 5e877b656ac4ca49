package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.secagg.site.HonestRound.Path;
import io.confide.common.secagg.site.HonestRound.Reach;
import io.confide.common.vector.Words;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** With an honest coordinator a round gives the exact sum of exactly the included inputs, or nothing. */
class DropPatternTest {
    private static final Reach[] STEPS = Reach.values();
    private static final int ORDERS = 2;

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 1", "4, 0", "4, 1", "5, 1"})
    void everyPatternOfDropoutsGivesTheExactSumOrNone(int n, int colluders) {
        var consortium = Consortium.of(n, colluders);
        int patterns = Math.toIntExact(Math.round(Math.pow(STEPS.length, n)));
        consortium.setUp(1, 1, patterns);
        var complete = new ArrayList<List<Reach>>();
        for (int pattern = 0; pattern < patterns; pattern++) {
            List<Reach> reach = pattern(pattern, n);
            requireExactOrNone(consortium, pattern + 1, reach, Path.VOTED);
            if (reach.stream().allMatch(r -> r.compareTo(Reach.NO_UPLOAD) > 0)) {
                complete.add(reach);
            }
        }
        consortium.setUp(2, patterns + 1, complete.size());
        for (int at = 0; at < complete.size(); at++) {
            requireExactOrNone(consortium, patterns + 1 + at, complete.get(at), Path.FAST);
        }
    }

    /**
     * Six sites: every pattern up to the order of the sites, each in a few random orders; all 15 625 with {@code
     * -Dconfide.exhaustive=true}.
     */
    @Test
    void everyMixOfDropoutsAmongSixSitesGivesTheExactSumOrNone() {
        int n = 6;
        boolean exhaustive = Boolean.getBoolean("confide.exhaustive");
        var random = new Random(6);
        var patterns = new ArrayList<List<Reach>>();
        int all = Math.toIntExact(Math.round(Math.pow(STEPS.length, n)));
        for (int pattern = 0; pattern < all; pattern++) {
            var reach = pattern(pattern, n);
            if (exhaustive) {
                patterns.add(reach);
            } else if (isSorted(reach)) {
                for (int order = 0; order < ORDERS; order++) {
                    var shuffled = new ArrayList<>(reach);
                    Collections.shuffle(shuffled, random);
                    patterns.add(shuffled);
                }
            }
        }
        assertEquals(exhaustive ? 15_625 : 210 * ORDERS, patterns.size());
        var consortium = Consortium.of(n, 1);
        for (int from = 0, epoch = 1; from < patterns.size(); from += 4000, epoch++) {
            int to = Math.min(patterns.size(), from + 4000);
            consortium.setUp(epoch, from + 1, to - from);
            for (int at = from; at < to; at++) {
                Path path = Path.values()[at % 2];
                requireExactOrNone(consortium, at + 1, patterns.get(at), path);
            }
        }
    }

    private static boolean isSorted(List<Reach> reach) {
        for (int at = 1; at < reach.size(); at++) {
            if (reach.get(at).compareTo(reach.get(at - 1)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static List<Reach> pattern(int number, int n) {
        var reach = new ArrayList<Reach>();
        for (int rest = number, site = 0; site < n; site++, rest /= STEPS.length) {
            reach.add(STEPS[rest % STEPS.length]);
        }
        return reach;
    }

    /** Sixty sites; two hundred, the most there are, with {@code -Dconfide.exhaustive=true}. */
    @Test
    void aLargeRosterWithDropoutsGivesTheExactSum() {
        int n = Boolean.getBoolean("confide.exhaustive") ? 200 : 60;
        var consortium = Consortium.of(n, n / 10);
        consortium.setUp(1, 1, 2);
        var random = new Random(n);
        for (Path path : Path.values()) {
            var reach = new ArrayList<>(HonestRound.everybody(n));
            for (int drop = 0; drop < n / 5; drop++) {
                Reach worst = path == Path.FAST ? Reach.NO_SIGN : Reach.ABSENT;
                int step = worst.ordinal() + random.nextInt(Reach.LIVE.ordinal() - worst.ordinal());
                reach.set(random.nextInt(n), STEPS[step]);
            }
            requireExactOrNone(consortium, 1 + path.ordinal(), reach, path);
        }
    }

    @Property(tries = 12)
    void randomPatternsInLargerRostersGiveTheExactSumOrNone(@ForAll("rosters") Case drawn) {
        var consortium = new Consortium(drawn.n, drawn.colluders, 3, Set.of(), drawn.seed);
        consortium.setUp(1, 10, 4);
        for (int round = 0; round < drawn.rounds.size(); round++) {
            requireExactOrNone(
                    consortium, 10 + round, drawn.rounds.get(round), Path.values()[round % 2]);
        }
    }

    record Case(int n, int colluders, long seed, List<List<Reach>> rounds) {}

    @Provide
    Arbitrary<Case> rosters() {
        Arbitrary<Reach> step =
                Arbitraries.frequency(
                        Tuple.of(18, Reach.LIVE),
                        Tuple.of(1, Reach.NO_REVEAL),
                        Tuple.of(1, Reach.NO_SIGN),
                        Tuple.of(1, Reach.NO_UPLOAD),
                        Tuple.of(1, Reach.ABSENT));
        return Arbitraries.integers()
                .between(6, 24)
                .flatMap(
                        n ->
                                Combinators.combine(
                                                Arbitraries.integers().between(0, (n - 1) / 3),
                                                Arbitraries.longs(),
                                                step.list().ofSize(n).list().ofSize(3))
                                        .as((c, seed, rounds) -> new Case(n, c, seed, rounds)));
    }

    private static void requireExactOrNone(
            Consortium consortium, long number, List<Reach> reach, Path path) {
        var round = HonestRound.of(consortium, number, reach).via(path);
        var outcome = round.run();
        long uploaded = reach.stream().filter(r -> r.compareTo(Reach.NO_UPLOAD) > 0).count();
        long live = reach.stream().filter(r -> r == Reach.LIVE).count();
        boolean should = uploaded >= consortium.policy.floor() && live >= consortium.roster.q();
        assertEquals(should, outcome.sum().isPresent(), () -> "pattern " + reach);
        if (should) {
            long[] expected = new long[Consortium.WORDS];
            for (int site : outcome.included()) {
                Words.addInto(expected, round.inputs().get(site));
            }
            assertArrayEquals(expected, outcome.sum().get(), () -> "pattern " + reach);
            assertEquals(outcome.included().size(), expected[Consortium.WORDS - 1]);
        }
    }
}
