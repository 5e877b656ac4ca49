package io.confide.participant.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.participant.TestAuthority;
import io.confide.participant.vault.FileRecords;
import io.confide.participant.vault.Home;
import io.confide.participant.vault.HomeLock;
import io.confide.participant.vault.Identity;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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

    @Test
    void aDamagedTlsKeyStopsItBeforeItConnects() throws IOException {
        enrol("london");
        rows("patient,event,age", "1,0,50", "2,1,60");
        Files.writeString(home.identity().resolve("tls.key"), "nonsense");
        var refusal = refusal();
        assertEquals(ErrorCode.BAD_FILE, refusal.code());
        assertTrue(refusal.getMessage().contains("enrol this site again"));
    }

    @Test
    void aStartThatStillConnectsCanBeClosed() throws Exception {
        enrol("london");
        rows("patient,event,age", "1,0,50", "2,1,60");
        try (var process = ParticipantProcess.of(home.directory())) {
            var started = CompletableFuture.supplyAsync(process::start, Thread::startVirtualThread);
            awaitFile(home.events());
            process.close();
            assertEquals(ParticipantProcess.Started.CLOSED, started.get(10, TimeUnit.SECONDS));
            process.awaitEnd();
        }
        assertEquals(Optional.empty(), HomeLock.holder(home));
        FileRecords.open(home).close();
        assertFalse(Files.exists(home.ready()));
    }

    @Test
    void aProcessThatWasClosedDoesNotStart() {
        var process = ParticipantProcess.of(home.directory());
        process.close();
        assertEquals(ParticipantProcess.Started.CLOSED, process.start());
        assertEquals(Optional.empty(), HomeLock.holder(home));
    }

    private void awaitFile(Path file) throws Exception {
        try (var watch = FileSystems.getDefault().newWatchService()) {
            Files.createDirectories(home.state());
            home.state().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(file)) {
                var seen = watch.poll(60, TimeUnit.SECONDS);
                assertNotNull(seen, "it never came so far");
                seen.pollEvents();
                seen.reset();
            }
        }
    }

    private ConfideException refusal() {
        return assertThrows(
                ConfideException.class, () -> ParticipantProcess.of(home.directory()).start());
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
        var tls = TestAuthority.keyPair();
        Identity.draft(home, key.reveal(), TestAuthority.pem(tls.getPrivate()))
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
