package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import io.confide.common.files.CoordinatorFile;
import io.confide.coordinator.app.CoordinatorProcess;
import io.confide.coordinator.jdbc.Database;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class BackupCommandsTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path directory;
    private Path home;
    private Path backup;

    @BeforeEach
    void runOnce() throws Exception {
        home = Files.createDirectory(directory.resolve("home"));
        backup = directory.resolve("backup");
        var config =
                Files.writeString(
                        home.resolve("coordinator.yaml"),
                        """
                        name: localhost
                        sites: {address: 127.0.0.1, port: 0}
                        people: {address: 127.0.0.1, port: 0}
                        management: {address: 127.0.0.1, port: 0}
                        """);
        CoordinatorProcess.start(CoordinatorFile.load(config), home).close();
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        var all = new ArrayList<>(List.of("coordinator"));
        all.addAll(List.of(arguments));
        return Confide.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Terminal.Look.PLAIN,
                        100),
                Map.of("CONFIDE_LOG_DIR", directory.resolve("log").toString()),
                all.toArray(String[]::new));
    }

    private int backUp(String... more) {
        var all =
                new ArrayList<>(
                        List.of(
                                "backup",
                                "--config",
                                home.resolve("coordinator.yaml").toString(),
                                "--to",
                                backup.toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private JsonNode shown() {
        return JsonText.parse(out.toString(StandardCharsets.UTF_8), "out");
    }

    private String refusal() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aHomeIsBackedUpCheckedAndMadeAnew() throws Exception {
        assertEquals(0, backUp("--json"), refusal());
        var taken = shown();
        assertEquals(Database.SCHEMA, taken.path("schema").asInt());
        assertTrue(taken.path("database").asBoolean());
        assertEquals("Confide 0.1.0", taken.path("build").asText());
        assertEquals(0, run("backup", "verify", backup.toString(), "--json"), refusal());
        assertEquals(taken, shown());

        var other = directory.resolve("other");
        assertEquals(
                0,
                run("restore", "--from", backup.toString(), "--home", other.toString()),
                refusal());
        var told = out.toString(StandardCharsets.UTF_8);
        assertTrue(told.contains("ended   0 jobs, 0 invitations of sites, 0 sign-ins"), told);
        assertTrue(told.contains("confide coordinator start --config " + other), told);
        assertEquals(
                Files.readString(home.resolve("identity/ed25519.key")),
                Files.readString(other.resolve("identity/ed25519.key")));
    }

    @Test
    void whatCannotBeDoneIsOneSentence() throws Exception {
        assertEquals(2, run("backup", "--config", home.resolve("coordinator.yaml").toString()));
        assertTrue(refusal().contains("--to"), refusal());
        assertEquals(0, backUp(), refusal());
        assertEquals(1, backUp());
        assertTrue(refusal().contains("a backup is never written over anything"), refusal());
        assertEquals(1, run("restore", "--from", backup.toString(), "--home", home.toString()));
        assertTrue(refusal().contains("a backup is never put over anything"), refusal());
        Files.writeString(backup.resolve("home/admin.token"), "another");
        assertEquals(1, run("backup", "verify", backup.toString()));
        assertTrue(refusal().contains("admin.token of the backup"), refusal());
        var other = directory.resolve("other");
        assertEquals(1, run("restore", "--from", backup.toString(), "--home", other.toString()));
        assertTrue(refusal().contains("is not what was backed up"), refusal());
        assertFalse(Files.exists(other));
    }
}
