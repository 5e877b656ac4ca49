package io.confide.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.confide.common.files.JobFile;
import io.confide.common.files.StudyFile;
import io.confide.common.model.Bytes;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Study;
import io.confide.common.model.Training;
import io.confide.common.privacy.PlanPrivacy;
import io.confide.common.privacy.PrivatePlanning;
import io.confide.participant.baseline.SyntheticHospitals;
import io.confide.participant.data.DuckDbBinding;
import io.confide.participant.port.LocalData;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.GZIPOutputStream;

/** The demo's files over a few made-up rows in the layout of the real sources. */
class DemoResourcesTest {
    private static final Map<String, Integer> UNITS =
            Map.of(
                    "hvidovre",
                    1,
                    "london",
                    2,
                    "copenhagen",
                    3,
                    "barcelona",
                    4,
                    "munich",
                    5,
                    "lyon",
                    6);

    @TempDir Path home;
    private Study study;

    @BeforeEach
    void readStudy() throws IOException {
        study = StudyFile.parse(resource("study.yaml"));
    }

    @Test
    void theStudyScalesAsThePublishedConstantsSay() throws IOException {
        write(
                "Pbc3.csv",
                """
                ptno;unit;tment;sex;age;stage;gibleed;crea;alb;bili;alkph;asptr;weight;days;status
                1;1;1;1;62;4;0;82;33;106;682.5;125.5;82;625;2
                2;1;1;0;42;NA;0;52;NA;154;1360;NA;56;2118;0
                3;1;1;0;42;3;0;52;42;154;1360;128;56;700;0
                """);
        LocalData data = bind("hvidovre");
        assertEquals(2, data.rows());
        assertEquals(List.of(0, 0, 1, 0, 1, 0, 1), missing(data));
        int event = data.labels()[0] == 1f ? 0 : 1;
        float[] expected = {
            1,
            (62 - 55) / 15f,
            4 - 3,
            (float) Math.log(106 / 40.0),
            (33 - 38) / 6f,
            (float) Math.log(682.5 / 800),
            (float) (Math.log(125.5 / 90) / 0.7)
        };
        float[] row = new float[7];
        System.arraycopy(data.values(), 7 * event, row, 0, 7);
        assertArrayEquals(expected, row, 1e-6f);
    }

    @Test
    void everyEuropeanQueryTakesItsOwnHospitalOnly() throws IOException {
        var csv =
                new StringBuilder(
                        "ptno;unit;tment;sex;age;stage;gibleed;crea;alb;bili;alkph;asptr;weight;days;status\n");
        int patient = 1;
        for (int unit = 1; unit <= 6; unit++) {
            for (int i = 0; i <= unit; i++) {
                csv.append(
                        "%d;%d;1;0;50;3;0;80;40;20;700;80;60;%d;%d\n"
                                .formatted(patient++, unit, i == 0 ? 100 : 900, i == 0 ? 2 : 0));
            }
        }
        write("Pbc3.csv", csv.toString());
        for (var entry : UNITS.entrySet()) {
            LocalData data = bind(entry.getKey());
            assertEquals(entry.getValue() + 1, data.rows(), entry.getKey());
            assertEquals(1, data.profile().positives());
        }
    }

    @Test
    void mayosWordsAndUnitsAreHarmonised() throws IOException {
        var header =
                "\"id\" \"time\" \"status\" \"trt\" \"age\" \"sex\" \"ascites\" \"hepato\""
                    + " \"spiders\" \"edema\" \"bili\" \"chol\" \"albumin\" \"copper\" \"alk.phos\""
                    + " \"ast\" \"trig\" \"platelet\" \"protime\" \"stage\"\n";
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(home.resolve("mypbc.txt.gz")))) {
            gzip.write(
                    (header
                                    + "\"1\" 1 400 2 1 58.5 \"f\" 1 1 1 1 14.5 261 2.6 156 1718"
                                    + " 137.95 172 190 12.2 4\n"
                                    + "\"2\" 2 4500 0 1 56.5 \"m\" 0 1 1 0.5 1.1 302 4.14 54 NA NA"
                                    + " 88 221 10.6 NA\n"
                                    + "\"3\" 3 400 0 NA 50 \"m\" NA NA NA 0 1 NA 4 NA NA NA NA NA"
                                    + " NA NA\n")
                            .getBytes(UTF_8));
        }
        LocalData data = bind("mayo");
        assertEquals(2, data.rows());
        assertEquals(List.of(0, 0, 1, 0, 0, 1, 1), missing(data));
        int event = data.labels()[0] == 1f ? 0 : 1;
        float[] values = data.values();
        assertEquals(0, values[7 * event]);
        assertEquals(1, values[7 * (1 - event)]);
        assertEquals(Math.log(14.5 * 17.1 / 40), values[7 * event + 3], 1e-6);
        assertEquals((26 - 38) / 6.0, values[7 * event + 4], 1e-6);
        assertEquals(Math.log(1718 / 800.0), values[7 * event + 5], 1e-6);
    }

    @Test
    void syntheticHospitalsFitTheSameStudy() throws IOException {
        var files = SyntheticHospitals.write(home.resolve("made"), 7, 1);
        for (var file : files.values()) {
            Files.copy(file, home.resolve("synthetic.csv"), StandardCopyOption.REPLACE_EXISTING);
            assertTrue(bind("synthetic").rows() >= 17);
        }
    }

    @Test
    void theJobIsAPlanOfTheStudy() throws IOException {
        var job = JobFile.parse(resource("job.yaml"));
        var plan = job.plan(study, 1, Bytes.ofHex("00112233445566778899aabbccddeeff"));
        assertEquals(new ModelSpec.Logistic(), plan.model());
        assertEquals(Training.Mode.FEDAVG, plan.training().mode());
        assertTrue(plan.training().rounds() <= 40);
        assertEquals(5, plan.evaluation().folds());
    }

    /** Note 31 §8.1: ten commits, C = 2, rate 0.8, six of seven hospitals, one colluder. */
    @Test
    void thePrivateJobIsTheRecommendedOne() throws IOException {
        var job = JobFile.parse(resource("private.yaml"));
        var plan =
                PrivatePlanning.plan(
                        job, study, 2, Bytes.ofHex("00112233445566778899aabbccddeeff"));
        assertEquals(new Training(Training.Mode.FEDSGD, 10, 1, 0, 0.8, 0), plan.training());
        assertEquals(new ModelSpec.Logistic(OptionalDouble.of(-1.5)), plan.model());
        var records = (Guarantee.RecordLevel) plan.guarantee();
        assertEquals(6, records.minimumSurvivors());
        assertEquals(1, records.colluders());
        assertEquals(10, records.commits());
        var observers = PlanPrivacy.of(plan, records).observers(7);
        assertEquals(
                List.of("public", "coordinator", "coordinator + 1 site", "coordinator + 1 site"),
                observers.stream().map(row -> row.observer().name()).toList());
        assertTrue(observers.getLast().rdp() <= 3 && observers.getLast().rdp() > 2.999);
        assertTrue(observers.getFirst().rdp() < 2.5);
    }

    private static List<Integer> missing(LocalData data) {
        return data.profile().unusable().stream().map(LocalData.Unusable::missing).toList();
    }

    private LocalData bind(String query) throws IOException {
        return DuckDbBinding.bind("pbc", resource(query + ".sql"), study, home);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(home.resolve(name), text);
    }

    private static String resource(String name) throws IOException {
        try (var in = DemoResourcesTest.class.getResourceAsStream("/demo/" + name)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
