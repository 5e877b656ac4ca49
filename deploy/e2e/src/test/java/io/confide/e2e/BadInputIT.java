package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** What goes wrong on the first day: one sentence each, and nothing half-done. */
class BadInputIT {
    private static final String PATIENTS =
            """
            patient_id,event,age
            a,0,50
            b,1,60
            c,0,70
            d,1,40
            """;

    @TempDir static Path work;
    private static Consortium consortium;

    @BeforeAll
    static void enrolOneSite() throws Exception {
        consortium = Consortium.start(work);
        var done = consortium.enroll("lyon", consortium.token("lyon"));
        assertEquals(0, done.status(), done.err());
        Files.createDirectories(work.resolve("lyon/studies"));
        Files.writeString(work.resolve("lyon/studies/two-year-risk.yaml"), Consortium.STUDY);
        Files.writeString(work.resolve("lyon/patients.csv"), PATIENTS);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (consortium != null) {
            consortium.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT patient_id, event, age AS years FROM read_csv('patients.csv') | years",
                "SELECT patient_id, event, age FROM read_csv('patient.csv') | patient.csv",
                "SELECT patient_id, event, age FROM read_csv('patients.csv') WHERE age > 90 | no"
                        + " row",
                "SELECT patient_id, event, 'old' AS age FROM read_csv('patients.csv') | age",
                "SELECT patient_id, 0 AS event, age FROM read_csv('patients.csv') | event",
                "SELECT patient_id, event, agee FROM read_csv('patients.csv') | age"
            })
    void aDatasetThatDoesNotFitTheStudyStopsTheSiteWithOneSentence(String query, String names)
            throws Exception {
        participantYaml(query);

        oneSentence(Confide.run(work, "participant", "start", "--home", "lyon"), names);
        assertFalse(Files.exists(work.resolve("lyon/ready.json")));
    }

    @Test
    void aMisspeltKeyIsNamedWithItsLineAndTheNearestRightOne() throws Exception {
        participantYaml("SELECT 1");
        var file = work.resolve("lyon/participant.yaml");
        Files.writeString(file, Files.readString(file).replace("datasets:", "dataset:"));

        var done = Confide.run(work, "participant", "start", "--home", "lyon");

        assertEquals(1, done.status());
        assertTrue(done.err().contains("line 4"), done.err());
        assertTrue(done.err().contains("Did you mean \"datasets\"?"), done.err());
    }

    @Test
    void aSiteThatIsNotEnrolledIsToldToEnrol() throws Exception {
        Files.createDirectories(work.resolve("munich"));
        participantYaml("SELECT 1");
        Files.copy(work.resolve("lyon/participant.yaml"), work.resolve("munich/participant.yaml"));

        oneSentence(Confide.run(work, "participant", "start", "--home", "munich"), "enrol");
    }

    @Test
    void aTokenWorksOnce() throws Exception {
        var token = consortium.token("london");
        assertEquals(0, consortium.enroll("london", token).status());

        oneSentence(consortium.enroll("somewhere-else", token), "token");
        assertFalse(Files.exists(work.resolve("somewhere-else/identity")));
    }

    @Test
    void anExpiredTokenSaysSo() throws Exception {
        var token = changed(consortium.token("mayo"), "\"expires\":\"20", "\"expires\":\"19");

        oneSentence(consortium.enroll("mayo", token), "expired");
    }

    @Test
    void aTokenOfAnotherAuthorityIsNotFollowed() throws Exception {
        var token = consortium.token("mayo");
        var json = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        var authority = Consortium.json(json).path("authority").asText();
        var other = changed(token, authority, "0".repeat(64));

        oneSentence(consortium.enroll("mayo", other), "authority");
        assertFalse(Files.exists(work.resolve("mayo/identity")));
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var home = Files.createDirectories(work.resolve("second"));
            Files.writeString(
                    home.resolve("coordinator.yaml"),
                    """
                    name: localhost
                    sites: {address: 127.0.0.1, port: %d}
                    people: {address: 127.0.0.1, port: 0}
                    management: {address: 127.0.0.1, port: 0}
                    """
                            .formatted(taken.getLocalPort()));

            oneSentence(
                    Confide.run(
                            work, "coordinator", "start", "--config", "second/coordinator.yaml"),
                    Integer.toString(taken.getLocalPort()));
            assertFalse(Files.exists(home.resolve("ready.json")));
        }
    }

    @Test
    void aFullDiskIsSaid() throws Exception {
        var disk = Files.createDirectories(work.resolve("disk"));
        Files.writeString(
                work.resolve("on-a-small-disk.sh"),
                """
                mount -t tmpfs -o size=64k tmpfs "$1" || exit 77
                cp "$2" "$1/coordinator.yaml"
                exec "$3" coordinator start --config "$1/coordinator.yaml"
                """);
        Files.writeString(
                work.resolve("small.yaml"),
                """
                name: localhost
                sites: {address: 127.0.0.1, port: 0}
                people: {address: 127.0.0.1, port: 0}
                management: {address: 127.0.0.1, port: 0}
                """);
        var done =
                Confide.runWith(
                        work,
                        "unshare",
                        "-rm",
                        "bash",
                        "on-a-small-disk.sh",
                        disk.toString(),
                        "small.yaml",
                        Confide.launcher());
        assumeTrue(done.status() != 77 && !done.err().contains("unshare"), done.err());

        oneSentence(done, "free disk space");
    }

    @Test
    void aJobWithMistakesIsRefusedWithEveryOneOfThem() throws Exception {
        Files.writeString(work.resolve("study.yaml"), Consortium.STUDY);
        Files.writeString(
                work.resolve("job.yaml"),
                """
                job: wrong
                study: two-year-risk
                model: {kind: logistc}
                training: {rounds: 0}
                """);

        var done = consortium.run("job", "submit", "job.yaml");

        assertEquals(1, done.status());
        assertTrue(done.err().contains("logistic"), done.err());
        assertTrue(done.err().contains("rounds"), done.err());
        assertTrue(consortium.run("job", "list").out().contains("no jobs"));
    }

    private static void participantYaml(String query) throws IOException {
        Files.writeString(
                work.resolve("lyon/participant.yaml"),
                """
                coordinator: https://localhost:%d
                site: lyon
                training: {device: cpu, threads: 1}
                datasets:
                  - name: patients
                    study: two-year-risk
                    query: |
                      %s
                """
                        .formatted(consortium.sitesPort(), query.strip()));
    }

    private static String changed(String token, String from, String to) {
        var json = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        assertTrue(json.contains(from), json);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(json.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    private static void oneSentence(Confide.Done done, String names) {
        assertEquals(1, done.status(), done.out() + done.err());
        var lines = done.err().lines().filter(line -> !line.startsWith("details: ")).toList();
        assertEquals(1, lines.size(), done.err());
        assertTrue(lines.getFirst().startsWith("confide: "), done.err());
        assertTrue(lines.getFirst().contains(names), done.err());
        assertFalse(done.err().contains("\tat "), done.err());
    }
}
