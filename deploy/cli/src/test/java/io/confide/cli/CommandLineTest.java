package io.confide.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "demo",
                "job",
                "job init",
                "job submit",
                "job check",
                "job list",
                "job watch",
                "job show",
                "job cancel",
                "job pause",
                "job resume",
                "job retry",
                "job download",
                "participant",
                "participant enroll",
                "participant start",
                "participant doctor",
                "participant status",
                "participant data",
                "participant data list",
                "participant data profile",
                "participant policy init",
                "participant policy show",
                "participant approve",
                "participant egress",
                "participant ledger",
                "coordinator init",
                "coordinator start",
                "coordinator token",
                "coordinator roster",
                "coordinator user",
                "coordinator user add",
                "coordinator user list",
                "job plan",
                "job audit",
                "coordinator user remove",
                "coordinator user set-role",
                "coordinator user set-password",
                "data fetch",
                "audit verify",
                "audit verify round",
                "privacy",
                "privacy epsilon",
                "privacy noise"
            })
    void everyCommandExplainsItself(String command) {
        var arguments = (command + " --help").strip().split(" ");

        assertEquals(0, run(arguments), text(err));
        assertTrue(text(out).contains("Usage: confide"), text(out));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "job lst",
                "demo --rounds many",
                "demo --data real",
                "participant enroll",
                "coordinator start",
                "data fetch",
                "data fetch pcb",
                "demo --sites 2",
                "demo --rounds 0",
                "demo --dp 0",
                "demo --dp much",
                "job list --coordinator nonsense",
                "coordinator token ../x",
                "coordinator token UPPER --expires 1h",
                "coordinator token lyon --expires soon",
                "coordinator token lyon --expires 1s",
                "coordinator token lyon --expires 9999d",
                "privacy epsilonn",
                "privacy epsilon --noise 1 --steps 1",
                "privacy epsilon --noise x --steps 1 --delta 1e-5",
                "privacy noise --epsilon 0 --steps 1 --delta 1e-5",
                "coordinator user add ada",
                "coordinator user add ada --role root",
                "coordinator user add Ada --role admin",
                "coordinator user add administrator --role admin",
                "coordinator user add ada --role steward --site ../x",
                "swarm --worlds 0 --help-me",
                "job lst --help"
            })
    void bytesThatAreNoCommandAreBadUsage(String command) {
        assertEquals(2, run(command.split(" ")));
        assertTrue(text(err).contains("--help"), text(err));
        assertEquals("", text(out));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "job list",
                "participant ledger",
                "participant ledger --home nowhere",
                "participant status --home nowhere",
                "participant egress --home nowhere",
                "participant approve --home nowhere",
                "participant policy show --home nowhere",
                "participant data list --home nowhere",
                "coordinator start --config nowhere.yaml",
                "coordinator user list --home nowhere",
                "coordinator user add ada --role steward --home nowhere",
                "audit verify nowhere.jsonl",
                "audit verify /",
                "coordinator start --config /"
            })
    void whatCannotBeDoneIsOneSentence(String command) {
        assertEquals(1, run(command.split(" ")));
        assertEquals(1, text(err).lines().count(), text(err));
        assertTrue(text(err).startsWith("confide: "), text(err));
        assertFalse(text(err).contains("Exception"), text(err));
    }

    @Test
    void anUnknownCommandIsNamedWithTheNearestOne() {
        run("job", "lst", "--help");

        assertTrue(
                text(err)
                        .contains(
                                "There is no command \"confide job lst\". Did you mean \"list\"?"),
                text(err));
    }

    @Test
    void limitsAreSaidInTheWordsOfTheCommandLine() {
        run("coordinator", "token", "lyon", "--expires", "9999d");

        assertTrue(text(err).contains("between 1m and 30d, not 9999d"), text(err));
    }

    @Test
    void aFileThatIsNoTextIsOneSentence() throws Exception {
        var file = Files.write(folder.resolve("coordinator.yaml"), new byte[] {(byte) 0xff, 0});

        assertEquals(1, run("coordinator", "start", "--config", file.toString()));
        assertTrue(text(err).contains(file + " is not a text file in UTF-8"), text(err));
    }

    @Test
    void aCommandToCopyQuotesAPathWithBlanks() {
        var home = folder.resolve("my site");

        assertEquals(0, run("coordinator", "init", "--home", home.toString()));
        assertTrue(text(out).contains("'" + home.resolve("coordinator.yaml") + "'"), text(out));
    }

    @Test
    void aHomeThatIsNotThereStaysAway() {
        run("participant", "status", "--home", folder.resolve("nope").toString());

        assertTrue(text(err).contains("enrolment writes one"), text(err));
        assertFalse(Files.exists(folder.resolve("nope")));
    }

    @Test
    void aFailureInsideIsOneSentenceAndALogWithTheRest() throws Exception {
        var broken = Files.createDirectory(folder.resolve("coordinator.yaml"));

        new Failures(terminal(), folder.resolve("log/confide.log"))
                .report(new IllegalStateException("the wheel came off"), "test");

        assertTrue(Files.isDirectory(broken));
        assertTrue(text(err).contains("the wheel came off"));
        assertTrue(text(err).contains("details: "));
        assertFalse(text(err).contains("\tat "));
        assertTrue(Files.readString(folder.resolve("log/confide.log")).contains("\tat "));
    }

    @Test
    void theLogIsPrivateAndHoldsNoToken() throws Exception {
        var log = Files.writeString(folder.resolve("confide.log"), "");
        var refused = new IllegalArgumentException("invalid header value: \"Bearer hush\nhush2\"");

        new Failures(terminal(), log).report(refused, "test");

        assertFalse(Files.readString(log).contains("hush"), Files.readString(log));
        assertTrue(Files.readString(log).contains("invalid header value"));
        assertFalse(text(err).contains("hush"), text(err));
        if (log.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
        }
    }

    @Test
    void writesACoordinatorFileThatTheCoordinatorCanReadButNeverOverAnother() throws Exception {
        assertEquals(0, run("coordinator", "init", "--home", folder.toString()));
        var yaml = Files.readString(folder.resolve("coordinator.yaml"));
        assertEquals(8443, io.confide.common.files.CoordinatorFile.parse(yaml).sites().port());

        assertEquals(1, run("coordinator", "init", "--home", folder.toString()));
        assertEquals(yaml, Files.readString(folder.resolve("coordinator.yaml")));
    }

    private int run(String... arguments) {
        return Confide.run(
                terminal(),
                Map.of(
                        "CONFIDE_LOG_DIR", folder.toString(),
                        "CONFIDE_CONTEXT", folder.resolve("context.json").toString()),
                arguments);
    }

    private Terminal terminal() {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Terminal.Look.PLAIN,
                100);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
