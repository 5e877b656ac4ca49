package io.confide.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.process.JvmOptions.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class JvmOptionsTest {
    @TempDir Path home;
    private String before;

    @BeforeEach
    void standIn() {
        before = System.getProperty("confide.home", "");
        System.setProperty("confide.home", home.toString());
    }

    @AfterEach
    void leave() {
        if (before.isEmpty()) {
            System.clearProperty("confide.home");
        } else {
            System.setProperty("confide.home", before);
        }
    }

    @Test
    void aProcessStartsFromTheArchiveOfItsOwnRoleWhereThereIsOne() throws IOException {
        assertEquals(List.of(), archives(Role.PARTICIPANT));
        var target = Files.createDirectories(home.resolve("deploy/cli/target"));
        Files.createFile(target.resolve("coordinator.aot"));
        assertEquals(List.of(), archives(Role.PARTICIPANT));
        var own = Files.createFile(target.resolve("participant.aot"));
        assertEquals(List.of("-XX:AOTCache=" + own), archives(Role.PARTICIPANT));
    }

    private static List<String> archives(Role role) {
        return JvmOptions.command(role).stream()
                .filter(word -> word.startsWith("-XX:AOTCache"))
                .toList();
    }

    @Test
    void aRecordedProcessIsTheSameButForWhatItWritesAtItsEnd() {
        var recorded = JvmOptions.recorded(Role.COORDINATOR, home);
        var more =
                List.of(
                        "-XX:AOTMode=record",
                        "-XX:AOTConfiguration=" + home.resolve("coordinator.aotconf"),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining");
        assertTrue(recorded.containsAll(more), recorded.toString());
        recorded.removeAll(more);
        assertEquals(JvmOptions.command(Role.COORDINATOR), recorded);
    }
}
