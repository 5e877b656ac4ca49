package io.confide.common.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.EarlyClose;
import io.confide.common.model.Fold;
import io.confide.common.model.Guarantee;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.SumAudit;
import io.confide.common.model.Task;
import io.confide.common.model.Training;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import net.jqwik.api.constraints.StringLength;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.List;

class PlanJsonTest {
    private static final Plan PLAN = Examples.plan();

    /** Changes only together with a new version of the format: sites have approved hashes. */
    @Test
    void theBytesOfAPlanAreFixed() {
        assertEquals(
                """
                {"aggregation":{"bits":16,"clipNorm":2.5,"colluders":1,"minimumIncluded":6,"recordsMax":500,"roundSeconds":30},\
                "evaluation":{"bins":100,"folds":5,"seed":"7"},"model":{"hidden":[32,16],"kind":"mlp"},"name":"logistic-private",\
                "release":"weights","seed":"000102030405060708090a0b0c0d0e0f","study":{"accountable":"jane.doe@hospital.example",\
                "dictionary":{"features":[{"center":0,"kind":"binary","name":"male","scale":1,"transform":"none"},\
                {"center":55,"kind":"number","name":"age","range":[18,100],"scale":15,"transform":"none","unit":"years"},\
                {"center":3.69,"kind":"number","name":"bilirubin","range":[1,1000],"scale":1,"transform":"log","unit":"umol/L"}],\
                "label":{"meaning":"death or transplant within 730 days","name":"event2y"},"missing":"zero-after-scaling","patient":"patient_id"},\
                "name":"pbc-two-year-risk","purpose":"Predict death or transplant within two years in primary biliary cholangitis"},\
                "training":{"batchSize":8,"l2":0.02,"learningRate":0.8,"localEpochs":3,"mode":"fedavg","rounds":10}}\
                """,
                PlanJson.text(PLAN));
        assertEquals(Digest.of(PlanJson.bytes(PLAN)), PlanJson.hash(PLAN));
    }

    @Test
    void bothKindsOfModelComeBack() {
        assertEquals(PLAN, PlanJson.parse(PlanJson.bytes(PLAN)));
        Plan logistic = Examples.logisticPlan();
        assertEquals(logistic, PlanJson.parse(PlanJson.bytes(logistic)));
    }

    /** Plans that were approved before there was a choice keep their bytes and their meaning. */
    @Test
    void roundingAndRotationAreWrittenOnlyWhereTheyAreChosen() {
        String job = Examples.JOB.replace("stochastic", "nearest").replace("none", "hadamard");
        Plan chosen = JobFile.parse(job).plan(StudyFile.parse(Examples.STUDY), 1, PLAN.seed());
        String text = PlanJson.text(chosen);
        assertEquals(
                text,
                PlanJson.text(PLAN)
                        .replace(
                                "\"roundSeconds\":30}",
                                "\"rotation\":\"hadamard\",\"roundSeconds\":30,\"rounding\":\"nearest\"}"));
        assertEquals(chosen, PlanJson.parse(PlanJson.bytes(chosen)));
    }

    /** Every number that noise is drawn from is there as a whole number, and a plan without a guarantee has no such key. */
    @Test
    void theGuaranteeOfAPlanIsFrozen() {
        Plan plan = Examples.privatePlan();
        var records = (Guarantee.RecordLevel) plan.guarantee();
        String text = PlanJson.text(plan);
        assertTrue(
                text.contains(
                        """
                        "privacy":{"clipNorm":2,"colluders":1,"commits":12,"delta":0.00001,"epsilon":3,"minimumSurvivors":6,\
                        "noise":"discrete-gaussian","records":685,"relation":"add-remove","sampling":"everyone","scaleBits":19,\
                        "sensitivity":1048576,"shareVariance":"%d","unit":"record","variance":"%d"}\
                        """
                                .formatted(records.shareVariance(), 5 * records.shareVariance())),
                text);
        assertTrue(text.contains("\"model\":{\"intercept\":-1.5,\"kind\":\"logistic\"}"), text);
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
    }

    /** A coordinator that lies about the plan cannot even have it read: what would void the guarantee has no form. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"scaleBits\":19 | \"scaleBits\":20",
                "\"sensitivity\":1048576 | \"sensitivity\":1048575",
                "\"sampling\":\"everyone\" | \"sampling\":\"poisson\"",
                "\"relation\":\"add-remove\" | \"relation\":\"replace\"",
                "\"unit\":\"record\" | \"unit\":\"patient\"",
                "\"variance\":\" | \"variance\":\"1",
                "\"minimumSurvivors\":6 | \"minimumSurvivors\":7",
                "\"minimumIncluded\":6 | \"minimumIncluded\":5",
                "\"commits\":12 | \"commits\":9",
                "\"folds\":0 | \"folds\":5",
                "\"mode\":\"fedsgd\" | \"mode\":\"fedavg\"",
                "\"localEpochs\":1 | \"localEpochs\":2",
                "\"missing\":\"zero-after-scaling\" | \"missing\":\"secure-mean\"",
                "\"shareVariance\":\" | \"shareVariance\":\"99999999999999999999",
            })
    void aPlanThatDoesNotKeepItsGuaranteeCannotBeRead(String from, String to) {
        String text = PlanJson.text(Examples.privatePlan());
        assertNotEquals(text, text.replace(from, to));
        Bytes changed = Bytes.wrap(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> PlanJson.parse(changed));
    }

    @Test
    void anAuditOfTheSumsIsWrittenOnlyWhereItIsAskedForAndNotWithGroups() {
        String job = Examples.JOB.replace("audit: false", "audit: true");
        Plan chosen = JobFile.parse(job).plan(StudyFile.parse(Examples.STUDY), 1, PLAN.seed());
        assertEquals(SumAudit.ON, chosen.aggregation().audit());
        assertEquals(SumAudit.OFF, PLAN.aggregation().audit());
        assertEquals(
                PlanJson.text(chosen),
                PlanJson.text(PLAN)
                        .replace("\"aggregation\":{", "\"aggregation\":{\"audit\":true,"));
        assertEquals(chosen, PlanJson.parse(PlanJson.bytes(chosen)));
        String groups = "\"groups\":{\"combine\":\"median\",\"count\":3,\"tolerated\":1},";
        for (String change :
                List.of("\"audit\":false,", "\"audit\":\"yes\",", "\"audit\":true," + groups)) {
            String changed = PlanJson.text(chosen).replace("\"audit\":true,", change);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PlanJson.parse(Bytes.wrap(changed.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void thatRoundsNeverCloseEarlyIsWrittenOnlyWhereItIsAskedFor() {
        String job = Examples.JOB.replace("audit: false", "closeEarly: false");
        Plan chosen = JobFile.parse(job).plan(StudyFile.parse(Examples.STUDY), 1, PLAN.seed());
        assertEquals(EarlyClose.OFF, chosen.aggregation().earlyClose());
        assertEquals(EarlyClose.ON, PLAN.aggregation().earlyClose());
        assertEquals(
                PlanJson.text(chosen),
                PlanJson.text(PLAN)
                        .replace("\"clipNorm\":2.5,", "\"clipNorm\":2.5,\"closeEarly\":false,"));
        assertEquals(chosen, PlanJson.parse(PlanJson.bytes(chosen)));
        String same = Examples.JOB.replace("audit: false", "closeEarly: true");
        assertEquals(
                PLAN, JobFile.parse(same).plan(StudyFile.parse(Examples.STUDY), 1, PLAN.seed()));
        for (String change : List.of("\"closeEarly\":true", "\"closeEarly\":\"no\"")) {
            String changed = PlanJson.text(chosen).replace("\"closeEarly\":false", change);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> PlanJson.parse(Bytes.wrap(changed.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void theSumsOfAPrivateJobCanBeAuditedToo() {
        Plan plan = Examples.privatePlan("commits: 12", "recordsMax: 500, audit: true");
        assertEquals(SumAudit.ON, plan.aggregation().audit());
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
    }

    @Test
    void aSmallestDifferenceBetweenSumsIsWrittenOnlyWhereThereIsOne() {
        String job = Examples.JOB.replace("minimumDifference: 1", "minimumDifference: 3");
        Plan chosen = JobFile.parse(job).plan(StudyFile.parse(Examples.STUDY), 1, PLAN.seed());
        assertEquals(3, chosen.aggregation().minimumDifference());
        assertEquals(
                PlanJson.text(chosen),
                PlanJson.text(PLAN)
                        .replace(
                                "\"minimumIncluded\"",
                                "\"minimumDifference\":3,\"minimumIncluded\""));
        assertEquals(chosen, PlanJson.parse(PlanJson.bytes(chosen)));
    }

    @Property(tries = 300)
    void everyPlanComesBackExactly(
            @ForAll @StringLength(max = 40) String purpose,
            @ForAll @IntRange(min = 1, max = 100_000) int rounds,
            @ForAll @DoubleRange(min = 0.001, max = 1e6) @Scale(16) double rate,
            @ForAll @DoubleRange(min = 0, max = 10) double l2,
            @ForAll long seed) {
        if (!StandardCharsets.UTF_16BE.newEncoder().canEncode(purpose)) {
            return;
        }
        var study =
                new Study(
                        PLAN.study().name(),
                        purpose,
                        PLAN.study().accountable(),
                        PLAN.study().dictionary());
        var training = new Training(Training.Mode.FEDSGD, rounds, 1, 0, rate, l2);
        var plan =
                new Plan(
                        PLAN.name(),
                        study,
                        PLAN.model(),
                        training,
                        PLAN.aggregation(),
                        new Plan.Evaluation(5, seed, 100),
                        Plan.Release.NONE,
                        PLAN.seed());
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"bits\":16 | \"bits\": 16",
                "\"bits\":16 | \"bits\":16.0",
                "\"bits\":16 | \"bits\":16.5",
                "\"bits\":16, | ^^",
                "\"bits\":16 | \"bits\":16,\"canary\":1",
                "\"bits\":16 | \"bits\":\"16\"",
                "\"roundSeconds\":30 | \"roundSeconds\":30,\"rounding\":\"stochastic\"",
                "\"roundSeconds\":30 | \"rotation\":\"none\",\"roundSeconds\":30",
                "\"roundSeconds\":30 | \"rotation\":\"fourier\",\"roundSeconds\":30",
                "\"seed\":\"7\" | \"seed\":\"07\"",
                "\"seed\":\"7\" | \"seed\":7",
                "\"weights\" | \"WEIGHTS\"",
                "\"mlp\" | \"forest\"",
                "[32,16] | [32,1.5]",
                "[18,100] | [18,100,3]",
                "[18,100] | [100,18]",
                "\"rounds\":10 | \"rounds\":0",
                "000102 | 0G0102",
            })
    void refusesEveryOtherFormOfAPlan(String from, String to) {
        String text = PlanJson.text(PLAN);
        assertNotEquals(text, text.replace(from, to));
        Bytes changed = Bytes.wrap(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> PlanJson.parse(changed));
    }

    @Test
    void aRoundConfigHasFixedBytesAndComesBack() {
        Digest plan = PlanJson.hash(PLAN);
        Task task = new Task.Train(new Fold.Held(3));
        assertEquals(
                "{\"plan\":\"" + plan.hex() + "\",\"task\":{\"fold\":3,\"kind\":\"train\"}}",
                new String(RoundConfigJson.bytes(plan, task).toArray(), StandardCharsets.UTF_8));
        for (Fold fold : new Fold[] {new Fold.All(), new Fold.Held(0), new Fold.Held(19)}) {
            for (Task each :
                    new Task[] {
                        new Task.Train(fold), new Task.Evaluate(fold), new Task.Statistics(fold)
                    }) {
                assertEquals(
                        new RoundConfigJson.Config(plan, each),
                        RoundConfigJson.parse(RoundConfigJson.bytes(plan, each)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"fold\":3 | \"fold\":-1",
                "\"fold\":3 | \"fold\":\"none\"",
                "\"fold\":3 | \"fold\":3,\"round\":7",
                "train | Train",
                "\"plan\":\" | \"plan\":\"00",
                "{\"plan | { \"plan",
            })
    void refusesEveryOtherFormOfARoundConfig(String from, String to) {
        Bytes bytes = RoundConfigJson.bytes(Digest.ZERO, new Task.Train(new Fold.Held(3)));
        String text = new String(bytes.toArray(), StandardCharsets.UTF_8);
        assertNotEquals(text, text.replace(from, to));
        Bytes changed = Bytes.wrap(text.replace(from, to).getBytes(StandardCharsets.UTF_8));
        assertThrows(IllegalArgumentException.class, () -> RoundConfigJson.parse(changed));
    }
}
