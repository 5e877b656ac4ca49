package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.ParticipantFile;
import io.confide.common.model.JobId;
import io.confide.common.secagg.site.Check;
import io.confide.common.secagg.site.SiteRecords;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Home;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class HomeChecksTest {
    private static final String CONFIGURATION =
            """
            coordinator: https://localhost:1
            site: london
            training: {device: cpu, threads: 1}
            datasets:
              - {name: pbc, study: risk, query: "%s"}
            """;

    @TempDir Path directory;

    @Test
    void aFeatureUnusableInMoreThanHalfOfTheRowsIsAWarningWithItsCounts() throws IOException {
        var check = check("SELECT * FROM (VALUES (1,0,NULL), (2,1,60), (3,1,'nan'::DOUBLE)) t(%s)");
        assertEquals(Doctor.Mark.WARNING, check.mark(), check.finding());
        assertTrue(check.finding().contains("age (1 missing, 1 not finite)"), check.finding());
    }

    @Test
    void aFeatureUnusableInHalfOfTheRowsIsFine() throws IOException {
        var check = check("SELECT * FROM (VALUES (1,0,NULL), (2,1,60)) t(%s)");
        assertEquals(Doctor.Mark.OK, check.mark(), check.finding());
    }

    @Test
    void aFeatureThatNoRowCanUseIsAProblem() throws IOException {
        var check = check("SELECT * FROM (VALUES (1,0,1e300), (2,1,1e300)) t(%s)");
        assertEquals(Doctor.Mark.PROBLEM, check.mark(), check.finding());
        assertTrue(check.finding().contains("age: 2 out of range"), check.finding());
    }

    @Test
    void signedContradictionsAreShownWithWhereTheyAreKept() {
        var home = new Home(directory);
        try (var records = FileRecords.open(home)) {
            assertEquals(Doctor.Mark.OK, evidence(home).mark());
            var job = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
            records.recordEvidence(new SiteRecords.Evidence(job, Check.K7, 0, List.of()));
            var check = evidence(home);
            assertEquals(Doctor.Mark.WARNING, check.mark());
            assertEquals(
                    "1 signed contradictions, the newest in job " + job + " (K7)", check.finding());
            assertTrue(check.fix().orElseThrow().contains(home.records().toString()));
        }
    }

    private static Doctor.Check evidence(Home home) {
        return new HomeChecks(home)
                .durable().stream()
                        .filter(check -> check.name().equals("evidence"))
                        .findFirst()
                        .orElseThrow();
    }

    private Doctor.Check check(String query) throws IOException {
        Files.createDirectories(directory.resolve("studies"));
        Files.writeString(
                directory.resolve("studies/risk.yaml"),
                """
                study: risk
                purpose: predict
                accountable: jane@hospital.example
                dictionary:
                  label: {name: event, type: binary, meaning: death}
                  patient: {name: patient, role: id}
                  features:
                    - {name: age, type: number, range: [0, 120], center: 55, scale: 15}
                """);
        var config =
                ParticipantFile.parse(
                        CONFIGURATION.formatted(query.formatted("patient, event, age")));
        return new HomeChecks(new Home(directory)).datasets(config).getFirst();
    }
}
