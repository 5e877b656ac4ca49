package io.confide.common.encoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.Examples;
import io.confide.common.layout.Label;
import io.confide.common.layout.LayoutWriter;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Plan;
import io.confide.common.model.Rotation;
import io.confide.common.model.Rounding;
import io.confide.common.model.Study;
import io.confide.common.model.Task;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

class PayloadsTest {
    private static final Plan PLAN = Examples.logisticPlan();
    private static final Fold ALL = new Fold.All();

    private static Plan with(Study.Missing missing, int folds) {
        var dictionary = PLAN.study().dictionary();
        var study =
                new Study(
                        PLAN.study().name(),
                        PLAN.study().purpose(),
                        PLAN.study().accountable(),
                        new Study.Dictionary(
                                dictionary.label(),
                                dictionary.patientColumn(),
                                dictionary.features(),
                                missing));
        return new Plan(
                PLAN.name(),
                study,
                PLAN.model(),
                PLAN.training(),
                PLAN.aggregation(),
                new Plan.Evaluation(folds, 7, 100),
                PLAN.release(),
                PLAN.seed());
    }

    @Test
    void trainingCarriesTheUpdateItsWeightAndItsLossAndNothingElse() {
        assertEquals(
                List.of(
                        new Segment.Reals("update", 4, 2.5, 16),
                        new Segment.Reals("weight", 1, 1, 32),
                        new Segment.Reals("loss", 1, 20, 32)),
                Payloads.segments(PLAN, new Task.Train(ALL)));
    }

    private static Plan with(Rounding rounding, Rotation rotation) {
        var sums = PLAN.aggregation();
        return new Plan(
                PLAN.name(),
                PLAN.study(),
                PLAN.model(),
                PLAN.training(),
                new Plan.Aggregation(
                        sums.minimumIncluded(),
                        sums.colluders(),
                        sums.clipNorm(),
                        sums.bits(),
                        sums.recordsMax(),
                        sums.roundSeconds(),
                        rounding,
                        rotation,
                        sums.minimumDifference(),
                        sums.groups()),
                PLAN.evaluation(),
                PLAN.release(),
                PLAN.seed());
    }

    @Test
    void theUpdateIsRoundedAndRotatedAsThePlanSays() {
        assertEquals(
                new Segment.Reals("update", 4, 2.5, 16, Rounding.NEAREST),
                Payloads.segments(with(Rounding.NEAREST, Rotation.NONE), new Task.Train(ALL))
                        .getFirst());
        Digest seed = LayoutWriter.of(Label.ROTATION).raw(PLAN.seed()).digest();
        assertEquals(
                Segment.Rotated.of(
                        "update", 4, 16, Rounding.STOCHASTIC, new Hadamard(2.5, 4, seed)),
                Payloads.segments(with(Rounding.STOCHASTIC, Rotation.HADAMARD), new Task.Train(ALL))
                        .getFirst());
    }

    /** Four plans, four codec hashes: what a site approves says how its update is encoded. */
    @Test
    void theCodecHashSaysHowUpdatesAreRoundedAndRotated() {
        var hashes = new HashSet<Digest>();
        for (Rounding rounding : Rounding.values()) {
            for (Rotation rotation : Rotation.values()) {
                Plan plan = with(rounding, rotation);
                hashes.add(Payloads.codecSetHash(plan, 7));
                assertEquals(
                        bytes(new Task.Evaluate(ALL)).length,
                        Payloads.codec(plan, new Task.Evaluate(ALL), 7).bytes().length());
            }
        }
        assertEquals(4, hashes.size());
        assertTrue(hashes.contains(Payloads.codecSetHash(PLAN, 7)));
    }

    @Test
    void theFoldDoesNotChangeTheCodec() {
        assertEquals(
                Payloads.codec(PLAN, new Task.Train(ALL), 7).bytes(),
                Payloads.codec(PLAN, new Task.Train(new Fold.Held(2)), 7).bytes());
    }

    @Test
    void theCodecHashCoversExactlyTheKindsOfRoundsThatThePlanHas() {
        byte[] statistics = bytes(new Task.Statistics(ALL));
        byte[] train = bytes(new Task.Train(ALL));
        byte[] evaluate = bytes(new Task.Evaluate(ALL));
        assertEquals(
                Digest.of(train, evaluate),
                Payloads.codecSetHash(with(Study.Missing.ZERO_AFTER_SCALING, 5), 7));
        assertEquals(Digest.of(train), Payloads.codecSetHash(with(Study.Missing.REFUSE, 0), 7));
        assertEquals(
                Digest.of(statistics, train, evaluate),
                Payloads.codecSetHash(with(Study.Missing.SECURE_MEAN, 5), 7));
        assertNotEquals(Payloads.codecSetHash(PLAN, 7), Payloads.codecSetHash(PLAN, 9));
    }

    private static byte[] bytes(Task task) {
        return Payloads.codec(PLAN, task, 7).bytes().toArray();
    }

    /** A site of a million rows must not be cut off, and its metrics must stay sharp. */
    @Test
    void theSumsOfAMillionRowsSurviveEncoding() {
        var codec = Payloads.codec(PLAN, new Task.Evaluate(ALL), 200);
        int rows = Payloads.SUMMED_ROWS_MAX;
        var payload = new HashMap<String, double[]>();
        for (Segment segment : codec.segments()) {
            var values = new double[segment.length()];
            Arrays.fill(values, segment instanceof Segment.Counts ? rows : rows * 0.73);
            payload.put(segment.name(), values);
        }
        payload.put(Payloads.LOG_LOSS, new double[] {rows * 19.5});
        assertEquals(0, codec.clipped(payload));
        long[] sum = new long[codec.words()];
        for (int site = 0; site < 3; site++) {
            long[] vector = codec.encode(payload, new Random(site));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        Map<String, double[]> decoded = decode(codec, sum, 3);
        payload.forEach(
                (name, values) -> assertEquals(3 * values[0], decoded.get(name)[0], 1e-6, name));
    }

    private static Map<String, double[]> decode(Codec codec, long[] sum, int included) {
        try {
            return codec.decode(sum, included);
        } catch (IntegrityException e) {
            throw new AssertionError(e);
        }
    }
}
