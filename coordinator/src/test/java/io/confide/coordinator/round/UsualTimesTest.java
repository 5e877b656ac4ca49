package io.confide.coordinator.round;

import static io.confide.coordinator.round.UsualTimes.Kind.EVALUATION;
import static io.confide.coordinator.round.UsualTimes.Kind.STATISTICS;
import static io.confide.coordinator.round.UsualTimes.Kind.TRAINING;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Fold;
import io.confide.common.model.SiteId;
import io.confide.common.model.Task;
import io.confide.coordinator.round.UsualTimes.Kind;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

class UsualTimesTest {
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofMinutes(10);
    private static final SiteId A = new SiteId("a");
    private static final SiteId B = new SiteId("b");

    /** Two sites in rounds of one kind; whoever needs more than the time is late. */
    private static final class Rounds {
        private final Duration most;
        private UsualTimes known;
        private Duration last = Duration.ZERO;
        private final SortedMap<SiteId, Long> lives = new TreeMap<>();

        Rounds(Duration most) {
            this.most = most;
            this.known = new UsualTimes(LEAST, most);
            lives.put(A, 1L);
            lives.put(B, 1L);
        }

        Duration next() {
            return known.of(TRAINING, lives);
        }

        /** Returns whether {@code b} is late; {@code a} takes a second. */
        boolean round(Duration b) {
            last = next();
            var needed = new TreeMap<SiteId, Duration>();
            var late = new TreeSet<SiteId>();
            needed.put(A, Duration.ofSeconds(1));
            if (b.compareTo(last) > 0) {
                late.add(B);
            } else {
                needed.put(B, b);
            }
            known = known.with(new UsualTimes.Round(TRAINING, last, needed, late, lives));
            return !late.isEmpty();
        }

        Rounds rounds(int count, Duration b) {
            for (int i = 0; i < count; i++) {
                round(b);
            }
            return this;
        }
    }

    private static Rounds afterThree(long seconds) {
        return new Rounds(MOST).rounds(3, Duration.ofSeconds(seconds));
    }

    @Test
    void theWholeTimeIsGivenUntilEverySiteHasDoneThreeRoundsOfTheKind() {
        var rounds = new Rounds(MOST);
        for (int i = 0; i < 3; i++) {
            assertEquals(MOST, rounds.next());
            rounds.round(Duration.ofSeconds(2));
        }
        assertEquals(LEAST, rounds.next());
        assertEquals(MOST, rounds.known.of(EVALUATION, rounds.lives));
        rounds.lives.put(new SiteId("new"), 1L);
        assertEquals(MOST, rounds.next(), "one of them has just joined");
    }

    @Test
    void thenItIsFourTimesTheSlowestRoundedUpToMinutesDoubled() {
        assertEquals(Duration.ofMinutes(1), afterThree(15).next());
        assertEquals(Duration.ofMinutes(2), afterThree(16).next());
        assertEquals(Duration.ofMinutes(4), afterThree(60).next());
        assertEquals(Duration.ofMinutes(8), afterThree(61).next());
        assertEquals(MOST, afterThree(121).next());
    }

    @Test
    void sixteenRoundsLaterASlowOneIsForgotten() {
        var rounds = afterThree(60).rounds(15, Duration.ofSeconds(1));
        assertEquals(Duration.ofMinutes(4), rounds.next());
        assertEquals(LEAST, rounds.rounds(1, Duration.ofSeconds(1)).next());
    }

    @Test
    void anotherProcessOfASiteIsGivenTheWholeTimeOnce() {
        var rounds = afterThree(2);
        rounds.lives.put(B, 2L);
        assertEquals(MOST, rounds.next());
        rounds.round(Duration.ofSeconds(5));
        assertEquals(LEAST, rounds.next());
    }

    @Test
    void ofWhoNeitherUploadedNorWasLateARoundTellsNothing() {
        var rounds = afterThree(2);
        rounds.known =
                rounds.known.with(
                        new UsualTimes.Round(
                                TRAINING,
                                LEAST,
                                Collections.emptySortedMap(),
                                Collections.emptySortedSet(),
                                rounds.lives));
        assertEquals(LEAST, rounds.next());
    }

    @Test
    void whoHangsForGoodCostsEachTimeTwiceAsMuchAndThenAsBefore() {
        var rounds = afterThree(2);
        var hangs = Duration.ofHours(1);
        for (int minutes : List.of(1, 2, 4, 8, 10, 1, 2, 4, 8, 10, 1)) {
            assertEquals(Duration.ofMinutes(minutes), rounds.next());
            assertTrue(rounds.round(hangs));
        }
    }

    @Test
    void whoNeverUploadedIsWaitedForThreeTimesAndThenLess() {
        var rounds = new Rounds(MOST).rounds(3, Duration.ofHours(1));
        assertEquals(LEAST, rounds.next());
    }

    @Test
    void aPlanOfAMinuteOrLessIsNeverCutShort() {
        var most = Duration.ofSeconds(30);
        assertEquals(most, new Rounds(most).rounds(5, Duration.ofMillis(1)).next());
        var never = UsualTimes.never(MOST);
        var lives = new TreeMap<>(new Rounds(MOST).lives);
        for (int i = 0; i < 5; i++) {
            var needed = new TreeMap<>(Map.of(A, LEAST, B, LEAST));
            never =
                    never.with(
                            new UsualTimes.Round(
                                    TRAINING, MOST, needed, Collections.emptySortedSet(), lives));
            assertEquals(MOST, never.of(TRAINING, lives));
        }
        assertThrows(IllegalArgumentException.class, () -> new UsualTimes(Duration.ZERO, MOST));
    }

    @Test
    void aRoundWithoutASumGetsTwiceAsLongUpToThePlansTime() {
        var known = new UsualTimes(LEAST, MOST);
        assertEquals(Duration.ofMinutes(2), known.after(LEAST));
        assertEquals(MOST, known.after(Duration.ofMinutes(8)));
    }

    @Test
    void tasksAreOfOneKindWhateverTheFold() {
        assertEquals(TRAINING, Kind.of(new Task.Train(new Fold.All())));
        assertEquals(TRAINING, Kind.of(new Task.Train(new Fold.Held(2))));
        assertEquals(EVALUATION, Kind.of(new Task.Evaluate(new Fold.Held(2))));
        assertEquals(STATISTICS, Kind.of(new Task.Statistics(new Fold.All())));
    }

    @Property(tries = 500)
    void neverBelowTheLeastNorAboveThePlansTime(
            @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 4_000_000) Long> millis,
            @ForAll @IntRange(min = 1, max = 86_400) int seconds) {
        var most = Duration.ofSeconds(seconds);
        var rounds = new Rounds(most);
        for (long each : millis) {
            var time = rounds.next();
            assertTrue(time.compareTo(most) <= 0);
            assertTrue(time.equals(most) || time.compareTo(LEAST) >= 0);
            rounds.round(Duration.ofMillis(each));
        }
    }

    @Property(tries = 500)
    void slowerRoundsNeverGiveLessTime(
            @ForAll @Size(min = 3, max = 30) List<@LongRange(min = 0, max = 600_000) Long> millis,
            @ForAll @Size(value = 30) List<@LongRange(min = 0, max = 600_000) Long> more) {
        var one = new UsualTimes(LEAST, MOST);
        var slower = one;
        var lives = new TreeMap<>(new Rounds(MOST).lives);
        for (int i = 0; i < millis.size(); i++) {
            one = one.with(uploaded(lives, millis.get(i)));
            slower = slower.with(uploaded(lives, millis.get(i) + more.get(i)));
            assertTrue(slower.of(TRAINING, lives).compareTo(one.of(TRAINING, lives)) >= 0);
        }
    }

    private static UsualTimes.Round uploaded(SortedMap<SiteId, Long> lives, long millis) {
        var needed = new TreeMap<SiteId, Duration>();
        lives.keySet().forEach(site -> needed.put(site, Duration.ofMillis(millis)));
        return new UsualTimes.Round(TRAINING, MOST, needed, Collections.emptySortedSet(), lives);
    }

    @Property(tries = 500)
    void whoIsSteadyWithinAFactorOfTwoIsNeverLate(
            @ForAll @LongRange(min = 1, max = 300_000) long millis,
            @ForAll @Size(min = 5, max = 60) List<@DoubleRange(min = 1, max = 2) Double> jitter) {
        var rounds = new Rounds(MOST);
        for (double each : jitter) {
            assertTrue(!rounds.round(Duration.ofMillis(Math.round(millis * each))));
        }
    }

    @Property(tries = 500)
    void whoBecomesKTimesSlowerIsLateInAtMostLogKRounds(
            @ForAll @LongRange(min = 1, max = 600_000) long millis,
            @ForAll @DoubleRange(min = 1, max = 100) double k) {
        var slower = Duration.ofMillis((long) Math.min(MOST.toMillis(), millis * k));
        var rounds = new Rounds(MOST).rounds(4, Duration.ofMillis(millis));
        int late = 0;
        while (rounds.round(slower)) {
            late++;
        }
        assertTrue(late <= Math.log(k) / Math.log(2), late + " rounds for " + k);
        for (int i = 0; i < 20; i++) {
            assertTrue(!rounds.round(slower));
        }
    }

    /** From when a round closes a site's time can be told within a factor of two, and not at all below 15 s. */
    @Property(tries = 300)
    void whatIsGivenIsAMinuteDoubledOrThePlansTime(
            @ForAll @LongRange(min = 1, max = 600_000) long millis) {
        var time = new Rounds(MOST).rounds(4, Duration.ofMillis(millis)).next();
        assertTrue(
                time.equals(MOST) || List.of(60L, 120L, 240L, 480L).contains(time.toSeconds()),
                time::toString);
    }
}
