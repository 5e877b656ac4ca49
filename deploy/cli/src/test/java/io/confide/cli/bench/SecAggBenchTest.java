package io.confide.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.Confide;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;
import io.confide.common.model.ConfideException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class SecAggBenchTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal =
            new Terminal(new PrintStream(out), new PrintStream(err), Terminal.Look.PLAIN, 100);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(LostAt.class)
    void sumsExactlyWhateverStepSitesAreLostAt(LostAt step) {
        var report = run(new Workload(6, 40, 16, 1, 1, step, 2, 1));

        assertTrue(report.isExact());
        assertEquals(step.isInRound() ? 6 : 5, report.sizes().cohort());
        assertEquals(step == LostAt.UNMASK ? 6 : 5, report.sizes().included());
        assertEquals(step == LostAt.SHARE ? 2 : 1, report.setUp().attempts());
    }

    @ParameterizedTest
    @EnumSource(LostAt.class)
    void refusesToSumBelowTheThreshold(LostAt step) {
        var failure =
                assertThrows(
                        ConfideException.class,
                        () -> run(new Workload(6, 40, 16, 1, 3, step, 1, 0)));

        assertTrue(failure.getMessage().contains("3 of 6 sites are left"), failure.getMessage());
    }

    @Test
    void sumsVectorsOfMoreThanOneLeafThatAreSentAsChunks() {
        var report = run(new Workload(3, 270_000, 48, 0, 0, LostAt.UPLOAD, 1, 0));

        assertTrue(report.isExact());
        assertEquals(8 * (270_000 + 3), report.sizes().uploadBytes());
    }

    @Test
    void printsTheKeysThatProgramsReadAsJson() {
        int status =
                status(
                        "bench",
                        "secagg",
                        "--sites=4",
                        "--dimension=50",
                        "--dropout=0.25",
                        "--colluders=0",
                        "--rounds=1",
                        "--warmup=1",
                        "--json");

        assertEquals(0, status, err::toString);
        var json = JsonText.parse(out.toString(StandardCharsets.UTF_8), "the output");
        for (var key :
                new String[] {
                    "/siteCpuSeconds/mean",
                    "/siteCpuSeconds/max",
                    "/serverCpuSeconds",
                    "/uploadBytesPerSite",
                    "/controlBytesPerSite/up",
                    "/controlBytesPerSite/down",
                    "/peakHeapBytes",
                    "/limit/siteSeconds",
                    "/limit/serverSeconds",
                    "/ratio/site",
                    "/ratio/server",
                    "/setUp/siteCpuSeconds/mean",
                    "/setUp/serverCpuSeconds",
                    "/setUp/bytesPerSite/up",
                    "/roundsPerSecond",
                    "/firstRound/coldRatio",
                    "/host/cpus"
                }) {
            assertTrue(json.at(key).isNumber() && json.at(key).asDouble() > 0, key);
        }
        assertTrue(json.at("/exact").asBoolean());
        assertEquals("upload", json.at("/drops/step").asText());
        assertEquals(1, json.at("/drops/sites").asInt());
    }

    @Test
    void printsOneRowForATableOfManyWorkloads() {
        int status = status("bench", "secagg", "--sites=3", "--dimension=9", "--rounds=1", "--row");

        assertEquals(0, status, err::toString);
        var row = out.toString(StandardCharsets.UTF_8).strip();
        assertTrue(row.startsWith("| 3 | 2 | 9 | 0 |") && row.endsWith("| exact |"), row);
        assertEquals(columns(SecAggRow.header().lines().findFirst().orElseThrow()), columns(row));
    }

    private static long columns(String row) {
        return row.chars().filter(each -> each == '|').count();
    }

    private int status(String... arguments) {
        return Confide.run(terminal, Map.of("CONFIDE_LOG_DIR", folder.toString()), arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "2,10,0,16,at least 3 sites",
        "5,0,0,16,at least 1 value",
        "5,10,1.5,16,write 10 % as 0.1",
        "5,10,0,60,2 to 48 bits",
        "5,10,0,-1,2 to 48 bits",
        "100,500000000,0,48,smaller --dimension",
        "200,100000000,0,16,CONFIDE_JVM",
    })
    void refusesArgumentsThatCannotBeRunInOneSentence(
            String sites, String dimension, String dropout, String bits, String why) {
        int status =
                status(
                        "bench",
                        "secagg",
                        "--sites",
                        sites,
                        "--dimension",
                        dimension,
                        "--dropout",
                        dropout,
                        "--bits",
                        bits);

        assertEquals(2, status);
        var said = err.toString(StandardCharsets.UTF_8);
        assertTrue(said.toLowerCase().contains(why.toLowerCase()), said);
        assertFalse(said.contains("\tat "), said);
    }

    @ParameterizedTest
    @EnumSource(LostAt.class)
    void sumsExactlyOnASparseGraph(LostAt step) {
        var report = run(new Workload(30, 40, 16, 1, 1, step, 1, 1, MaskGraph.SPARSE));

        assertTrue(report.isExact());
        assertTrue(report.workload().neighbours() < 29);
        assertTrue(report.sizes().threshold() < report.sizes().smallestSum());
    }

    @ParameterizedTest
    @EnumSource(LostAt.class)
    void sumsExactlyWhereOnlySomeSitesAreMeasured(LostAt step) {
        var report = run(new Workload(30, 40, 16, 1, 1, step, 1, 1, MaskGraph.SPARSE, 3));

        assertTrue(report.isExact());
        assertEquals(3, report.workload().measuredSites().size());
        assertTrue(report.site().mean() > 0);
    }

    @Test
    void refusesASampleOfMoreSitesThanThereAre() {
        assertEquals(2, status("bench", "secagg", "--sites=4", "--dimension=9", "--sample=5"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("Of 4 sites 1 to 4"));
    }

    @ParameterizedTest
    @CsvSource({
        "--sites=201, --graph=complete, need --graph sparse",
        "--sites=10001, --graph=sparse, at most 10000 sites",
        "--sites=20, --graph=sparse --colluders=15, No sparse graph of 20 sites"
    })
    void refusesGraphsThatThereAreNot(String sites, String graph, String why) {
        var arguments = new ArrayList<>(List.of("bench", "secagg", "--dimension=10", sites));
        arguments.addAll(List.of(graph.split(" ")));
        int status = status(arguments.toArray(String[]::new));

        assertEquals(2, status);
        assertTrue(err.toString(StandardCharsets.UTF_8).contains(why), err::toString);
    }

    private SecAggReport run(Workload workload) {
        return new SecAggBench(workload, new BenchProgress(terminal)).run();
    }
}
