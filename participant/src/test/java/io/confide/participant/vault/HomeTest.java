package io.confide.participant.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.crypto.SigningKey;
import io.confide.common.files.RosterDocument;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.storage.PrivateFiles;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class HomeTest {
    private static final JobId JOB = JobId.of("00010203-0405-0607-0809-0a0b0c0d0e0f");
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));

    @TempDir Path directory;
    private Home home;

    @BeforeEach
    void place() {
        home = new Home(directory.resolve("london"));
    }

    @Test
    void aHomeIsUsedByOneProcessAtATime() {
        try (var _ = HomeLock.take(home)) {
            assertEquals(Optional.of(ProcessHandle.current().pid()), HomeLock.holder(home));
            var refusal = assertThrows(ConfideException.class, () -> HomeLock.take(home));
            assertEquals(ErrorCode.CONFLICT, refusal.code());
            assertTrue(refusal.getMessage().contains("another participant process"));
        }
        assertEquals(Optional.empty(), HomeLock.holder(home));
        HomeLock.take(home).close();
    }

    @Test
    void anotherProcessIsKeptOutByTheLockOfTheFileItself() throws Exception {
        try (var _ = HomeLock.take(home)) {
            // What the file says is not what keeps a second process out.
            Files.delete(home.process());
            var other =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    LockTaker.class.getName(),
                                    home.directory().toString())
                            .redirectErrorStream(true)
                            .start();
            String said = new String(other.getInputStream().readAllBytes());
            assertEquals(7, other.waitFor(), said);
        }
    }

    /** Exits with 7 if the lock is taken. */
    static final class LockTaker {
        public static void main(String[] arguments) {
            try (var _ = HomeLock.take(new Home(Path.of(arguments[0])))) {
                System.exit(0);
            } catch (ConfideException e) {
                System.exit(e.code() == ErrorCode.CONFLICT ? 7 : 1);
            }
        }
    }

    @Test
    void aRosterIsPinnedAndOnlyAHigherVersionReplacesIt() {
        assertEquals(Optional.empty(), RosterPin.read(home));
        var second = roster(2);
        RosterPin.write(home, second);
        RosterPin.write(home, second);
        assertEquals(2, RosterPin.read(home).orElseThrow().version());
        for (var lower : List.of(roster(1), roster(2))) {
            assertEquals(
                    ErrorCode.CONFLICT,
                    assertThrows(ConfideException.class, () -> RosterPin.write(home, lower))
                            .code());
        }
        RosterPin.write(home, roster(3));
        assertEquals(3, RosterPin.read(home).orElseThrow().version());
    }

    @Test
    void aRosterFileThatWasChangedIsNotTheApprovedOne() throws IOException {
        RosterPin.write(home, roster(1));
        Files.writeString(
                home.roster(),
                Files.readString(home.roster()).replace("\"colluders\":0", "\"colluders\":1"));
        assertEquals(
                ErrorCode.ROSTER_NOT_APPROVED,
                assertThrows(ConfideException.class, () -> RosterPin.read(home)).code());
    }

    @Test
    void theEgressLedgerGoesOnAfterATornLineAndSkipsIt() throws IOException {
        try (var ledger = EgressLedger.open(home.egress(), CLOCK)) {
            ledger.sent(Optional.of(JOB), 1, Egress.MASKED_INPUT, 1000);
        }
        Files.writeString(home.egress(), "{\"time\":\"2030-01", StandardOpenOption.APPEND);
        try (var ledger = EgressLedger.open(home.egress(), CLOCK)) {
            ledger.sent(Optional.of(JOB), 1, Egress.KEY_SHARES, 300);
            ledger.outcome(JOB, 1, "DONE");
            ledger.refused(JOB, 2, "K10");
        }
        var lines = EgressLedger.read(home.egress());
        assertEquals(
                List.of("masked inputs", "key shares", "outcome", "refused"),
                lines.stream().map(EgressLedger.Line::category).toList());
        assertEquals(1000, lines.getFirst().bytes());
        assertEquals(JOB.toString(), lines.getFirst().job());
        assertEquals(Optional.of("K10"), lines.getLast().note());
    }

    @Test
    void aFileIsReplacedWholeAndATemporaryOneIsNotLeft() throws IOException {
        var file = directory.resolve("file");
        PrivateFiles.write(file, "one".getBytes());
        PrivateFiles.write(file, "two".getBytes());
        assertEquals("two", Files.readString(file));
        try (var files = Files.list(directory)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    private static RosterDocument roster(int version) {
        var random = new SecureRandom();
        return new RosterDocument(
                version,
                0,
                SigningKey.generate(random).publicKey(),
                IntStream.range(0, 3)
                        .mapToObj(
                                index ->
                                        new RosterDocument.Member(
                                                new SiteId("site" + index),
                                                SigningKey.generate(random).publicKey()))
                        .toList());
    }
}
