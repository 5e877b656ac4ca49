package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.secagg.CoordinatorMessage;
import io.confide.common.secagg.ResultBody;
import io.confide.common.secagg.SiteMessage;
import io.confide.common.secagg.server.RoundProtocol;

import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Site 0 of five dies before, in and after every write of three rounds, and comes back with what was written. It sends the
 * same bytes again or nothing, never another input, and neither vote nor share.
 */
class KilledAtEveryWriteTest {
    private static final int N = 5;
    private static final int ROUNDS = 3;
    private static final Set<String> READS =
            Set.of(
                    "lastRound",
                    "lastEpoch",
                    "seedsRevealed",
                    "spentBy",
                    "pending",
                    "sums",
                    "newestModel",
                    "find");

    /** Where in a write the process dies. */
    private enum Moment {
        BEFORE,
        /** With half of an input written. */
        WITHIN,
        AFTER
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** One life of site 0 and the one after it. */
    private static final class Life {
        final Consortium consortium = Consortium.of(N, 0);
        final Set<Bytes> sent = new HashSet<>();
        final List<String> writes = new ArrayList<>();
        private final int last;
        private final Moment moment;
        private RoundProtocol round;

        Life(int last, Moment moment) {
            this.last = last;
            this.moment = moment;
            consortium.sites.set(0, new SiteProtocol(dying()));
        }

        private SiteSetting dying() {
            var setting = consortium.setting(0);
            var ports = setting.ports();
            var disk = consortium.records.getFirst();
            return new SiteSetting(
                    setting.job(),
                    setting.self(),
                    setting.identity(),
                    setting.roster(),
                    setting.codecHash(),
                    setting.archHash(),
                    setting.limits(),
                    new SiteSetting.Ports(
                            port(SiteRecords.class, disk),
                            port(KeptInputs.class, disk),
                            ports.rules(),
                            ports.random(),
                            ports.clock()));
        }

        /** Every method of {@code type}; those that write count. */
        private <P> P port(Class<P> type, P disk) {
            return type.cast(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (_, method, arguments) -> {
                                if (READS.contains(method.getName())) {
                                    return method.invoke(disk, arguments);
                                }
                                writes.add(method.getName());
                                boolean dies = writes.size() - 1 == last;
                                if (dies && moment == Moment.BEFORE) {
                                    throw new Killed();
                                }
                                try {
                                    Object done =
                                            method.invoke(
                                                    disk, dies ? within(arguments) : arguments);
                                    if (dies) {
                                        throw new Killed();
                                    }
                                    return done;
                                } catch (InvocationTargetException e) {
                                    throw e.getCause();
                                }
                            }));
        }

        private Object[] within(Object[] arguments) {
            Object[] changed = arguments.clone();
            for (int at = 0; at < changed.length; at++) {
                if (moment == Moment.WITHIN && changed[at] instanceof Bytes input) {
                    byte[] half = input.toArray();
                    Arrays.fill(half, half.length / 2, half.length, (byte) 0);
                    changed[at] = Bytes.wrap(half);
                }
            }
            return changed;
        }

        /** Plays the rounds until the site dies; returns whether it did. */
        boolean dies() {
            try {
                consortium.setUp(1, 1, 8);
                for (long number = 1; number <= ROUNDS; number++) {
                    play(number);
                }
                return false;
            } catch (Killed e) {
                return true;
            }
        }

        private void play(long number) {
            round = consortium.round(number, consortium.all());
            for (int site = 0; site < N; site++) {
                var upload = consortium.upload(site, round.open(), consortium.randomInput());
                if (site == 0) {
                    sent.add(upload.message().header().body());
                }
                round.fold(site, upload.message().header(), upload.vector());
            }
            var propose = round.propose().orElseThrow();
            for (int site = 0; site < N; site++) {
                round.sign(site, consortium.answer(SiteMessage.Sign.class, site, propose));
            }
            var cert = round.cert().orElseThrow();
            for (int site = 0; site < N; site++) {
                round.reveal(site, consortium.answer(SiteMessage.Reveal.class, site, cert));
            }
            var result = round.result(ResultBody.Status.DONE, model(number + 1));
            consortium.lastModelResult = Optional.of(result.body());
            consortium.deliver(0, result);
        }

        private static Digest model(long round) {
            return Digest.of(Consortium.model(round));
        }
    }

    @Test
    void theSameBytesOrNothing() {
        var whole = new Life(Integer.MAX_VALUE, Moment.AFTER);
        assertFalse(whole.dies());
        assertTrue(
                whole.writes.containsAll(
                        List.of(
                                "recordEpoch",
                                "recordRound",
                                "keep",
                                "forget",
                                "recordModel",
                                "recordOutcome")),
                whole.writes::toString);
        int repeated = 0;
        for (int last = 0; last < whole.writes.size(); last++) {
            for (Moment moment : Moment.values()) {
                var life = new Life(last, moment);
                assertTrue(life.dies());
                repeated += comesBack(life) ? 1 : 0;
            }
        }
        // After the record of each round and before its outcome there are writes at which it is.
        assertTrue(repeated >= 2 * ROUNDS, "repeated " + repeated);
    }

    /** Returns whether it sent its last upload again. */
    private static boolean comesBack(Life life) {
        var consortium = life.consortium;
        var records = consortium.records.getFirst();
        consortium.sites.set(0, consortium.newSite(0));
        if (life.round == null) {
            return false;
        }
        String where = life.writes + " " + life.moment;
        boolean again = false;
        for (int times = 0; times < 2; times++) {
            Reaction reaction = consortium.deliver(0, life.round.open());
            if (reaction instanceof Reaction.Upload upload) {
                again = true;
                var header = upload.message().header();
                var record = records.rounds.getLast();
                assertEquals(record.header(), header, where);
                life.sent.add(header.body());
            } else {
                assertInstanceOf(Reaction.Refused.class, reaction, where);
                assertFalse(again, where);
            }
        }
        assertTrue(
                life.sent.stream()
                        .map(
                                body ->
                                        records.rounds.stream()
                                                .filter(
                                                        record ->
                                                                record.header().body().equals(body))
                                                .count())
                        .allMatch(count -> count == 1),
                where);
        assertEquals(
                records.rounds.size(),
                records.rounds.stream().map(SiteRecords.RoundRecord::round).distinct().count(),
                where);
        answersNothing(life, where);
        return again;
    }

    private static void answersNothing(Life life, String where) {
        life.round
                .propose()
                .ifPresent(message -> assertEquals(Check.K24, refusedBy(life, message), where));
        life.round
                .certificate()
                .ifPresent(message -> assertEquals(Check.K24, refusedBy(life, message), where));
        var failed = life.round.result(ResultBody.Status.NO_SHARES, Digest.ZERO);
        if (life.consortium.deliver(0, failed) instanceof Reaction.Finished finished) {
            assertEquals(Optional.empty(), finished.abort(), where);
        }
    }

    private static Check refusedBy(Life life, CoordinatorMessage message) {
        return life.consortium.refusedBy(0, message);
    }
}
