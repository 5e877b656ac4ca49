package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.Codec;
import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.Segment;
import io.confide.common.encoding.ServerStep;
import io.confide.common.files.Examples;
import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class PrivatePlanningTest {
    private static final Task TRAIN = new Task.Train(new Fold.All());

    private static Plan plan(String job, String study, int colluders) {
        return PrivatePlanning.plan(
                JobFile.parse(job), StudyFile.parse(study), colluders, Bytes.wrap(new byte[16]));
    }

    private static Guarantee.RecordLevel records(Plan plan) {
        return (Guarantee.RecordLevel) plan.guarantee();
    }

    /** z = 4.75 costs ε = 2.980 by Rényi accounting and 2.749 by the closed form. */
    @Test
    void theNoiseOfTenCommitsIsTheKnownOne() {
        var plan =
                plan(Examples.PRIVATE_JOB.replace("commits: 12", "commits: 10"), Examples.STUDY, 2);
        var records = records(plan);
        double multiplier = Math.sqrt((double) records.variance()) / records.sensitivity();
        assertEquals(4.72, multiplier, 0.01);
        assertEquals(1 << 20, records.sensitivity());
        assertEquals(19, records.scaleBits());
        var cost = PlanPrivacy.of(plan, records);
        assertTrue(cost.epsilon() <= 3 && cost.epsilon() > 2.9999, () -> "ε " + cost.epsilon());
        var certified = cost.observers(7).getLast();
        assertEquals(cost.epsilon(), certified.rdp(), 1e-9);
        assertTrue(certified.pld() < 2.78 && certified.pld() > 2.74, () -> "ε " + certified.pld());
    }

    /**
     * Never under-noised: what is frozen costs at most what is stated, and a hair less noise would not do. Below ε of
     * 0.1 some of these numbers of commits need noise beyond 2^62, which is refused (below).
     */
    @Property(tries = 100)
    void theFrozenNoiseCostsAtMostEpsilon(
            @ForAll @DoubleRange(min = 0.1, max = 20) double epsilon,
            @ForAll @DoubleRange(min = 1e-3, max = 1e3) @Scale(5) double clipNorm,
            @ForAll @IntRange(min = 1, max = 2) int colluders,
            @ForAll @IntRange(min = 10, max = 400) int commits) {
        String job =
                Examples.PRIVATE_JOB
                        .replace("epsilon: 3", "epsilon: " + epsilon)
                        .replace("clipNorm: 2", "clipNorm: " + clipNorm)
                        .replace("colluders: 1", "colluders: " + colluders)
                        .replace("commits: 12", "commits: " + commits);
        var plan = plan(job, Examples.STUDY, 2);
        var records = records(plan);
        double cost = PlanPrivacy.of(plan, records).epsilon();
        assertTrue(cost <= epsilon && cost > epsilon * (1 - 1e-4), () -> "ε " + cost);
        assertTrue(records.sensitivity() >= Math.scalb(clipNorm, records.scaleBits()));
        assertTrue(records.sensitivity() > 1 << 19 && records.sensitivity() <= 1 << 20);
        assertTrue(records.shareVariance() >= Guarantee.RecordLevel.SHARE_VARIANCE_MIN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epsilon: 3 | epsilon: 3 | 0 | BAD_FILE | privacy needs a roster with at least one"
                        + " colluder: every site knows its own share of the noise; the consortium"
                        + " agrees on another roster.",
                "colluders: 1, | colluders: 3, | 2 | BAD_FILE | privacy.colluders is 3, but the"
                        + " secure aggregation of this roster bears 2 at most; lower it.",
                "colluders: 1, | colluders: 6, | 9 | BAD_FILE | privacy.colluders is 6, so a sum of"
                        + " 6 sites may hold no honest noise; raise aggregation.minimumIncluded.",
                "epsilon: 3, | epsilon: 0.01, | 2 | BAD_FILE | privacy.epsilon 0.01 needs noise"
                        + " that cannot be drawn exactly; choose another epsilon.",
                "{kind: logistic, intercept: -1.5} | {kind: mlp, hidden: [4096, 128]} | 2 |"
                    + " NOT_BUILT | model has 540929 parameters; differential privacy is available"
                    + " up to 100000.",
            })
    void whatCannotBeGivenIsRefused(
            String from, String to, int colluders, ErrorCode code, String sentence) {
        String job =
                Examples.PRIVATE_JOB.replace(from, to).replace("commits: 12", "commits: 90000");
        var refusal =
                assertThrows(
                        ConfideException.class, () -> plan(job, Examples.STUDY, colluders), to);
        assertEquals(code, refusal.code());
        assertEquals(sentence, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"secure-mean", "refuse"})
    void exactKnowledgeOfMissingValuesIsRefused(String missing) {
        String study = Examples.STUDY.replace("zero-after-scaling", missing);
        var refusal =
                assertThrows(ConfideException.class, () -> plan(Examples.PRIVATE_JOB, study, 2));
        assertEquals(ErrorCode.NOT_BUILT, refusal.code());
    }

    /** F21: with less than four grid units a sum of shares is not the noise that is accounted. */
    @Test
    void aShareOfFewGridUnitsCannotBeWritten() {
        var records = records(Examples.privatePlan());
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new Guarantee.RecordLevel(
                                3,
                                1e-5,
                                2,
                                6,
                                1,
                                12,
                                685,
                                1,
                                records.scaleBits(),
                                records.sensitivity(),
                                15));
    }

    /** The payload is the noised sum alone, and no input that can exist makes a lane of the whole roster run over (F22). */
    @Property(tries = 50)
    void noSumCanRunOver(
            @ForAll @IntRange(min = 7, max = 200) int sites,
            @ForAll @IntRange(min = 1, max = 1_000_000) int recordsMax) {
        var plan =
                plan(
                        Examples.PRIVATE_JOB.replace(
                                "recordsMax: 500", "recordsMax: " + recordsMax),
                        Examples.STUDY,
                        2);
        List<Segment> segments = Payloads.segments(plan, TRAIN);
        long most = records(plan).elementMax(recordsMax);
        assertEquals(List.of(new Segment.Integers(Payloads.UPDATE, 4, most, 0)), segments);
        var codec = Codec.of(segments, sites);
        long[] input = codec.encode(new long[] {most, -most, 0, most});
        long[] sum = new long[input.length];
        for (int site = 0; site < sites; site++) {
            for (int word = 0; word < sum.length; word++) {
                sum[word] += input[word];
            }
        }
        double[] decoded = decode(codec, sum, sites);
        double all = (double) most * sites;
        assertEquals(
                List.of(all, -all, 0.0, all), java.util.Arrays.stream(decoded).boxed().toList());
    }

    private static double[] decode(Codec codec, long[] sum, int sites) {
        try {
            return codec.decode(sum, sites).getOrDefault(Payloads.UPDATE, new double[0]);
        } catch (io.confide.common.encoding.IntegrityException e) {
            throw new AssertionError(e);
        }
    }

    /** θ − lr·(S/(s·N₀) + l2·θ): constants of the plan alone (F3), from zero weights and the public prior. */
    @Test
    void theStepDividesByThePlannedRecords() {
        var plan = plan(Examples.PRIVATE_JOB.replace("l2: 0", "l2: 0.5"), Examples.STUDY, 2);
        var model = InitialModel.of(plan);
        assertEquals(List.of(0f, 0f, 0f, -1.5f), boxed(model.parameters()));
        double unit = 685.0 * (1 << 19);
        var sums = Map.of(Payloads.UPDATE, new double[] {unit, -unit, 0, unit});
        var after = ServerStep.next(plan, TRAIN, model, sums);
        assertEquals(List.of(-0.8f, 0.8f, 0f, -2.3f), boxed(after.parameters()));
        assertTrue(ServerStep.trainingLoss(plan, sums).isEmpty());
        var again = ServerStep.next(plan, TRAIN, after, Map.of(Payloads.UPDATE, new double[4]));
        assertEquals(-0.48f, again.parameters()[0], 1e-6);
        assertEquals(-2.3f, again.parameters()[3]);
    }

    private static List<Float> boxed(float[] values) {
        var boxed = new java.util.ArrayList<Float>();
        for (float value : values) {
            boxed.add(value);
        }
        return boxed;
    }
}
