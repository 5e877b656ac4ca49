package io.confide.cli.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.process.JvmOptions.Life;
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

    @Test
    void onlyABriefLifePutsOptimisingOff() throws IOException {
        var folder = Files.createDirectories(home.resolve("deploy/jvm"));
        for (var name : List.of("common", "participant", "brief")) {
            Files.createFile(folder.resolve(name + ".options"));
        }
        var usual = List.of("common.options", "participant.options");
        assertEquals(usual, files(Life.LONG));
        assertEquals(List.of(usual.get(0), usual.get(1), "brief.options"), files(Life.BRIEF));
    }

    private static List<String> files(Life life) {
        return JvmOptions.command(Role.PARTICIPANT, life).stream()
                .filter(word -> word.startsWith("@"))
                .map(word -> Path.of(word.substring(1)).getFileName().toString())
                .toList();
    }

    private static List<String> archives(Role role) {
        return JvmOptions.command(role, Life.LONG).stream()
                .filter(word -> word.startsWith("-XX:AOTCache"))
                .toList();
    }

    @Test
    void aRecordedProcessIsTheSameButForWhatItWritesAtItsEnd() {
        var recorded = JvmOptions.recorded(Role.COORDINATOR, Life.BRIEF, home);
        var more =
                List.of(
                        "-XX:AOTMode=record",
                        "-XX:AOTConfiguration=" + home.resolve("coordinator.aotconf"),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:-AOTRecordTraining");
        assertTrue(recorded.containsAll(more), recorded.toString());
        recorded.removeAll(more);
        assertEquals(JvmOptions.command(Role.COORDINATOR, Life.BRIEF), recorded);
    }
}
