package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SitePolicy.RolledBackLedger;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.LedgerHead;
import io.confide.common.secagg.RosterKeys;
import io.confide.common.secagg.S5Body;
import io.confide.common.secagg.SignedBody;
import io.confide.common.secagg.SiteSet;
import io.confide.common.secagg.server.Addressed;
import io.confide.common.secagg.server.EpochSetup;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A31: a site's privacy ledger that is put back from an older copy is noticed by the others, and nobody else is accused. */
class PeerLedgersTest {
    private static final int N = 4;
    private static final int VICTIM = 2;
    private static final JobId OTHER_JOB = JobId.of("10010203-0405-0607-0809-0a0b0c0d0e0f");

    /** A ledger whose content follows from its length, and from which of several histories it is. */
    private static LedgerHead head(long entries, int history) {
        return entries == 0
                ? LedgerHead.START
                : new LedgerHead(entries, Digest.of(new byte[] {(byte) entries, (byte) history}));
    }

    private static LedgerHead head(long entries) {
        return head(entries, 0);
    }

    @Test
    void a31ALedgerPutBackIsNoticedByEverybodyAndTheEpochGoesOn() {
        var consortium = Consortium.of(N, 1);
        assertEquals(
                Map.of(), putBack(consortium, head(5), head(5)), "where it was: nothing to notice");
        var ready = putBack(consortium, head(6), head(4));
        assertEquals(consortium.set(VICTIM), ready.get(0));
        assertEquals(consortium.set(VICTIM), ready.get(3));
        for (int site : List.of(0, 1, 3)) {
            requireEvidence(consortium, site, head(6), head(4));
        }
        var round = consortium.round(7, consortium.all());
        for (int site = 0; site < N; site++) {
            consortium.upload(site, round.open(), consortium.randomInput());
            assertEquals(4, consortium.epochOf(site).orElseThrow().epoch());
        }
    }

    @Test
    void a31ALedgerOfTheSameLengthAndAnotherContentIsNoticed() {
        var consortium = Consortium.of(N, 1);
        var ready = putBack(consortium, head(5), head(5, 1));
        assertEquals(consortium.set(VICTIM), ready.get(0));
        requireEvidence(consortium, 0, head(5), head(5, 1));
    }

    @Test
    void a31WithoutK7ALedgerPutBackIsTaken() {
        var consortium = Consortium.without(N, 1, Check.K7);
        assertEquals(Map.of(), putBack(consortium, head(5), head(2)));
        assertTrue(consortium.records.get(0).evidence.isEmpty());
    }

    @Test
    void k7AStewardCanRefuseKeysWithASiteWhoseLedgerFellBack() {
        var consortium = Consortium.of(N, 1);
        consortium.rolledBackLedger = RolledBackLedger.REFUSE;
        for (int site = 0; site < N; site++) {
            consortium.restart(site);
        }
        consortium.ledgers.put(VICTIM, head(5));
        consortium.setUp(1, 1, 2);
        consortium.ledgers.put(VICTIM, head(3));
        var answers = certified(consortium, 2, 3);
        for (int site : List.of(0, 1, 3)) {
            var refused = assertInstanceOf(Reaction.Refused.class, answers.get(site));
            assertEquals(Check.K7, refused.refusal().check());
        }
        requireEvidence(consortium, 0, head(5), head(3));
        consortium.ledgers.put(VICTIM, head(6));
        assertInstanceOf(Reaction.EpochReady.class, certified(consortium, 3, 3).get(0));
    }

    @Test
    void aLedgerIsRememberedOverARestartAndBelongsToAKey() {
        var consortium = Consortium.of(N, 1);
        consortium.ledgers.put(VICTIM, head(5));
        consortium.setUp(1, 1, 2);
        consortium.restart(0);
        consortium.ledgers.put(VICTIM, head(4));
        var ready = (Reaction.EpochReady) certified(consortium, 2, 3).get(0);
        assertEquals(consortium.set(VICTIM), ready.rolledBack());

        // Enrolled anew: another key, and a ledger that begins.
        var again = new Consortium(N, 1, 3, java.util.Set.of(), 77);
        again.records.get(0).ledgers.putAll(consortium.records.get(0).ledgers);
        again.ledgers.put(VICTIM, head(1));
        var fresh = (Reaction.EpochReady) certified(again, 1, 1).get(0);
        assertTrue(fresh.rolledBack().isEmpty());
    }

    @Test
    void aConfirmThatIsNotTheSitesOwnIsNeverRemembered() {
        var consortium = Consortium.of(N, 1);
        var forged =
                new S5Body(Digest.ZERO, VICTIM, Digest.ZERO, consortium.all(), head(1_000_000));
        var by = SigningKey.generate(consortium.random);
        consortium.onTheWay =
                next ->
                        next.message() instanceof CoordinatorMessage.EpochCert cert
                                ? new Addressed(
                                        next.site(),
                                        withConfirm(
                                                cert,
                                                new SignedBody(
                                                        forged.bytes(), by.sign(forged.bytes()))))
                                : next;
        consortium.ledgers.put(VICTIM, head(5));
        consortium.setUp(1, 1, 2);
        assertTrue(consortium.records.get(0).ledgers.isEmpty());
    }

    private static CoordinatorMessage.EpochCert withConfirm(
            CoordinatorMessage.EpochCert cert, SignedBody confirm) {
        var confirms = new TreeMap<>(cert.confirms());
        confirms.put(VICTIM, confirm);
        return new CoordinatorMessage.EpochCert(cert.job(), confirms);
    }

    /**
     * Two jobs' set-ups begin, are confirmed by an honest site and become known here in any order that can be: nobody is
     * accused, and the furthest ledger is remembered.
     */
    @Property(tries = 500)
    void messagesThatCrossAccuseNobody(
            @ForAll @Size(min = 2, max = 30) List<@IntRange(min = 0, max = 8) Integer> steps) {
        var site = new Watcher();
        for (int step : steps) {
            site.happens(step);
        }
        assertTrue(site.records().evidence.isEmpty());
        assertEquals(site.seen, site.remembered());
    }

    /** The same, until the ledger loses something that this site had seen: the next set-up that begins shows it. */
    @Property(tries = 500)
    void whatWasLostAfterItWasSeenIsFoundByTheNextSetUp(
            @ForAll @Size(max = 30) List<@IntRange(min = 0, max = 8) Integer> steps,
            @ForAll @IntRange(min = 1, max = 5) int lost) {
        var site = new Watcher();
        for (int step : steps) {
            site.happens(step);
        }
        site.entries += lost;
        var known = site.begin(OTHER_JOB);
        known.confirm();
        known.know();
        site.entries -= lost;
        var begun = site.begin(Consortium.JOB);
        begun.confirm();
        assertEquals(site.consortium.set(VICTIM), begun.know());
        assertEquals(1, site.records().evidence.size());
    }

    /** Site 0, and what an honest other site does in two jobs. */
    private static final class Watcher {
        private final Consortium consortium = Consortium.of(N, 1);
        private final ActiveChecks checks = ActiveChecks.all(RosterKeys.of(consortium.roster));
        private final List<Attempt> running = new ArrayList<>();
        private long entries;
        private long seen;

        MemoryRecords records() {
            return consortium.records.get(0);
        }

        long remembered() {
            return records()
                    .furthestLedger(consortium.roster.member(VICTIM).key())
                    .flatMap(confirm -> S5Body.parse(confirm.body()))
                    .map(body -> body.ledger().entries())
                    .orElse(0L);
        }

        void happens(int step) {
            switch (step) {
                case 0, 1, 2 -> entries++;
                case 3 -> begin(Consortium.JOB);
                case 4 -> begin(OTHER_JOB);
                case 5, 6 ->
                        running.stream().skip(step - 5L).findFirst().ifPresent(Attempt::confirm);
                default -> running.stream().skip(8L - step).findFirst().ifPresent(Attempt::know);
            }
        }

        Attempt begin(JobId job) {
            running.removeIf(attempt -> attempt.job.equals(job));
            var attempt = new Attempt(job);
            running.add(attempt);
            return attempt;
        }

        private final class Attempt {
            private final JobId job;
            private final PeerLedgers ledgers;
            private final TreeMap<Integer, SignedBody> confirms = new TreeMap<>();

            Attempt(JobId job) {
                this.job = job;
                this.ledgers = PeerLedgers.before(consortium.setting(0, job));
            }

            void confirm() {
                if (confirms.isEmpty()) {
                    var body =
                            new S5Body(
                                            Digest.ZERO,
                                            VICTIM,
                                            Digest.ZERO,
                                            consortium.all(),
                                            head(entries))
                                    .bytes();
                    confirms.put(
                            VICTIM,
                            new SignedBody(body, consortium.identities.get(VICTIM).sign(body)));
                }
            }

            SiteSet know() {
                confirms.values()
                        .forEach(
                                confirm ->
                                        seen =
                                                Math.max(
                                                        seen,
                                                        S5Body.parse(confirm.body())
                                                                .orElseThrow()
                                                                .ledger()
                                                                .entries()));
                try {
                    return ledgers.check(checks, confirms, consortium.all());
                } catch (RefusedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void headsFollowOneAnother() {
        assertTrue(head(5).follows(head(5)) && head(6, 1).follows(head(5)));
        assertTrue(head(5).contradicts(head(5, 1)) && !head(6).contradicts(head(5, 1)));
        assertTrue(!head(4).follows(head(5)) && !head(5, 1).follows(head(5)));
        assertThrows(
                IllegalArgumentException.class,
                () -> SiteSet.of(N, List.of(N)),
                "what a finding names is within the roster");
    }

    /** One epoch with the ledger at {@code then}, and one after the site's disk was put back; who was found by whom. */
    private static Map<Integer, SiteSet> putBack(
            Consortium consortium, LedgerHead then, LedgerHead later) {
        long first = consortium.records.get(0).lastEpoch(Consortium.JOB);
        int epoch = (int) first + 1;
        consortium.ledgers.put(VICTIM, then);
        consortium.setUp(epoch, 2 * first + 1, 2);
        consortium.restart(VICTIM);
        consortium.ledgers.put(VICTIM, later);
        var found = new TreeMap<Integer, SiteSet>();
        certified(consortium, epoch + 1, 2 * first + 3)
                .forEach(
                        (site, reaction) -> {
                            var set = ((Reaction.EpochReady) reaction).rolledBack();
                            if (!set.isEmpty()) {
                                found.put(site, set);
                            }
                        });
        return found;
    }

    /** A whole set-up; how each site answers the certificate. */
    private static Map<Integer, Reaction> certified(
            Consortium consortium, int epoch, long firstRound) {
        var answers = new TreeMap<Integer, Reaction>();
        var setup =
                new EpochSetup(
                        consortium.terms(epoch, firstRound, 2),
                        consortium.all(),
                        consortium.coordinator);
        Deque<Addressed> waiting = new ArrayDeque<>(setup.begin());
        while (!waiting.isEmpty()) {
            Addressed next = waiting.poll();
            Reaction reaction = consortium.deliver(next.site(), next.message());
            if (reaction instanceof Reaction.Send(var message)) {
                setup.accept(next.site(), message);
                waiting.addAll(setup.advance());
            } else {
                answers.put(next.site(), reaction);
            }
        }
        consortium.epoch = setup.ready();
        return answers;
    }

    private static void requireEvidence(
            Consortium consortium, int site, LedgerHead then, LedgerHead later) {
        var evidence = consortium.records.get(site).evidence.getLast();
        assertEquals(Check.K7, evidence.check());
        assertEquals(
                List.of(then, later),
                evidence.messages().stream()
                        .map(each -> S5Body.parse(each.body()).orElseThrow().ledger())
                        .toList());
        var keys = RosterKeys.of(consortium.roster);
        assertTrue(evidence.messages().stream().allMatch(each -> keys.isBySite(VICTIM, each)));
    }
}
