package io.confide.participant.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.IntegrityException;
import io.confide.common.encoding.Payloads;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.JobId;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.common.privacy.Sampling;
import io.confide.participant.privacy.CountingLedger;
import io.confide.participant.privacy.NoiseGate;
import io.confide.participant.privacy.Records;
import io.confide.participant.privacy.Tails;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.Optional;

/**
 * F9: what leaves a site holds every record as often as the ledger is told, independently of all others and of all other
 * rounds. The noise here is small and record r alone has a value in column r, so who is in can be read from each sum.
 */
class SampledInputTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final Task TRAIN = new Task.Train(new Fold.All());
    private static final int RECORDS = 24;
    private static final int ROUNDS = 1000;
    private static final double RATE = 0.25;

    /** Chances below are no accident: some hundred of them are looked at. */
    private static final double IMPOSSIBLE = 1e-9;

    private static Guarantee.RecordLevel terms(double rate) {
        return Records.terms(2, 12, rate);
    }

    private static Records oneColumnEach() {
        var values = new float[RECORDS * RECORDS];
        var labels = new float[RECORDS];
        for (int record = 0; record < RECORDS; record++) {
            values[record * RECORDS + record] = 1;
            labels[record] = 1;
        }
        return new Records(RECORDS, values, labels);
    }

    /** Who was in the sums of a site that has {@code told} its ledger and draws as {@code drawn} says. */
    private static boolean[][] inputs(Guarantee.RecordLevel told, Guarantee.RecordLevel drawn)
            throws IntegrityException {
        Plan plan = Records.plan(new ModelSpec.Logistic(), RECORDS, told);
        var gate = NoiseGate.of(JOB, drawn, CountingLedger.paying(ROUNDS), new SecureRandom());
        var maker = new InputMaker.Noisy(plan, told, gate);
        var codec = Payloads.codec(plan, TRAIN, 7);
        var model = InitialModel.of(plan).bytes();
        var data = oneColumnEach();
        var in = new boolean[ROUNDS][RECORDS];
        for (int round = 0; round < ROUNDS; round++) {
            var made =
                    assertInstanceOf(
                            SessionEvent.Trained.class,
                            maker.make(
                                    new TrainingThread.Assignment(
                                            JOB,
                                            round,
                                            TRAIN,
                                            codec,
                                            model,
                                            data,
                                            new Errand(round),
                                            maker)));
            var words =
                    assertInstanceOf(SessionEvent.EncodedInput.Made.class, made.input()).words();
            double[] sum = codec.decode(words, 1).getOrDefault(Payloads.UPDATE, new double[0]);
            // One record's gradient is about -1/2 in its column and in that of the intercept.
            int size = 0;
            for (int record = 0; record < RECORDS; record++) {
                in[round][record] = sum[record] < -(1 << 17);
                size += in[round][record] ? 1 : 0;
            }
            assertEquals(-size, sum[RECORDS] / (1 << 18), 0.4);
        }
        return in;
    }

    /** Why these sums cannot be of independent samples at {@code rate}; empty if they can. */
    private static Optional<String> doubt(boolean[][] in, double rate) {
        int all = 0;
        for (int record = 0; record < RECORDS; record++) {
            int hits = 0;
            int both = 0;
            int again = 0;
            for (int round = 0; round < ROUNDS; round++) {
                boolean here = in[round][record];
                hits += here ? 1 : 0;
                both += here && in[round][(record + 1) % RECORDS] ? 1 : 0;
                again += here && round % 2 == 1 && in[round - 1][record] ? 1 : 0;
            }
            all += hits;
            if (Tails.of(hits, ROUNDS, rate) < IMPOSSIBLE) {
                return Optional.of("record %d is in %d sums".formatted(record, hits));
            }
            if (Tails.of(both, ROUNDS, rate * rate) < IMPOSSIBLE) {
                return Optional.of("record %d is in %d sums with the next".formatted(record, both));
            }
            if (Tails.of(again, ROUNDS / 2, rate * rate) < IMPOSSIBLE) {
                return Optional.of("record %d comes again %d times".formatted(record, again));
            }
        }
        return Tails.of(all, ROUNDS * RECORDS, rate) < IMPOSSIBLE
                ? Optional.of(all + " in all sums together")
                : Optional.empty();
    }

    private static double accounted(Guarantee.RecordLevel terms) {
        var event = new PlanPrivacy(terms, RECORDS + 1).oneCommit();
        assertEquals(new Sampling.Poisson(RATE), event.sampling());
        return event.sampling().rate();
    }

    @Test
    void aRecordIsInAsOftenAsTheLedgerIsTold() throws Exception {
        var terms = terms(RATE);
        assertEquals(Optional.empty(), doubt(inputs(terms, terms), accounted(terms)));
    }

    /** The comparison notices a site that accounts samples and sums everybody, or a little more than it says. */
    @Test
    void aSiteThatDrawsOtherwiseThanItAccountsIsNoticed() throws Exception {
        var told = terms(RATE);
        assertEquals(
                Optional.of("record 0 is in 1000 sums"),
                doubt(inputs(told, terms(1)), accounted(told)));
        assertFalse(doubt(inputs(told, terms(RATE + 0.05)), accounted(told)).isEmpty());
    }

    /** It notices batches of a shuffled order too, in which every record is in as often as it should. */
    @Test
    void batchesOfAShuffledOrderAreNoticed() {
        var in = new boolean[ROUNDS][RECORDS];
        for (int round = 0; round < ROUNDS; round++) {
            for (int record = 0; record < RECORDS; record++) {
                in[round][record] = (record + round) % 4 == 0;
            }
        }
        assertTrue(doubt(in, RATE).isPresent());
    }
}
