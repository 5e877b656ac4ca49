package io.confide.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.cli.Confide;
import io.confide.cli.JsonText;
import io.confide.cli.Terminal;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class SwarmCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void printsWhatCameOfTheWorldsAsJson() {
        assertEquals(
                0, status("swarm", "--seed", "7", "--worlds", "12", "--threads", "2", "--json"));
        var json = JsonText.parse(out.toString(StandardCharsets.UTF_8), "swarm");
        assertEquals(12, json.path("worlds").asInt());
        assertEquals(7, json.path("seed").asInt());
        assertEquals(12, json.path("counts").path("worlds").asInt());
        assertTrue(json.path("regressions").asInt() > 0);
        assertTrue(json.path("failures").isEmpty());
    }

    @Test
    void refusesASwarmOfNothing() {
        assertEquals(2, status("swarm", "--worlds", "0"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("at least one world"));
    }

    private int status(String... arguments) {
        var terminal =
                new Terminal(new PrintStream(out), new PrintStream(err), Terminal.Look.PLAIN, 100);
        return Confide.run(terminal, Map.of(), arguments);
    }
}
