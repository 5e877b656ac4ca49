package io.confide.common.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.Payloads;
import io.confide.common.encoding.ServerStep;
import io.confide.common.files.Examples;
import io.confide.common.files.JobFile;
import io.confide.common.files.PlanJson;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
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
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A plan whose records are sampled: from what a job says to what every record is charged. */
class SampledPlanTest {
    private static final int PARAMETERS = 1000;
    private static final long GRID = 1 << 20;

    private static Plan plan(String privacy) {
        var job = Examples.PRIVATE_JOB.replace("commits: 12, records: 685", privacy);
        return PrivatePlanning.plan(
                JobFile.parse(job), StudyFile.parse(Examples.STUDY), 2, Bytes.wrap(new byte[16]));
    }

    private static Guarantee.RecordLevel records(Plan plan) {
        return (Guarantee.RecordLevel) plan.guarantee();
    }

    /** A guarantee with noise {@code z}·Δ of five honest sites. */
    private static Guarantee.RecordLevel terms(double z, double rate, int commits, double delta) {
        double share = z * z * GRID * GRID / 5;
        return new Guarantee.RecordLevel(
                100,
                delta,
                2,
                6,
                1,
                commits,
                (long) Math.ceil(1 / rate),
                rate,
                19,
                GRID,
                (long) share);
    }

    /** How well PLD agrees over many steps is for ReferenceValuesTest. */
    private static boolean isQuick(Reference row) {
        return row.accountant().equals("RDP")
                || row.accountant().equals("PLD") && row.steps() <= 500;
    }

    static Stream<Reference> sampled() {
        return Reference.all().stream()
                .filter(row -> row.mechanism().equals("poisson_gaussian"))
                .filter(SampledPlanTest::isQuick)
                .filter(row -> row.rate() < 1 && row.rate() >= 1e-5 && row.steps() <= 200_000)
                .filter(row -> row.delta() * Math.ceil(1 / row.rate()) < 1);
    }

    @Test
    void thereAreRowsToCompareWith() {
        assertTrue(sampled().count() >= 30, () -> sampled().count() + " rows");
    }

    /** What the plan freezes is accounted as other implementations account it, for the worst that the plan allows. */
    @ParameterizedTest
    @MethodSource("sampled")
    void aPlanCostsWhatTheReferenceSays(Reference row) {
        var terms = terms(row.z(), row.rate(), (int) row.steps(), row.delta());
        var privacy = new PlanPrivacy(terms, PARAMETERS);
        if (row.accountant().equals("RDP")) {
            assertEquals(row.epsilon(), privacy.epsilon(), 5e-4 * row.epsilon());
        } else {
            double epsilon = Accountant.PLD.epsilon(privacy.allCommits(), row.delta());
            assertEquals(row.epsilon(), epsilon, 1e-3 * row.epsilon());
        }
    }

    /** The noise that ε 2 at δ 1e-5 needs for 500 steps at q = 0.05, and 1000 of ε 1 at q = 0.01. */
    @ParameterizedTest
    @CsvSource({"2, 0.05, 500, 2.58225", "1, 0.01, 1000, 1.51312"})
    void theNoiseOfASampledJobIsTheKnownOne(
            double epsilon, double rate, int commits, double multiplier) {
        var job =
                Examples.PRIVATE_JOB
                        .replace("epsilon: 3", "epsilon: " + epsilon)
                        .replace(
                                "commits: 12",
                                "sampling: poisson, samplingRate: %s, commits: %d"
                                        .formatted(rate, commits));
        var plan =
                PrivatePlanning.plan(
                        JobFile.parse(job),
                        StudyFile.parse(Examples.STUDY),
                        2,
                        Bytes.wrap(new byte[16]));
        double found = Math.sqrt((double) records(plan).variance()) / GRID;
        assertEquals(multiplier, found, 2e-4 * multiplier);
        assertEquals(rate, records(plan).samplingRate());
    }

    /** The sampled case of what PrivatePlanningTest says of full sums. */
    @Property(tries = 40)
    void theFrozenNoiseCostsAtMostEpsilon(
            @ForAll @DoubleRange(min = 0.002, max = 1) @Scale(3) double rate,
            @ForAll @IntRange(min = 10, max = 400) int commits) {
        var asked =
                records(
                        plan(
                                "commits: %d, records: 685, samplingRate: %s"
                                        .formatted(commits, rate)));
        assertEquals(rate, asked.samplingRate());
        assertEquals(rate < 1, asked.samples());
        double cost = new PlanPrivacy(asked, 4).epsilon();
        assertTrue(cost <= 3 && cost > 3 * (1 - 1e-4), () -> "ε " + cost);
    }

    /** Every record that is left out by chance is what less noise is for, and every observer is told by the same law. */
    @Test
    void observersAreToldWhatTheSampleIsWorthToThem() {
        var terms = terms(2, 0.05, 500, 1e-5);
        var rows = new PlanPrivacy(terms, PARAMETERS).observers(7);
        assertEquals(2.76858, rows.getLast().rdp(), 1e-3);
        assertEquals(2.53203, rows.getLast().pld(), 3e-3);
        assertTrue(rows.getFirst().rdp() < rows.getLast().rdp());
        var event = new PlanPrivacy(terms, PARAMETERS).oneCommit();
        assertEquals(new Sampling.Poisson(0.05), event.sampling());
        assertEquals(1, event.steps());
    }

    /** Few steps over few records need a good deal more than their ε of a ledger that keeps to one order. */
    @ParameterizedTest
    @CsvSource({"3.452, 0.05, 2000, 1.001", "2.215, 0.2, 40, 1.02", "0.865, 0.01, 1000, 1.3"})
    void aLedgerTakesThePlanWithTheBudgetThatIsNamed(
            double z, double rate, int commits, double most) {
        var privacy = new PlanPrivacy(terms(z, rate, commits, 1e-5), PARAMETERS);
        double enough = privacy.budget();
        assertTrue(isTaken(privacy, enough) && !isTaken(privacy, enough * 0.999 - 1e-9));
        assertTrue(enough >= privacy.epsilon() && enough < most * privacy.epsilon());
    }

    private static boolean isTaken(PlanPrivacy privacy, double epsilon) {
        var budget = RenyiBudget.of(epsilon, 1e-5);
        return budget.admits(budget.cost(privacy.allCommits().getFirst()));
    }

    @Test
    void withoutSamplingTheBudgetIsTheCost() {
        var privacy = new PlanPrivacy(terms(5, 1, 10, 1e-5), PARAMETERS);
        assertEquals(privacy.epsilon(), privacy.budget(), 1e-3 * privacy.epsilon());
    }

    @Test
    void theCourseOfSpendingIsThatOfTheAccountant() {
        var privacy = new PlanPrivacy(terms(2, 0.05, 500, 1e-5), PARAMETERS);
        var spent = privacy.epsilonAfter(List.of(1, 250, 500));
        assertEquals(privacy.epsilon(), spent.getLast(), 1e-12);
        assertTrue(spent.get(0) < spent.get(1) && spent.get(1) < spent.get(2));
    }

    @Test
    void aSampledPlanComesBackExactlyAndSaysSo() {
        var plan = plan("samplingRate: 0.25, commits: 40, records: 685");
        String text = PlanJson.text(plan);
        assertTrue(text.contains("\"sampling\":\"poisson\",\"samplingRate\":0.25,"), text);
        assertEquals(plan, PlanJson.parse(PlanJson.bytes(plan)));
    }

    /** A rate of 1 is no sampling: the plan is that of a job that does not speak of it. */
    @Test
    void everybodyAtRateOneIsEverybody() {
        var plan = plan("samplingRate: 1, commits: 12, records: 685");
        assertEquals(PlanJson.text(plan("commits: 12, records: 685")), PlanJson.text(plan));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"samplingRate\":0.25 | \"samplingRate\":1",
                "\"samplingRate\":0.25 | \"samplingRate\":0",
                "\"samplingRate\":0.25 | \"samplingRate\":1.5",
                "\"samplingRate\":0.25 | \"samplingRate\":0.001",
                "\"sampling\":\"poisson\" | \"sampling\":\"everyone\"",
                "\"sampling\":\"poisson\" | \"sampling\":\"fixed-size\"",
                "\"sampling\":\"poisson\",\"samplingRate\":0.25, | \"sampling\":\"poisson\",",
                "\"relation\":\"add-remove\" | \"relation\":\"replace\"",
            })
    void aPlanThatDoesNotSayHowItSamplesCannotBeRead(String from, String to) {
        String text = PlanJson.text(plan("samplingRate: 0.25, commits: 40, records: 685"));
        assertTrue(text.contains(from), text);
        var changed = Bytes.wrap(text.replace(from, to).getBytes(UTF_8));
        assertThrows(IllegalArgumentException.class, () -> PlanJson.parse(changed));
    }

    /** θ − lr·S/(s·q·N₀): the expected number, which is public, and never that of a sample (F3). */
    @Test
    void theStepDividesByTheExpectedRecords() {
        var plan = plan("samplingRate: 0.25, commits: 40, records: 800");
        double unit = 200.0 * (1 << 19);
        var sums = Map.of(Payloads.UPDATE, new double[] {unit, -unit, 0, unit});
        var after =
                ServerStep.next(plan, new Task.Train(new Fold.All()), InitialModel.of(plan), sums);
        assertEquals(-0.8f, after.parameters()[0]);
        assertEquals(0.8f, after.parameters()[1]);
        assertEquals(-2.3f, after.parameters()[3]);
    }

    /** The chance of a record to be in is what is accounted, or less by a rounding. */
    @Property(tries = 200)
    void noRecordIsInMoreOftenThanItIsAccounted(
            @ForAll @DoubleRange(min = 1e-6, max = 1) @Scale(12) double rate) {
        var terms = terms(2, rate, 10, 1e-9);
        double chance = Math.scalb((double) terms.wordsThatInclude(), -63);
        assertTrue(chance <= rate && chance >= rate * (1 - 1e-12), () -> rate + ": " + chance);
    }
}
