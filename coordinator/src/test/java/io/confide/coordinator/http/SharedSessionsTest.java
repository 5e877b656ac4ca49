package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.Seed;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.coordinator.http.SessionReadings.Standing;
import io.confide.coordinator.http.Sessions.Written;
import io.confide.coordinator.port.InMemorySessions;
import io.confide.coordinator.port.SessionStore;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/** Members of one coordinator over one store, in virtual time. */
class SharedSessionsTest {
    private static final Sessions.Holder ADA =
            Sessions.Holder.of("ada", "hash", Sessions.Life.OF_AN_ACCOUNT);
    private static final Duration SOON = SessionReadings.EVERY;

    private final SecureRandom random = new SecureRandom();
    private final SessionSeal seal = new SessionSeal(Seed.generate(random));
    private final Store store = new Store();
    private final PriorityQueue<Later> timers =
            new PriorityQueue<>(Comparator.comparing(Later::when));
    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private final Member north = new Member(store);
    private final Member south = new Member(store);

    @Test
    void whoSignsInAtOneMemberIsSignedInAtAllAtOnce() {
        String id = north.sessions.open(ADA);
        assertEquals(List.of(), south.standing(id), "it has to be asked for");
        pass(SessionReadings.APART);
        assertEquals(List.of(Standing.OPEN), south.asked(id));
        assertEquals(ADA, south.readings.now(id).orElseThrow());
    }

    @Test
    void aSignOutAtOneMemberEndsTheSessionAtAllWithinTwoSeconds() {
        String id = north.sessions.open(ADA);
        pass(SOON);
        var late = new Member(store);
        assertTrue(south.isIn(id) && late.isIn(id));

        assertEquals(List.of(Written.YES), north.close(id));

        assertFalse(north.isIn(id));
        pass(SOON);
        assertFalse(south.isIn(id), "at a member that was there when it was opened");
        assertFalse(late.isIn(id), "at one that was started since");
        assertEquals(List.of(), store.all());
        assertEquals(List.of(), south.standing(id));
        pass(SOON);
        assertEquals(List.of(Standing.NONE), south.asked(id));
    }

    @Test
    void whoSignedInElsewhereAMomentAgoCanSignOutHere() {
        String id = north.sessions.open(ADA);
        assertEquals(List.of(), south.close(id), "it has to be asked for first");
        pass(SOON);
        assertEquals(List.of(Written.YES), south.written);
        assertEquals(List.of(), store.all());
        assertFalse(north.isIn(id));
    }

    @Test
    void aMemberWhereSomebodyIsIdleDoesNotEndWhatIsUsedAtAnother() {
        String id = north.sessions.open(ADA);
        pass(SOON);
        assertTrue(south.isIn(id));
        for (int i = 0; i < 8; i++) {
            pass(Duration.ofMinutes(7));
            assertTrue(north.sessions.use(id));
        }
        pass(SOON);
        assertTrue(south.isIn(id));
        pass(Duration.ofMinutes(29));
        south.sessions.open(ADA);
        pass(SOON);
        assertTrue(north.isIn(id) && south.isIn(id), "nor does it sweep it out");
        pass(Duration.ofMinutes(1));
        assertFalse(north.isIn(id) || south.isIn(id), "half an hour after the last use anywhere");
    }

    @Test
    void aMemberThatHasHeardOfNoUseForLongDoesNotEndTheSessionForTheOthers() {
        String id = north.sessions.open(ADA);
        pass(SOON);
        south.isSlow = true;
        pass(Duration.ofMinutes(20));
        assertTrue(north.sessions.use(id));
        pass(Duration.ofMinutes(15));
        assertTrue(south.sessions.find(id).isEmpty(), "idle, by what it knows");
        south.catchUp();
        pass(SOON);
        assertTrue(north.isIn(id) && store.all().size() == 1);
    }

    /** The last use of a minute is not written with a request, because there may be none after it. */
    @Test
    void theLastUseCountsWhereverItWas() {
        String id = north.sessions.open(ADA);
        pass(Duration.ofSeconds(50));
        assertTrue(north.sessions.use(id));
        pass(Duration.ofMinutes(29).plusSeconds(55));
        assertTrue(south.isIn(id), "30:45 after the sign-in and 29:55 after the last use");
        pass(Duration.ofSeconds(6));
        assertFalse(south.isIn(id));
    }

    @Test
    void whileTheDatabaseIsAwayNobodyCountsForLongAndAfterwardsEverybodyDoes() {
        String id = north.sessions.open(ADA);
        pass(SOON);
        store.away = true;
        pass(SessionReadings.TRUSTED.minus(SOON));
        assertTrue(south.isIn(id), "what was known a moment ago");
        pass(SOON);
        assertFalse(south.isIn(id), "somebody may have signed out elsewhere");
        assertEquals(List.of(Standing.UNKNOWN), south.standing(id), "which is not that it ended");
        assertEquals(List.of(Standing.UNKNOWN), south.standing("A".repeat(43)));
        store.away = false;
        pass(SOON);
        assertTrue(south.isIn(id) && north.isIn(id));
    }

    @Test
    void aSignOutThatCouldNotBeWrittenIsWrittenWhenTheDatabaseIsBack() {
        String id = north.sessions.open(ADA);
        pass(SOON);
        store.away = true;
        assertEquals(List.of(Written.NO), north.close(id));
        assertFalse(north.isIn(id));
        store.away = false;
        pass(SOON.multipliedBy(2));
        assertFalse(north.isIn(id), "the store had it still");
        assertFalse(south.isIn(id));
        assertEquals(List.of(), store.all());
    }

    /** The next request may go to another member: nobody is told to be in before that one can know. */
    @Test
    void aSignInIsSaidToBeDoneOnlyWhenItIsWritten() {
        var told = new ArrayList<Written>();
        north.isSlow = true;
        north.sessions.open(ADA, (_, written) -> told.add(written));
        assertEquals(List.of(), told);
        north.catchUp();
        assertEquals(List.of(Written.YES), told);
        store.away = true;
        north.sessions.open(ADA, (_, written) -> told.add(written));
        north.catchUp();
        assertEquals(List.of(Written.YES, Written.NO), told);
    }

    @Test
    void aSignOutOfWhatNobodyKnowsIsNotSaidToBeDoneWhileTheDatabaseIsAway() {
        String id = north.sessions.open(ADA);
        store.away = true;
        pass(SessionReadings.TRUSTED.plus(SOON));
        assertEquals(List.of(Written.UNKNOWN), south.close(id));
    }

    @Test
    void aSignInThatCouldNotBeWrittenIsNoneAnywhere() {
        store.away = true;
        String id = north.sessions.open(ADA);
        assertTrue(north.isIn(id));
        store.away = false;
        pass(SOON);
        assertFalse(north.isIn(id));
    }

    /** As if a reading was on its way while somebody signs in or out. */
    @Test
    void aReadingThatWasBegunBeforeNeitherEndsNorBringsBackASession() {
        String old = north.sessions.open(ADA);
        pass(SOON);
        north.isSlow = true;
        north.sessions.read(north.answered::add, _ -> {});
        north.asked.remove().run();
        String young = north.sessions.open(ADA);
        north.sessions.close(old, _ -> {});
        north.answered.remove().run();
        assertTrue(north.isIn(young), "it could not be in that reading");
        assertFalse(north.isIn(old), "it was in that reading");
        north.catchUp();
        north.sessions.read(Runnable::run, _ -> {});
        north.catchUp();
        assertTrue(north.isIn(young));
        assertFalse(north.isIn(old));
    }

    @Test
    void inventedNumbersCostAReadingNowAndThenAndNoMore() {
        pass(SOON);
        int before = store.reads;
        var told = new ArrayList<Standing>();
        for (int tenth = 0; tenth < 100; tenth++) {
            for (int i = 0; i < 10; i++) {
                south.readings.ask(south.sessions.number(), told::add);
                south.readings.ask("no number of ours " + i, told::add);
            }
            pass(Duration.ofMillis(100));
        }
        // Five a second at most, and both members' own every two seconds.
        int reads = store.reads - before;
        assertTrue(reads <= 10 * 5 + 2 * 5, () -> "reads: " + reads);
        pass(SessionReadings.APART);
        assertEquals(Collections.nCopies(2000, Standing.NONE), told);
        // The first is not kept waiting.
        for (int i = 0; i <= SessionReadings.WAITING_MAX; i++) {
            south.readings.ask(south.sessions.number(), _ -> {});
        }
        assertEquals(List.of(Standing.UNKNOWN), south.standing(south.sessions.number()));
        String id = north.sessions.open(ADA);
        pass(SOON);
        assertTrue(south.isIn(id), "and who is signed in gets in all the same");
    }

    @Test
    void aSessionOfTheAccessTokenCountsWhereItWasOpened() {
        String id = north.sessions.open(SignIn.BY_TOKEN);
        pass(SOON.multipliedBy(3));
        assertTrue(north.isIn(id));
        south.standing(id);
        pass(SOON);
        assertFalse(south.isIn(id));
    }

    @Test
    void aMemberWithAnotherKeyHonoursNothingAndEndsNothing() {
        String id = north.sessions.open(ADA);
        var strange = new Member(store, new SessionSeal(Seed.generate(random)));
        pass(SOON);
        assertFalse(strange.isIn(id));
        assertTrue(south.isIn(id));
    }

    @Test
    void oneProcessReadsOnceAndNeverAgain() {
        var alone =
                new Sessions(
                        () -> now,
                        random,
                        Sessions.Times.usual(),
                        new SessionMemory(
                                store, seal, Runnable::run, SessionMemory.Reach.ONE_PROCESS));
        var readings = new SessionReadings(alone, new VirtualLoop());
        timers.clear();
        int before = store.reads;
        readings.begin();
        String id = alone.open(ADA);
        var said = new ArrayList<Standing>();
        readings.ask(id, said::add);
        readings.ask(alone.number(), said::add);
        pass(Duration.ofMinutes(5));
        store.away = true;
        pass(Duration.ofMinutes(5));
        readings.ask(id, said::add);
        assertEquals(List.of(Standing.OPEN, Standing.NONE, Standing.OPEN), said);
        assertEquals(before, store.reads);
    }

    private void pass(Duration time) {
        var end = now.plus(time);
        while (!timers.isEmpty() && !timers.peek().when().isAfter(end)) {
            var next = timers.remove();
            now = next.when();
            next.task().run();
        }
        now = end;
    }

    private record Later(Instant when, Runnable task) {}

    private final class VirtualLoop implements SessionReadings.Loop {
        @Override
        public void after(Duration delay, Runnable task) {
            timers.add(new Later(now.plus(delay), task));
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    /** One process of the coordinator. */
    private final class Member {
        final Sessions sessions;
        final SessionReadings readings;
        final List<Standing> said = new ArrayList<>();
        final List<Written> written = new ArrayList<>();

        /** What the database was asked for, if it is slow. */
        final Queue<Runnable> asked = new ArrayDeque<>();

        final Queue<Runnable> answered = new ArrayDeque<>();
        boolean isSlow;

        Member(SessionStore kept) {
            this(kept, seal);
        }

        Member(SessionStore kept, SessionSeal key) {
            sessions =
                    new Sessions(
                            () -> now,
                            random,
                            Sessions.Times.usual(),
                            new SessionMemory(
                                    kept, key, this::write, SessionMemory.Reach.EVERY_MEMBER));
            readings = new SessionReadings(sessions, new VirtualLoop());
            readings.begin();
        }

        private void write(Runnable task) {
            if (isSlow) {
                asked.add(task);
            } else {
                task.run();
            }
        }

        void catchUp() {
            while (!asked.isEmpty()) {
                asked.remove().run();
            }
        }

        /** What is said at once. */
        List<Standing> standing(String id) {
            said.clear();
            readings.ask(id, said::add);
            return List.copyOf(said);
        }

        /** What has been said since. */
        List<Standing> asked(String id) {
            assertEquals(said.contains(Standing.OPEN), readings.now(id).isPresent());
            return List.copyOf(said);
        }

        boolean isIn(String id) {
            return readings.now(id).isPresent();
        }

        List<Written> close(String id) {
            readings.close(id, written::add);
            return List.copyOf(written);
        }
    }

    private static final class Store extends InMemorySessions {
        boolean away;
        int reads;

        private void reach() {
            if (away) {
                throw new ConfideException(ErrorCode.UNREACHABLE, "the database is away");
            }
        }

        @Override
        public List<Stored> all() {
            reads++;
            reach();
            return super.all();
        }

        @Override
        public void keep(Stored session) {
            reach();
            super.keep(session);
        }

        @Override
        public void used(Digest number, Instant when) {
            reach();
            super.used(number, when);
        }

        @Override
        public void forget(Digest number) {
            reach();
            super.forget(number);
        }

        @Override
        public void forgetUnused(Digest number, Instant since) {
            reach();
            super.forgetUnused(number, since);
        }
    }
}
