package io.confide.participant.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.Feature;
import io.confide.common.model.Study;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalData.Unusable;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

class DuckDbBindingTest {
    private static final String SELECT =
            "SELECT patient_id, event2y, male, bilirubin FROM read_csv('site.csv')";

    @TempDir Path home;

    @BeforeEach
    void writeSource() throws IOException {
        write(
                """
                patient_id,event2y,male,bilirubin
                p3,1,1,40
                p1,0,0,
                p2,0,1,108.73
                """);
    }

    @Test
    void scalesWithTheDictionarysConstantsAndLeavesMissingValuesNaN() {
        LocalData data = bind(SELECT);
        assertEquals(3, data.rows());
        assertEquals(2, data.features());
        for (int row = 0; row < 3; row++) {
            var key = data.rowKeys().get(row);
            float bilirubin = data.values()[2 * row + 1];
            if (key.equals(TabularData.rowKey("p1"))) {
                assertTrue(Float.isNaN(bilirubin));
                assertEquals(0f, data.labels()[row]);
            } else if (key.equals(TabularData.rowKey("p2"))) {
                assertEquals(1f, bilirubin, 1e-4f);
            } else {
                assertEquals(0f, bilirubin, 1e-6f);
                assertEquals(1f, data.labels()[row]);
            }
        }
        assertEquals(
                new LocalData.Profile(3, 1, List.of(Unusable.NONE, new Unusable(1, 0, 0))),
                data.profile());
    }

    @Test
    void theOrderOfTheSourceDoesNotReachTheRowsOrTheVersion() throws IOException {
        LocalData first = bind(SELECT);
        write(
                """
                patient_id,event2y,male,bilirubin
                p2,0,1,108.73
                p3,1,1,40
                p1,0,0,
                """);
        LocalData second = bind(SELECT);
        assertEquals(first.rowKeys(), second.rowKeys());
        assertEquals(first.rowKeys().stream().sorted().toList(), first.rowKeys());
        assertArrayEquals(first.values(), second.values());
        assertEquals(first.version(), second.version());
    }

    @Test
    void anotherValueIsAnotherVersion() throws IOException {
        LocalData first = bind(SELECT);
        write("patient_id,event2y,male,bilirubin\np3,1,1,41\np1,0,0,\np2,0,1,108.73\n");
        assertNotEquals(first.version(), bind(SELECT).version());
    }

    @Test
    void severalRowsOfOnePatientShareTheirRowKey() throws IOException {
        write("patient_id,event2y,male,bilirubin\n7,1,1,41\n7,0,1,42\n8,0,1,1\n");
        LocalData data = bind(SELECT);
        assertEquals(3, data.rows());
        assertEquals(2, data.rowKeys().stream().distinct().count());
    }

    @Test
    void extremeValuesAreCutAtThreeAndImplausibleOnesCounted() throws IOException {
        write(
                """
                patient_id,event2y,male,bilirubin
                1,1,1,999999
                2,0,1,-1
                3,0,1,0
                4,0,1,nan
                5,0,1,inf
                6,0,1,0.1
                """);
        LocalData data = bind(SELECT);
        assertEquals(List.of(Unusable.NONE, new Unusable(0, 2, 3)), data.profile().unusable());
        assertTrue(data.profile().mostlyUnusable(1));
        assertFalse(data.profile().mostlyUnusable(0));
        int kept = data.rowKeys().indexOf(TabularData.rowKey("6"));
        assertEquals(-3f, data.values()[2 * kept + 1]);
    }

    @Test
    void aStudyThatRefusesMissingValuesNamesTheCounts() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,1,1,\n2,0,1,inf\n3,0,1,-1\n4,0,,5\n");
        var failure =
                assertThrows(
                        ConfideException.class,
                        () ->
                                DuckDbBinding.bind(
                                        "pbc",
                                        SELECT.replace(
                                                "bilirubin", "bilirubin::DOUBLE AS bilirubin"),
                                        study(Study.Missing.REFUSE),
                                        home));
        assertEquals(ErrorCode.NOT_FINITE, failure.code(), failure.getMessage());
        assertContains(failure, "male: 1 missing");
        assertContains(failure, "bilirubin: 1 missing, 1 not finite, 1 out of range");
    }

    @Test
    void aFeatureThatNoRowCanUseIsRefusedWithItsCounts() {
        for (String value : List.of("inf", "nan", "1e300")) {
            String query =
                    SELECT.replace(
                            "bilirubin",
                            "CASE patient_id WHEN 'p1' THEN NULL ELSE '%s'::DOUBLE END AS bilirubin"
                                    .formatted(value));
            String cause = value.equals("1e300") ? "out of range" : "not finite";
            var failure = refused(ErrorCode.NOT_FINITE, query);
            assertContains(failure, "no value in 3 rows can be used");
            assertContains(failure, "bilirubin: 1 missing, 2 " + cause);
            assertFalse(failure.getMessage().contains("male"), failure.getMessage());
        }
    }

    @Test
    void aMissingColumnNamesTheNearestOneAndAllThatWereFound() {
        var failure =
                refused(
                        ErrorCode.UNKNOWN_COLUMN,
                        "SELECT patient_id, event2y, male, bilirubin AS bili FROM 'site.csv'");
        assertContains(failure, "needs the column bilirubin");
        assertContains(failure, "patient_id, event2y, male, bili");
        assertContains(failure, "rename its column bili with AS bilirubin");
    }

    @Test
    void aColumnOutsideTheDictionaryIsRefused() {
        var failure = refused(ErrorCode.UNKNOWN_COLUMN, "SELECT *, 1 AS name FROM 'site.csv'");
        assertContains(failure, "column name, which the study does not have");
    }

    @Test
    void textInANumberColumnIsCountedNotQuoted() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,1,1,SECRETVALUE\n2,0,1,5\n");
        var failure = refused(ErrorCode.WRONG_TYPE, SELECT);
        assertContains(failure, "column bilirubin has the type VARCHAR, and 1 of its 2 values");
    }

    @Test
    void numbersReadAsTextAreToBeConverted() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,1,1,inf\n2,0,1,5\n");
        assertContains(
                refused(ErrorCode.WRONG_TYPE, SELECT),
                "has the type VARCHAR; convert it with bilirubin::DOUBLE AS bilirubin");
    }

    @Test
    void aLabelMustBeZeroOrOneInEveryRow() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,2,1,4\n2,0,1,5\n3,1,0,5\n");
        assertContains(refused(ErrorCode.WRONG_TYPE, SELECT), "event2y must be 0 or 1, but 1 rows");
        write("patient_id,event2y,male,bilirubin\n1,,1,4\n2,0,1,5\n3,1,0,5\n");
        assertContains(refused(ErrorCode.WRONG_TYPE, SELECT), "event2y is NULL in 1 rows");
    }

    @Test
    void aBinaryFeatureMustBeZeroOrOne() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,1,2,4\n2,0,1,5\n");
        assertContains(refused(ErrorCode.WRONG_TYPE, SELECT), "male must be 0 or 1");
    }

    @Test
    void aRowWithoutAPatientIsRefused() throws IOException {
        write("patient_id,event2y,male,bilirubin\n,1,1,4\n2,0,1,5\n");
        assertContains(refused(ErrorCode.WRONG_TYPE, SELECT), "patient_id is NULL in 1 rows");
    }

    @Test
    void aConstantLabelIsRefused() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,0,1,4\n2,0,1,5\n");
        assertContains(refused(ErrorCode.CONSTANT_LABEL, SELECT), "event2y is 0 in all 2 rows");
    }

    @Test
    void anEmptyResultIsRefused() {
        refused(ErrorCode.EMPTY_DATASET, SELECT + " WHERE male > 3");
    }

    @Test
    void aMissingFileIsNamedWithTheFolderItWasLookedForIn() {
        var failure =
                refused(
                        ErrorCode.FILE_MISSING,
                        "SELECT patient_id, event2y, male, bilirubin FROM 'nosuch.csv'");
        assertContains(failure, "nosuch.csv");
        assertContains(failure, home.toString());
        refused(
                ErrorCode.FILE_MISSING,
                "SELECT patient_id, event2y, male, bilirubin FROM read_csv('nosuch.csv')");
        refused(
                ErrorCode.FILE_MISSING,
                "SELECT patient_id, event2y, male, bilirubin FROM read_parquet('nosuch.parquet')");
    }

    @Test
    void badSqlIsAnsweredWithDuckDbsReason() {
        assertContains(refused(ErrorCode.BAD_QUERY, "SELEC 1"), "syntax error");
        var failure = refused(ErrorCode.BAD_QUERY, "SELECT nosuchcolumn FROM 'site.csv'");
        assertContains(failure, "nosuchcolumn");
        assertFalse(failure.getMessage().contains("\n"));
    }

    @Test
    void failuresWhileReadingNeverQuoteARow() throws IOException {
        write("patient_id,event2y,male,bilirubin\n1,1,1,SECRETVALUE\n2,0,1,5\n");
        var cast =
                refused(
                        ErrorCode.BAD_QUERY,
                        "SELECT patient_id, event2y, male, bilirubin::DOUBLE AS bilirubin FROM"
                                + " 'site.csv'");
        var csv =
                refused(
                        ErrorCode.BAD_QUERY,
                        "SELECT * FROM read_csv('site.csv', columns = {'patient_id': 'INT',"
                                + " 'event2y': 'INT', 'male': 'INT', 'bilirubin': 'DOUBLE'})");
        for (var failure : List.of(cast, csv)) {
            assertFalse(failure.getMessage().contains("SECRET"), failure.getMessage());
            assertContains(failure, "Conversion Error while reading the rows");
        }
    }

    @Test
    void theNetworkIsNotASource() {
        for (String source : List.of("https://example.org/x.csv", "s3://bucket/x.parquet")) {
            var failure = refused(ErrorCode.BAD_QUERY, "SELECT * FROM '" + source + "'");
            assertContains(failure, "a site reads its own files only");
        }
    }

    @Test
    void onlyASingleSelectRuns() {
        for (String query :
                List.of(
                        SELECT + "; SELECT 1",
                        "COPY (SELECT 1) TO 'out.csv'",
                        "CREATE TABLE t AS SELECT 1",
                        "SET threads = 2",
                        "INSTALL httpfs",
                        "ATTACH 'other.db'",
                        "",
                        SELECT + "; COPY (SELECT 1) TO 'out.csv'")) {
            var failure = refused(ErrorCode.BAD_QUERY, query);
            assertContains(failure, "exactly one SELECT");
        }
        assertFalse(Files.exists(home.resolve("out.csv")));
    }

    @Test
    void commentsWithClausesAndATrailingSemicolonAreFine() {
        var query =
                "-- the site's mapping\nWITH s AS (FROM 'site.csv') SELECT patient_id, event2y,"
                        + " male, bilirubin FROM s; -- end";
        assertEquals(3, bind(query).rows());
    }

    @Test
    void theDatabaseIsLockedAfterTheSourcesAreRead() {
        try (var table = SourceTable.load("pbc", SELECT, home)) {
            assertTrue(table.permits("SELECT count(*) FROM bound"));
            for (String sql :
                    List.of(
                            "SELECT * FROM 'site.csv'",
                            "SELECT * FROM read_text('" + home + "/site.csv')",
                            "COPY bound TO 'out.csv'",
                            "COPY bound TO '" + home + "/out.csv'",
                            "ATTACH '" + home + "/other.db'",
                            "SET enable_external_access = true",
                            "SET threads = 2",
                            "INSTALL httpfs")) {
                assertFalse(table.permits(sql), sql);
            }
        }
        assertFalse(Files.exists(home.resolve("out.csv")));
    }

    @Test
    void readsParquetAndJsonToo() throws Exception {
        try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
                var statement = duckdb.createStatement()) {
            for (String format : List.of("parquet", "json")) {
                statement.execute(
                        "COPY (SELECT * FROM read_csv('%s/site.csv')) TO '%s/site.%s' (FORMAT %s)"
                                .formatted(home, home, format, format));
            }
        }
        var version = bind(SELECT).version();
        var columns = "SELECT patient_id, event2y, male, bilirubin FROM ";
        assertEquals(version, bind(columns + "read_parquet('site.parquet')").version());
        assertEquals(version, bind(columns + "read_json('site.json')").version());
    }

    static Study study(Study.Missing missing) {
        return new Study(
                "pbc-two-year-risk",
                "test",
                "nobody@example.org",
                new Study.Dictionary(
                        new Study.Label("event2y", "death or transplant within 730 days"),
                        "patient_id",
                        List.of(
                                new Feature(
                                        "male",
                                        Feature.Kind.BINARY,
                                        Optional.empty(),
                                        Optional.empty(),
                                        Feature.Transform.NONE,
                                        0,
                                        1),
                                new Feature(
                                        "bilirubin",
                                        Feature.Kind.NUMBER,
                                        Optional.of("umol/L"),
                                        Optional.of(new Feature.Range(0, 10_000)),
                                        Feature.Transform.LOG,
                                        Math.log(40),
                                        1)),
                        missing));
    }

    private LocalData bind(String query) {
        return DuckDbBinding.bind("pbc", query, study(Study.Missing.ZERO_AFTER_SCALING), home);
    }

    private ConfideException refused(ErrorCode code, String query) {
        var failure = assertThrows(ConfideException.class, () -> bind(query));
        assertEquals(code, failure.code(), failure.getMessage());
        assertTrue(failure.getMessage().startsWith("dataset pbc: "), failure.getMessage());
        return failure;
    }

    private static void assertContains(ConfideException failure, String part) {
        assertTrue(
                Pattern.compile(Pattern.quote(part)).matcher(failure.getMessage()).find(),
                failure.getMessage());
    }

    private void write(String csv) throws IOException {
        Files.writeString(home.resolve("site.csv"), csv);
    }
}
