package io.confide.participant.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.encoding.InitialModel;
import io.confide.common.files.JobFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.common.model.Training;
import io.confide.common.privacy.PrivatePlanning;
import io.confide.participant.baseline.Comparison.Alone;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;
import io.confide.participant.port.LocalData;
import io.confide.participant.privacy.Records;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** The whole of training on made-up hospitals: SQL, folds, rounds, evaluation, comparison. */
class BaselinesTest {
    private static final Training TRAINING = new Training(Training.Mode.FEDAVG, 20, 5, 0, 1, 0.01);

    @TempDir static Path folder;
    private static DjlTrainer trainer;
    private static Map<SiteId, LocalData> sites;

    @BeforeAll
    static void bind() throws IOException {
        trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1));
        sites = new LinkedHashMap<>();
        SyntheticHospitals.write(folder, 7, 1)
                .forEach(
                        (site, file) ->
                                sites.put(
                                        site,
                                        DuckDbBinding.bind(
                                                "pbc",
                                                PbcStudy.QUERY.formatted(file.getFileName()),
                                                PbcStudy.study(Study.Missing.ZERO_AFTER_SCALING),
                                                folder)));
    }

    @AfterAll
    static void stop() {
        trainer.close();
    }

    @Test
    void federatedTrainingIsAsGoodAsPooling() {
        Plan plan =
                PbcStudy.plan(new ModelSpec.Logistic(), TRAINING, Study.Missing.ZERO_AFTER_SCALING);
        List<ModelState> models = FederatedRounds.foldModels(trainer, plan, sites.values());
        Comparison comparison =
                Baselines.compare(trainer, plan, sites, List.of(models), sixSmaller());
        var auc = comparison.all().auc();
        assertEquals(685, comparison.all().rows());
        assertTrue(auc.federated().orElseThrow() > 0.8, comparison.toString());
        assertEquals(auc.pooled().orElseThrow(), auc.federated().orElseThrow(), 0.01);
        var small = comparison.subset().auc();
        assertEquals(268, comparison.subset().rows());
        assertTrue(
                small.federated().orElseThrow() > small.local().orElseThrow(),
                comparison.toString());
        assertPlantedSigns(models.getFirst());
    }

    @Test
    void everySiteSaysWhetherItCouldTrainAlone() {
        Comparison comparison = Baselines.compare(trainer, quick(), sites, List.of(), Set.of());
        int rows = 0;
        int events = 0;
        for (Comparison.Site site : comparison.sites()) {
            LocalData data = sites.get(site.site());
            assertEquals(data.profile().positives(), site.events());
            assertEquals(data.rows(), site.rows());
            assertEquals(site.events() < 5 ? Alone.TOO_FEW_EVENTS : Alone.POSSIBLE, site.alone());
            assertTrue(site.auc().federated().isEmpty());
            rows += site.rows();
            events += site.events();
        }
        assertEquals(comparison.all().rows(), rows);
        assertEquals(comparison.all().events(), events);
        assertEquals(0, comparison.subset().rows());
        assertTrue(comparison.subset().auc().pooled().isEmpty());
        assertEquals(
                List.copyOf(sites.keySet()),
                comparison.sites().stream().map(Comparison.Site::site).toList());
    }

    @Test
    void aPerceptronLearnsFromTheFederationToo() {
        var training = new Training(Training.Mode.FEDAVG, 12, 5, 32, 0.1, 0.001);
        Plan plan =
                PbcStudy.plan(
                        new ModelSpec.Mlp(List.of(8)), training, Study.Missing.ZERO_AFTER_SCALING);
        List<ModelState> models = FederatedRounds.foldModels(trainer, plan, sites.values());
        double auc =
                Baselines.compare(trainer, plan, sites, List.of(models), Set.of())
                        .all()
                        .auc()
                        .federated()
                        .orElseThrow();
        assertTrue(auc > 0.8, "federated AUC " + auc);
    }

    @Test
    void gradientRoundsAndTheSecureMeanReachTheSameAuc() {
        var training = new Training(Training.Mode.FEDSGD, 40, 1, 0, 1, 0.01);
        Plan plan = PbcStudy.plan(new ModelSpec.Logistic(), training, Study.Missing.SECURE_MEAN);
        List<ModelState> models = FederatedRounds.foldModels(trainer, plan, sites.values());
        assertNotEquals(0f, models.getFirst().imputation()[2]);
        var auc = Baselines.compare(trainer, plan, sites, List.of(models), Set.of()).all().auc();
        assertEquals(auc.pooled().orElseThrow(), auc.federated().orElseThrow(), 0.01);
    }

    /** The noise of every run is fresh, and what is told is the mean over the runs. */
    @Test
    void aPrivatePlanIsTriedOutOfFold() {
        var terms = Records.terms(2, 22);
        var noisy = Records.plan(new ModelSpec.Logistic(OptionalDouble.of(-1.5)), 7, terms);
        Plan plan = quick();
        var runs =
                PrivateTrials.run(
                        noisy, terms, plan.evaluation(), sites.values(), 3, new SecureRandom());
        assertEquals(3, runs.size());
        assertEquals(5, runs.getFirst().size());
        assertNotEquals(runs.get(0), runs.get(1));
        double sum = 0;
        for (var run : runs) {
            sum += federated(plan, List.of(run));
        }
        assertEquals(sum / 3, federated(plan, runs), 1e-12);
        assertTrue(sum / 3 > 0.75, "mean AUC " + sum / 3);
    }

    /** From a job file on: forty steps over a fifth of the records each, at ε 3. */
    @Test
    void aSampledPlanLearns() {
        var study = PbcStudy.study(Study.Missing.ZERO_AFTER_SCALING);
        var job =
                JobFile.parse(
                        """
                        job: sampled
                        study: %s
                        model: {kind: logistic, intercept: -1.5}
                        training: {mode: fedsgd, rounds: 40, l2: 0, optimiser: {kind: sgd, learningRate: 0.5}}
                        aggregation: {minimumIncluded: 6, recordsMax: 500}
                        privacy: {epsilon: 3, delta: 1e-5, clipNorm: 1, records: 685, samplingRate: 0.2}
                        """
                                .formatted(study.name()));
        var noisy = PrivatePlanning.plan(job, study, 1, Bytes.wrap(new byte[16]));
        var terms = assertInstanceOf(Guarantee.RecordLevel.class, noisy.guarantee());
        Plan plan = quick();
        var runs =
                PrivateTrials.run(
                        noisy, terms, plan.evaluation(), sites.values(), 3, new SecureRandom());
        double auc = federated(plan, runs);
        assertTrue(auc > 0.8, "mean AUC " + auc);
    }

    private double federated(Plan plan, List<List<ModelState>> runs) {
        return Baselines.compare(trainer, plan, sites, runs, Set.of())
                .all()
                .auc()
                .federated()
                .orElseThrow();
    }

    @Test
    void aModelForEveryFoldOrNoneIsNeeded() {
        Plan plan = quick();
        var one = List.of(InitialModel.of(plan));
        assertThrows(
                IllegalArgumentException.class,
                () -> Baselines.compare(trainer, plan, sites, List.of(one), Set.of()));
    }

    @Test
    void theSameSeedWritesTheSameHospitals(@TempDir Path again) throws IOException {
        var first = SyntheticHospitals.write(again.resolve("a"), 9, 5);
        var second = SyntheticHospitals.write(again.resolve("b"), 9, 5);
        var other = SyntheticHospitals.write(again.resolve("c"), 9, 6);
        for (SiteId site : first.keySet()) {
            assertEquals(-1, Files.mismatch(first.get(site), second.get(site)));
            assertNotEquals(-1, Files.mismatch(first.get(site), other.get(site)));
        }
        assertEquals(9, first.size());
    }

    private static Plan quick() {
        return PbcStudy.plan(new ModelSpec.Logistic(), TRAINING, Study.Missing.ZERO_AFTER_SCALING);
    }

    private static Set<SiteId> sixSmaller() {
        return sites.keySet().stream()
                .filter(site -> !site.value().equals("synthetic-7"))
                .collect(Collectors.toSet());
    }

    /** Age and bilirubin raise the risk, albumin lowers it: that is how the patients were made. */
    private static void assertPlantedSigns(ModelState model) {
        float[] weights = model.parameters();
        assertTrue(weights[1] > 0 && weights[3] > 0 && weights[4] < 0);
    }
}
