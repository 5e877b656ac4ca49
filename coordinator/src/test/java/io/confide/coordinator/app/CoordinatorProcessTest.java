package io.confide.coordinator.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.files.CoordinatorConfig;
import io.confide.common.files.CoordinatorFile;
import io.confide.common.files.JsonFields;
import io.confide.common.files.JsonText;
import io.confide.common.model.Bytes;
import io.confide.common.model.ConfideException;
import io.confide.common.model.ErrorCode;
import io.confide.common.vector.MaskWarmUp;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

class CoordinatorProcessTest {
    @TempDir Path home;

    private static CoordinatorConfig config(int sitesPort) {
        return CoordinatorFile.parse(
                """
                name: localhost
                sites: {address: 127.0.0.1, port: %d}
                people: {address: 127.0.0.1, port: 0}
                management: {address: 127.0.0.1, port: 0}
                """
                        .formatted(sitesPort));
    }

    @Test
    void saysWhereItListensAndTakesTheFileAwayAtTheEnd() throws Exception {
        var ready = home.resolve("ready.json");
        try (var process = CoordinatorProcess.start(config(0), home)) {
            var json =
                    JsonFields.of(JsonText.parse(Bytes.wrap(Files.readAllBytes(ready))), "ready");
            assertEquals(process.ports().sites(), json.integer("sites"));
            assertEquals(process.ports().people(), json.integer("people"));
            assertEquals(ProcessHandle.current().pid(), json.integer("pid"));
            assertTrue(json.integer("warmedUpBytes") >= MaskWarmUp.BYTES_MIN);
            assertEquals(64, json.text("coordinatorKey").length());
            assertEquals("READY\n", get(process, "/readyz"));
        }
        assertFalse(Files.exists(ready));
    }

    @Test
    void keepsItsIdentityAndTokenOverARestartReadableByItsOwnerAlone() throws Exception {
        CoordinatorProcess.start(config(0), home).close();
        var token = Files.readString(home.resolve("admin.token"));
        var key = Files.readString(home.resolve("identity/ed25519.key"));
        assertNotEquals(token, key);
        CoordinatorProcess.start(config(0), home).close();
        assertEquals(token, Files.readString(home.resolve("admin.token")));
        assertEquals(key, Files.readString(home.resolve("identity/ed25519.key")));
        for (var file : new String[] {"admin.token", "identity/ed25519.key"}) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(home.resolve(file))));
        }
    }

    @Test
    void aPortInUseIsOneSentenceAndNothingKeepsRunning() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failure =
                    assertThrows(
                            ConfideException.class,
                            () -> CoordinatorProcess.start(config(other.getLocalPort()), home));
            assertEquals(ErrorCode.PORT_IN_USE, failure.code());
            assertTrue(failure.getMessage().contains("" + other.getLocalPort()));
        }
        assertFalse(Files.exists(home.resolve("ready.json")));
        var names =
                List.of(
                        "admin.token",
                        "identity/ed25519.key",
                        "authority/authority.key",
                        "authority/authority.pem");
        var made = contents(names);
        CoordinatorProcess.start(config(0), home).close();
        assertEquals(made, contents(names), "the next start takes up what the failed one made");
    }

    @Test
    void whatItCreatesIsForItsOwnAccountAlone() throws Exception {
        try (var process = CoordinatorProcess.start(config(0), home)) {
            assertEquals("READY\n", get(process, "/readyz"));
            for (var folder : List.of("authority", "identity", "data")) {
                assertEquals("rwx------", mode(folder), folder);
            }
            for (var file :
                    List.of("data/confide.db", "data/confide.db-wal", "data/events.jsonl")) {
                assertEquals("rw-------", mode(file), file);
            }
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsNotReady() throws Exception {
        try (var process = CoordinatorProcess.start(config(0), home)) {
            var obstacle = home.resolve("data/write.probe");
            Files.createDirectories(obstacle.resolve("in-the-way"));
            assertEquals("NOT_WRITABLE\n", get(process, "/readyz"));
            Files.delete(obstacle.resolve("in-the-way"));
            Files.delete(obstacle);
            assertEquals("READY\n", get(process, "/readyz"));
        }
    }

    private List<String> contents(List<String> names) throws IOException {
        var contents = new ArrayList<String>();
        for (var name : names) {
            contents.add(Files.readString(home.resolve(name)));
        }
        return contents;
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(name)));
    }

    @Test
    void aHomeServesOneCoordinatorOnly() {
        try (var first = CoordinatorProcess.start(config(0), home)) {
            var failure =
                    assertThrows(
                            ConfideException.class,
                            () -> CoordinatorProcess.start(config(0), home));
            assertEquals(ErrorCode.CONFLICT, failure.code());
            assertTrue(Files.exists(home.resolve("ready.json")), first::toString);
        }
    }

    private static String get(CoordinatorProcess process, String path) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + process.ports().management()
                                                            + path))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }
}
