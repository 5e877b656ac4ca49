package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.participant.TestAuthority;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.Identity;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What stops a participant before it says anything to anybody. */
class ParticipantProcessTest {
    private static final String CONFIGURATION =
            """
            coordinator: https://localhost:1
            site: london
            training: {device: cpu, threads: 1}
            datasets:
              - {name: pbc, study: risk, query: "SELECT * FROM read_csv('rows.csv')"}
            """;

    @TempDir Path directory;
    private Home home;

    @BeforeEach
    void place() throws IOException {
        home = new Home(directory.resolve("london"));
        Files.createDirectories(home.directory().resolve("studies"));
        Files.writeString(home.configuration(), CONFIGURATION);
        Files.writeString(
                home.directory().resolve("studies/risk.yaml"),
                """
                study: risk
                purpose: predict
                accountable: jane@hospital.example
                dictionary:
                  label: {name: event, type: binary, meaning: death}
                  patient: {name: patient, role: id}
                  features:
                    - {name: age, type: number, center: 55, scale: 15}
                """);
    }

    @Test
    void aHomeWithoutAConfigurationSaysHowToGetOne() throws IOException {
        Files.delete(home.configuration());
        var refusal = refusal();
        assertEquals(ErrorCode.FILE_MISSING, refusal.code());
        assertTrue(refusal.getMessage().contains("confide participant enroll"));
    }

    @Test
    void aSiteThatIsNotEnrolledSaysHowToEnrol() {
        var refusal = refusal();
        assertEquals(ErrorCode.FILE_MISSING, refusal.code());
        assertTrue(refusal.getMessage().contains("not enrolled"));
    }

    @Test
    void aConfigurationOfAnotherSiteIsRefused() throws IOException {
        enrol("paris");
        var refusal = refusal();
        assertEquals(ErrorCode.BAD_FILE, refusal.code());
        assertTrue(refusal.getMessage().contains("london"));
        assertTrue(refusal.getMessage().contains("paris"));
    }

    @Test
    void anExpiredCertificateStopsItBeforeItReadsAnyData() {
        var longAgo = Instant.now().minus(Duration.ofDays(60)).truncatedTo(ChronoUnit.SECONDS);
        enrol("london", longAgo);
        var refusal = refusal();
        assertEquals(ErrorCode.CERTIFICATE_EXPIRED, refusal.code());
        assertTrue(refusal.getMessage().contains(longAgo.plus(Duration.ofDays(30)).toString()));
        assertTrue(refusal.getMessage().contains("confide participant enroll"));
    }

    @Test
    void missingDataStopItBeforeItConnects() {
        enrol("london");
        assertEquals(ErrorCode.FILE_MISSING, refusal().code());
    }

    @Test
    void anUnknownColumnStopsItBeforeItConnects() throws IOException {
        enrol("london");
        rows("patient,event,years", "1,0,50", "2,1,60");
        var refusal = refusal();
        assertEquals(ErrorCode.UNKNOWN_COLUMN, refusal.code());
        assertTrue(refusal.getMessage().contains("age"));
    }

    @Test
    void aConstantLabelStopsItBeforeItConnects() throws IOException {
        enrol("london");
        rows("patient,event,age", "1,0,50", "2,0,60");
        assertEquals(ErrorCode.CONSTANT_LABEL, refusal().code());
    }

    @Test
    void aHomeInUseIsRefusedAndLeftAlone() throws IOException {
        enrol("london");
        Files.writeString(home.ready(), "{}");
        try (var _ = HomeLock.take(home)) {
            assertEquals(ErrorCode.CONFLICT, refusal().code());
            assertTrue(Files.exists(home.ready()));
        }
    }

    @Test
    void afterARefusalNothingIsHeldAndNothingSaysReady() {
        enrol("london");
        refusal();
        assertEquals(Optional.empty(), HomeLock.holder(home));
        assertFalse(Files.exists(home.ready()));
        assertEquals(Status.State.STOPPED, Status.of(home.directory()).state());
        refusal();
    }

    private ConfideException refusal() {
        return assertThrows(
                ConfideException.class, () -> ParticipantProcess.start(home.directory()));
    }

    private void rows(String... lines) throws IOException {
        Files.writeString(home.directory().resolve("rows.csv"), String.join("\n", lines) + "\n");
    }

    private void enrol(String site) {
        enrol(site, Instant.now());
    }

    private void enrol(String site, Instant from) {
        var authority = new TestAuthority();
        var key = SigningKey.generate(new SecureRandom());
        Identity.draft(home, key.reveal(), "key")
                .complete(
                        new Identity.Card(
                                new SiteId(site),
                                URI.create("https://localhost:1"),
                                key.publicKey(),
                                Digest.ZERO),
                        TestAuthority.pem(
                                authority.issue(site, TestAuthority.keyPair().getPublic(), from)),
                        TestAuthority.pem(authority.certificate));
    }
}
