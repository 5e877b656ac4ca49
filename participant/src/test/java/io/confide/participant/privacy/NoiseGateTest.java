package io.confide.participant.privacy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.encoding.ServerStep;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.vector.Words;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

class NoiseGateTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final Guarantee.RecordLevel TERMS = Records.terms(2, 22);
    private static final Guarantee.RecordLevel SAMPLED = Records.terms(2, 22, 0.5);

    /** The same noise in two worlds: what a replay needs, and what nothing but a test may have. */
    private static SecureRandom frozen(long seed) {
        var bytes = new Random(seed);
        return new SecureRandom() {
            @Override
            public void nextBytes(byte[] into) {
                bytes.nextBytes(into);
            }
        };
    }

    private static long[] paid(NoiseGate.Release release) {
        return assertInstanceOf(NoiseGate.Release.Paid.class, release).noisy();
    }

    @Test
    void whatComesOutIsPaidForByItsOwnDigest() {
        var ledger = CountingLedger.paying(1);
        var gate = NoiseGate.of(JOB, TERMS, ledger, new SecureRandom());
        long[] noisy = paid(gate.release(7, new long[] {1, 2, 3}, gate.draw(3)));
        assertEquals(
                List.of(new CountingLedger.Commit(JOB, 7, Digest.of(Words.toBytes(noisy)))),
                ledger.commits);
    }

    @Test
    void nothingComesOutUnpaid() {
        var gate = NoiseGate.of(JOB, TERMS, CountingLedger.paying(1), new SecureRandom());
        paid(gate.release(1, new long[3], gate.draw(3)));
        var refused = gate.release(2, new long[3], gate.draw(3));
        assertEquals(new NoiseGate.Release.Refused("spent: 3.0 of 3.0"), refused);
    }

    /** F11: two sums with one noise differ by their records alone. */
    @Test
    void noiseServesOnceAndIsNeverTheSame() {
        var gate = NoiseGate.of(JOB, TERMS, CountingLedger.paying(9), new SecureRandom());
        var again = NoiseGate.of(JOB, TERMS, CountingLedger.paying(9), new SecureRandom());
        var share = gate.draw(64);
        long[] first = paid(gate.release(1, new long[64], share));
        assertThrows(IllegalStateException.class, () -> gate.release(2, new long[64], share));
        long[] second = paid(gate.release(3, new long[64], gate.draw(64)));
        long[] restarted = paid(again.release(3, new long[64], again.draw(64)));
        for (int i = 0; i < 64; i++) {
            assertFalse(first[i] == second[i] && second[i] == restarted[i]);
        }
        assertFalse(Words.toBytes(first).equals(Words.toBytes(second)));
    }

    @Test
    void noiseOfAnotherLengthIsRefused() {
        var gate = NoiseGate.of(JOB, TERMS, CountingLedger.paying(9), new SecureRandom());
        assertThrows(
                IllegalArgumentException.class, () -> gate.release(1, new long[3], gate.draw(4)));
    }

    /** The bound that the lanes are made for: the sampler's tables end before it, with one table and with two. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 11, 12, 22, 26})
    void noNoiseIsLargerThanThePlanSays(int bits) {
        var terms = Records.terms(2, bits);
        var gate = NoiseGate.of(JOB, terms, CountingLedger.paying(1), new SecureRandom());
        long most = 0;
        for (long value : paid(gate.release(1, new long[200_000], gate.draw(200_000)))) {
            most = Math.max(most, Math.abs(value));
        }
        assertTrue(most <= terms.noiseMax(), () -> "a draw beyond " + terms.noiseMax());
        assertTrue(most > 3L << bits, "there is noise at all");
    }

    /**
     * F12, F13, end to end through codec and sum: (output − exact sum) has the variance of as many shares as there are
     * sites in the sum, within 2 %; with the fewest survivors it is above σ² by the colluders that were assumed.
     */
    @ParameterizedTest
    @ValueSource(ints = {7, 6})
    void theNoiseInASumIsThatOfItsSites(int survivors) throws IntegrityException {
        int length = 250_000;
        var codec =
                Codec.of(
                        List.of(new Segment.Integers("update", length, TERMS.elementMax(500), 0)),
                        7);
        long[] exact = new long[length];
        var random = new Random(1);
        long[] masked = new long[codec.words()];
        for (int site = 0; site < survivors; site++) {
            long[] own = random.longs(length, -1 << 20, 1 << 20).toArray();
            var gate = NoiseGate.of(JOB, TERMS, CountingLedger.paying(1), new SecureRandom());
            Words.addInto(exact, own);
            Words.addInto(masked, codec.encode(paid(gate.release(1, own, gate.draw(length)))));
        }
        double[] sum = codec.decode(masked, survivors).getOrDefault("update", new double[0]);
        double squares = 0;
        double total = 0;
        for (int i = 0; i < length; i++) {
            double noise = sum[i] - exact[i];
            squares += noise * noise;
            total += noise;
        }
        double promised = (double) survivors * TERMS.shareVariance();
        assertEquals(1, squares / length / promised, 0.02);
        assertEquals(0, total / length / Math.sqrt(promised / length), 6);
        assertTrue(squares / length > TERMS.variance());
    }

    static Stream<Arguments> models() {
        var mlp = new ModelSpec.Mlp(List.of(6, 4));
        return Stream.of(
                Arguments.of(new ModelSpec.Logistic(), TERMS),
                Arguments.of(mlp, TERMS),
                Arguments.of(new ModelSpec.Logistic(), SAMPLED),
                Arguments.of(mlp, SAMPLED));
    }

    /** What a site did in one job, as far as anybody else could ever tell. */
    private record Trace(List<long[]> words, List<CountingLedger.Commit> commits) {}

    /**
     * One site's rounds over {@code data} with frozen noise and frozen models: those that world D released.
     *
     * @param times how often its records count: once, unless the test breaks it
     */
    private static Trace run(Plan plan, int times, Records data, List<ModelState> models) {
        var terms = assertInstanceOf(Guarantee.RecordLevel.class, plan.guarantee());
        var ledger = CountingLedger.paying(100);
        var gate = NoiseGate.of(JOB, terms, ledger, frozen(9));
        var codec = Payloads.codec(plan, TRAIN, 7);
        var words = new ArrayList<long[]>();
        for (int round = 0; round < models.size(); round++) {
            var share = gate.draw(models.get(round).parameters().length);
            var sample = gate.sample(data);
            long[] sum = new long[models.get(round).parameters().length];
            for (int time = 0; time < times; time++) {
                Words.addInto(sum, RecordSums.of(plan, terms, models.get(round), data, sample));
            }
            words.add(codec.encode(paid(gate.release(round, sum, share))));
        }
        return new Trace(words, ledger.commits);
    }

    /** Models as the coordinator would make them of noisy sums. */
    private static List<ModelState> trajectory(Plan plan) {
        var models = new ArrayList<ModelState>();
        var model = InitialModel.of(plan);
        var random = new Random(2);
        for (int round = 0; round < 5; round++) {
            models.add(model);
            double[] sum =
                    random.doubles(model.parameters().length, -1, 1).map(x -> x * 5e7).toArray();
            model = ServerStep.next(plan, TRAIN, model, Map.of(Payloads.UPDATE, sum));
        }
        return models;
    }

    private static BigInteger largestMove(Plan plan, Trace one, Trace other)
            throws IntegrityException {
        var codec = Payloads.codec(plan, TRAIN, 7);
        var most = BigInteger.ZERO;
        for (int round = 0; round < one.words().size(); round++) {
            double[] a =
                    codec.decode(one.words().get(round), 1)
                            .getOrDefault(Payloads.UPDATE, new double[0]);
            double[] b =
                    codec.decode(other.words().get(round), 1)
                            .getOrDefault(Payloads.UPDATE, new double[0]);
            var squares = BigInteger.ZERO;
            for (int i = 0; i < a.length; i++) {
                squares = squares.add(BigInteger.valueOf((long) a[i] - (long) b[i]).pow(2));
            }
            most = most.max(squares);
        }
        return most;
    }

    /**
     * The grey box: two worlds that differ in one record, everything random frozen. Rounds, sizes and payments are the same,
     * and no release moves by more than Δ. The record may be anything, also a giant.
     */
    @ParameterizedTest
    @MethodSource("models")
    void oneRecordMoreMovesNoReleaseBeyondTheSensitivity(
            ModelSpec model, Guarantee.RecordLevel terms) throws Exception {
        Plan plan = Records.plan(model, 4, terms);
        var models = trajectory(plan);
        var given = Records.of(40, 4, 3);
        for (int i = 0; i < 4; i++) {
            given.values()[i] = i % 2 == 0 ? 1e30f : -1e30f;
        }
        given.values()[4] = Float.NaN;
        given.values()[5] = Float.POSITIVE_INFINITY;
        var square = BigInteger.valueOf(TERMS.sensitivity()).pow(2);
        var moved = BigInteger.ZERO;
        for (int record = 0; record < 10; record++) {
            // The last one, so that the others are drawn for with the same bits in both worlds.
            var data = given.withLast(record);
            var with = run(plan, 1, data, models);
            var without = run(plan, 1, data.without(data.rows() - 1), models);
            assertEquals(with.words().size(), without.words().size());
            assertEquals(with.commits().size(), without.commits().size());
            for (int round = 0; round < with.words().size(); round++) {
                assertEquals(with.words().get(round).length, without.words().get(round).length);
                assertEquals(
                        with.commits().get(round).round(), without.commits().get(round).round());
            }
            var most = largestMove(plan, with, without);
            moved = moved.max(most);
            assertTrue(most.compareTo(square) <= 0, () -> "moved by √" + most);
        }
        assertTrue(moved.compareTo(square.shiftRight(1)) > 0, "the test sees what records do");
    }

    /** The replay notices a site whose records count double. */
    @Test
    void theReplaySeesARecordThatIsNotClipped() throws Exception {
        Plan plan = Records.plan(new ModelSpec.Logistic(), 4, TERMS);
        var models = trajectory(plan);
        var data = Records.of(40, 4, 3);
        data.values()[0] = 1e30f;
        var most =
                largestMove(
                        plan, run(plan, 2, data, models), run(plan, 2, data.without(0), models));
        assertTrue(most.compareTo(BigInteger.valueOf(TERMS.sensitivity()).pow(2)) > 0);
    }

    /** F8: no rows, or none in the sample, is no reason to say nothing. */
    @Test
    void withoutRecordsThereIsStillNoiseAndACharge() {
        Plan plan = Records.plan(new ModelSpec.Logistic(), 4, TERMS);
        var nobody = new Records(4, new float[0], new float[0]);
        var trace = run(plan, 1, nobody, trajectory(plan));
        assertEquals(5, trace.commits().size());
        long[] sum =
                RecordSums.of(plan, TERMS, InitialModel.of(plan), nobody, Records.everyone(nobody));
        assertArrayEquals(new long[5], sum);
        for (long[] words : trace.words()) {
            assertTrue(words[0] != 0 || words[1] != 0);
        }
    }

    /** F14, note 31 §3: what a record adds does not depend on which others are there, nor on their order. */
    @Test
    void aRecordAddsTheSameWhoeverElseIsThere() {
        Plan plan = Records.plan(new ModelSpec.Mlp(List.of(6, 4)), 4, TERMS);
        var data = Records.of(30, 4, 8);
        var model = InitialModel.of(plan);
        long[] all = RecordSums.of(plan, TERMS, model, data, Records.everyone(data));
        for (int row = 0; row < data.rows(); row++) {
            var alone = data.only(row);
            Words.addInto(
                    all,
                    negated(RecordSums.of(plan, TERMS, model, alone, Records.everyone(alone))));
        }
        assertArrayEquals(new long[all.length], all);
    }

    private static long[] negated(long[] values) {
        long[] negated = values.clone();
        for (int i = 0; i < negated.length; i++) {
            negated[i] = -negated[i];
        }
        return negated;
    }
}
