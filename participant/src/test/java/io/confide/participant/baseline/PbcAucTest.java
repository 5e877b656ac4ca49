package io.confide.participant.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.Guarantee;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.common.privacy.PrivatePlanning;
import io.confide.participant.baseline.Comparison.Alone;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.djl.DjlTrainer;
import io.confide.participant.djl.TorchRuntime;
import io.confide.participant.port.LocalData;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The demo's study on the real hospitals. Runs where {@code -Dconfide.pbc=DIR} names the folder that {@code confide
 * data fetch pbc} filled; {@link BaselinesTest} does the same on made-up hospitals everywhere.
 */
@EnabledIfSystemProperty(named = "confide.pbc", matches = ".+")
class PbcAucTest {
    private static final Path DEMO = Path.of("../deploy/cli/src/main/resources/demo");
    private static final List<String> EUROPE =
            List.of("hvidovre", "london", "copenhagen", "barcelona", "munich", "lyon");

    @Test
    void federatedReachesPooledAndHelpsTheEuropeanHospitals() throws IOException {
        var study = StudyFile.parse(Files.readString(DEMO.resolve("study.yaml")));
        var plan =
                JobFile.parse(Files.readString(DEMO.resolve("job.yaml")))
                        .plan(study, 1, Bytes.ofHex("00112233445566778899aabbccddeeff"));
        var sites = new LinkedHashMap<SiteId, LocalData>();
        for (String site : EUROPE) {
            sites.put(new SiteId(site), bind(site, study));
        }
        sites.put(new SiteId("mayo"), bind("mayo", study));
        try (var trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1))) {
            var models = FederatedRounds.foldModels(trainer, plan, sites.values());
            Set<SiteId> europe = EUROPE.stream().map(SiteId::new).collect(Collectors.toSet());
            var comparison = Baselines.compare(trainer, plan, sites, List.of(models), europe);
            System.out.println(comparison);
            assertCohort(comparison);
            var all = comparison.all().auc();
            assertTrue(all.federated().orElseThrow() >= 0.84);
            assertEquals(all.pooled().orElseThrow(), all.federated().orElseThrow(), 0.01);
            var european = comparison.subset().auc();
            assertTrue(european.federated().orElseThrow() > european.local().orElseThrow());
        }
    }

    /** Note 31 §8.1: the mean over ten runs of the demo's private job. */
    @ParameterizedTest
    @CsvSource({"3, 0.835", "1, 0.82", "0.5, 0.80"})
    void privacyCostsLittle(String epsilon, double least) throws IOException {
        var study = StudyFile.parse(Files.readString(DEMO.resolve("study.yaml")));
        var exact =
                JobFile.parse(Files.readString(DEMO.resolve("job.yaml")))
                        .plan(study, 2, Bytes.ofHex("00112233445566778899aabbccddeeff"));
        var job =
                Files.readString(DEMO.resolve("private.yaml"))
                        .replaceFirst("epsilon: [0-9.]+", "epsilon: " + epsilon);
        var plan = PrivatePlanning.plan(JobFile.parse(job), study, 2, exact.seed());
        var records = (Guarantee.RecordLevel) plan.guarantee();
        var sites = new LinkedHashMap<SiteId, LocalData>();
        for (String site : EUROPE) {
            sites.put(new SiteId(site), bind(site, study));
        }
        sites.put(new SiteId("mayo"), bind("mayo", study));
        var runs =
                PrivateTrials.run(
                        plan, records, exact.evaluation(), sites.values(), 10, new SecureRandom());
        try (var trainer = new DjlTrainer(TorchRuntime.start(TorchRuntime.DeviceChoice.CPU, 1))) {
            var comparison = Baselines.compare(trainer, exact, sites, runs, Set.of());
            double auc = comparison.all().auc().federated().orElseThrow();
            System.out.println("epsilon " + epsilon + ": AUC " + auc);
            assertTrue(auc >= least, () -> "AUC " + auc);
        }
    }

    private static void assertCohort(Comparison comparison) {
        assertEquals(685, comparison.all().rows());
        assertEquals(103, comparison.all().events());
        assertEquals(268, comparison.subset().rows());
        assertEquals(51, comparison.subset().events());
        assertEquals(
                List.of(1, 29, 3, 14, 3, 1, 52),
                comparison.sites().stream().map(Comparison.Site::events).toList());
        assertEquals(
                4,
                comparison.sites().stream()
                        .filter(site -> site.alone() == Alone.TOO_FEW_EVENTS)
                        .count());
    }

    private static LocalData bind(String site, Study study) throws IOException {
        return DuckDbBinding.bind(
                "pbc",
                Files.readString(DEMO.resolve(site + ".sql")),
                study,
                Path.of(System.getProperty("confide.pbc")));
    }
}
