package io.confide.coordinator.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorFile;
import io.confide.common.governance.EventLog;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.Digest;
import io.confide.common.model.ErrorCode;
import io.confide.common.model.SiteId;
import io.confide.coordinator.app.CoordinatorProcess;
import io.confide.coordinator.jdbc.Database;
import io.confide.coordinator.jdbc.JdbcEnrolments;
import io.confide.coordinator.jdbc.JdbcSessions;
import io.confide.coordinator.jdbc.PutBack;
import io.confide.coordinator.port.Enrolments;
import io.confide.coordinator.port.SessionStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Backups of a real coordinator's home, and homes made of them. */
class BackupTest {
    private static final Instant NOW = Instant.now();
    private static final SiteId BASEL = new SiteId("basel");
    private static final Digest NUMBER = Digest.of(new byte[] {1});
    private static final List<String> SAME =
            List.of(
                    "coordinator.yaml",
                    "admin.token",
                    "session.key",
                    "identity/ed25519.key",
                    "authority/authority.pem",
                    "authority/authority.key",
                    "roster.json",
                    "users.yaml");

    @TempDir Path directory;
    private Path home;
    private Path backup;
    private Path restored;

    @BeforeEach
    void write() throws Exception {
        home = Files.createDirectory(directory.resolve("home"));
        backup = directory.resolve("backups/monday");
        restored = directory.resolve("new/home");
        write("");
        Files.writeString(home.resolve("roster.json"), "{}");
        Files.writeString(home.resolve("users.yaml"), "users: []\n");
    }

    private void write(String more) throws IOException {
        Files.writeString(
                config(),
                """
                name: localhost
                sites: {address: 127.0.0.1, port: 0}
                people: {address: 127.0.0.1, port: 0}
                management: {address: 127.0.0.1, port: 0}
                roster: roster.json
                """
                        + more);
    }

    private Path config() {
        return home.resolve("coordinator.yaml");
    }

    private Backup take() {
        return Backup.take(config(), backup, "test", InstantSource.system(), Progress.NONE);
    }

    private Restore.Restored restore(Restore.Jobs jobs) {
        return Restore.into(restored, Backup.open(backup), jobs, NOW, Progress.NONE);
    }

    private CoordinatorProcess start(Path where) {
        return CoordinatorProcess.start(
                CoordinatorFile.load(where.resolve("coordinator.yaml")), where);
    }

    /** What a coordinator makes at its first start, without its ports: what is in the files does not matter here. */
    private void hasRun() throws IOException {
        try (var database = database(home);
                var events = EventLog.open(home.resolve("data/events.jsonl"))) {
            new JdbcEnrolments(database).issue(BASEL, hash("a"), NOW.plus(Duration.ofDays(1)));
            assertTrue(database.writes(), events::toString);
        }
        Files.writeString(home.resolve("admin.token"), "secret\n");
    }

    private static Database database(Path where) throws IOException {
        Files.createDirectories(where.resolve("data"));
        return Database.open("jdbc:sqlite:" + where.resolve("data/confide.db"));
    }

    private static Bytes hash(String secret) {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8)).value();
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static Set<String> names(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            var names = new TreeSet<String>();
            all.forEach(path -> names.add(path.getFileName().toString()));
            return names;
        }
    }

    @Test
    void aCoordinatorThatRunsIsBackedUpAndAnotherMachineGoesOnAsIt() throws Exception {
        Backup taken;
        try (var process = start(home)) {
            try (var database = database(home)) {
                var enrolments = new JdbcEnrolments(database);
                enrolments.issue(BASEL, hash("used"), NOW.plus(Duration.ofDays(1)));
                enrolments.issue(BASEL, hash("open"), NOW.plus(Duration.ofDays(1)));
                enrolments.redeem(hash("used"), NOW, BackupTest::enrolment);
                new JdbcSessions(database).keep(session());
            }
            taken = take();
            assertTrue(process.ports().sites() > 0);
        }
        taken.verify(Progress.NONE);
        assertEquals(taken, Backup.open(backup));
        assertEquals(Set.of("home", "manifest.json"), names(backup));
        assertFalse(Files.exists(backup.resolve("home/ready.json")));
        try (var all = Files.walk(directory.resolve("backups"))) {
            for (var path : all.skip(1).toList()) {
                assertEquals(Files.isDirectory(path) ? "rwx------" : "rw-------", mode(path));
            }
        }

        var outcome = restore(Restore.Jobs.END);
        assertEquals(
                new Aftermath(List.of(), List.of(), new PutBack.Voided(1, 1)),
                outcome.aftermath().orElseThrow());
        for (var name : SAME) {
            assertEquals(
                    Files.readString(home.resolve(name)), Files.readString(restored.resolve(name)));
            assertEquals("rw-------", mode(restored.resolve(name)), name);
        }
        assertEquals("rwx------", mode(restored));
        try (var _ = start(restored);
                var database = database(restored)) {
            var enrolments = new JdbcEnrolments(database);
            assertEquals(enrolment(BASEL).identityKey(), enrolments.all().getFirst().identityKey());
            assertInstanceOf(
                    Enrolments.Redeemed.Expired.class,
                    enrolments.redeem(hash("open"), NOW, BackupTest::enrolment));
            assertEquals(List.of(), new JdbcSessions(database).all());
        }
        var log = Files.readAllLines(restored.resolve("data/events.jsonl"));
        assertTrue(log.getFirst().contains("coordinator.backup"), log::toString);
        assertTrue(log.get(1).contains("coordinator.restore"), log::toString);
        assertTrue(log.get(1).contains(taken.digest().hex()), log::toString);
        assertEquals(2, outcome.events());
        assertInstanceOf(
                EventLog.Check.Intact.class,
                EventLog.verify(restored.resolve("data/events.jsonl")));
    }

    private static Enrolments.Enrolment enrolment(SiteId site) {
        return new Enrolments.Enrolment(
                site, Bytes.ofHex("aa"), Bytes.ofHex("bb"), NOW, Optional.empty());
    }

    private static SessionStore.Stored session() {
        return new SessionStore.Stored(NUMBER, "ada", NUMBER, NOW, NOW, Bytes.ofHex("cc"));
    }

    @Test
    void everythingStaysAsItWasIfThatIsAskedFor() throws Exception {
        hasRun();
        take();
        assertEquals(Optional.empty(), restore(Restore.Jobs.GO_ON).aftermath());
        try (var database = database(restored)) {
            assertEquals(
                    new Enrolments.Redeemed.Accepted(BASEL),
                    new JdbcEnrolments(database).redeem(hash("a"), NOW, BackupTest::enrolment));
        }
    }

    @Test
    void whatIsNotWhatWasBackedUpIsNotPutBack() throws Exception {
        hasRun();
        take();
        var token = backup.resolve("home/admin.token");
        Files.writeString(token, "Secret\n");
        assertRefused(ErrorCode.CHECKSUM_MISMATCH, "admin.token of the backup");
        Files.writeString(token, "secret\n\n");
        assertRefused(ErrorCode.CHECKSUM_MISMATCH, "is not what was backed up");
        Files.delete(token);
        assertRefused(ErrorCode.CHECKSUM_MISMATCH, "is missing");
        var failure =
                assertThrows(
                        ConfideException.class, () -> Backup.open(backup).verify(Progress.NONE));
        assertEquals(ErrorCode.CHECKSUM_MISMATCH, failure.code());
        Files.writeString(token, "secret\n");
        restore(Restore.Jobs.END);
    }

    /** A manifest that says so has the right digests, whoever wrote it. */
    @Test
    void aManifestThatCannotBeBelievedIsRefused() throws Exception {
        hasRun();
        take();
        assertManifestRefused(
                text ->
                        text.replace(
                                "\"schema\":" + Database.SCHEMA,
                                "\"schema\":" + (Database.SCHEMA + 1)),
                "made by a newer version");
        assertManifestRefused(
                text -> text.replace("\"format\":1", "\"format\":2"), "is of a newer version");
        for (var outside : List.of("../admin.token", "/admin.token", "a/../../b", "a//b")) {
            assertManifestRefused(
                    text -> text.replace("\"admin.token\"", "\"" + outside + "\""),
                    "cannot be read");
        }
        assertManifestRefused(
                text -> text.replace("\"admin.token\"", "\"roster.json\""), "cannot be read");
        assertManifestRefused(text -> text.substring(0, text.length() / 2), "cannot be read");
        Files.delete(backup.resolve("manifest.json"));
        assertRefused(ErrorCode.FILE_MISSING, "is no backup");
    }

    private void assertManifestRefused(UnaryOperator<String> change, String why)
            throws IOException {
        var file = backup.resolve("manifest.json");
        var text = Files.readString(file);
        var changed = change.apply(text);
        assertFalse(changed.equals(text));
        Files.writeString(file, changed);
        assertRefused(ErrorCode.BAD_FILE, why);
        Files.writeString(file, text);
    }

    private void assertRefused(ErrorCode code, String why) throws IOException {
        var failure = assertThrows(ConfideException.class, () -> restore(Restore.Jobs.END));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage().contains(why), failure.getMessage());
        assertFalse(failure.getMessage().contains("\n"));
        assertFalse(Files.exists(restored));
        if (Files.exists(restored.getParent())) {
            assertEquals(Set.of(), names(restored.getParent()), "nothing half-done");
        }
    }

    @Test
    void nothingIsWrittenOver() throws Exception {
        hasRun();
        take();
        var before = Files.readString(backup.resolve("manifest.json"));
        assertEquals(ErrorCode.CONFLICT, assertThrows(ConfideException.class, this::take).code());
        assertEquals(before, Files.readString(backup.resolve("manifest.json")));
        Files.createDirectories(restored);
        Files.writeString(restored.resolve("mine"), "mine");
        var failure = assertThrows(ConfideException.class, () -> restore(Restore.Jobs.END));
        assertEquals(ErrorCode.CONFLICT, failure.code());
        assertEquals(Set.of("mine"), names(restored));
        Files.delete(restored.resolve("mine"));
        restore(Restore.Jobs.END);
        assertTrue(Files.exists(restored.resolve("data/confide.db")));
    }

    @Test
    void whatCannotBeBackedUpWholeSaysSoAndLeavesNothing() throws Exception {
        var failure = assertThrows(ConfideException.class, this::take);
        assertTrue(failure.getMessage().contains("has never run"), failure.getMessage());
        hasRun();
        var log = home.resolve("data/events.jsonl");
        write("store: {url: \"jdbc:sqlite:%s\"}\n".formatted(directory.resolve("else.db")));
        failure = assertThrows(ConfideException.class, this::take);
        assertTrue(failure.getMessage().contains("lies outside"), failure.getMessage());
        // Put back elsewhere, that would be the database of the coordinator that goes on here.
        write("store: {url: \"jdbc:sqlite:%s\"}\n".formatted(home.resolve("data/confide.db")));
        failure = assertThrows(ConfideException.class, this::take);
        assertTrue(failure.getMessage().contains("by the absolute path"), failure.getMessage());
        write("dataDir: \"%s\"\n".formatted(home.resolve("data")));
        failure = assertThrows(ConfideException.class, this::take);
        assertTrue(failure.getMessage().contains("names the event log"), failure.getMessage());
        write("");
        Files.writeString(log, "{\"event\":{}}\n");
        failure = assertThrows(ConfideException.class, this::take);
        assertTrue(failure.getMessage().contains("is broken at event 0"), failure.getMessage());
        Files.delete(log);
        EventLog.open(log).close();
        Files.write(home.resolve("data/confide.db"), new byte[5000]);
        failure = assertThrows(ConfideException.class, this::take);
        assertEquals(ErrorCode.BAD_FILE, failure.code());
        assertEquals(Set.of(), names(backup.getParent()));
    }

    @Test
    void aFileThatLiesElsewhereIsNamed() throws Exception {
        var users = Files.writeString(directory.resolve("people.yaml"), "users: []\n");
        write("signIn: {users: \"%s\"}\n".formatted(users));
        hasRun();
        assertEquals(List.of(users.toString()), take().manifest().leftOut());
    }
}
