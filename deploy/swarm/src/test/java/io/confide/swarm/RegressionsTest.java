package io.confide.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What was found once stays found, and a scenario survives being written down. */
class RegressionsTest {
    @Test
    void everyKeptScenarioHoldsNow() {
        var swarm = new Swarm();
        for (var regression : Regressions.all()) {
            var outcome = swarm.run(regression.scenario());
            assertEquals(
                    List.of(),
                    outcome.violation().stream().toList(),
                    regression.file() + "\n" + String.join("\n", outcome.lines()));
        }
        assertTrue(!Regressions.all().isEmpty());
    }

    @Test
    void aScenarioIsReadAsItWasWritten() {
        for (long seed = 1; seed <= 300; seed++) {
            var scenario = Scenarios.of(seed);
            assertEquals(scenario, ScenarioText.parse(ScenarioText.of(scenario)));
        }
    }

    @Test
    void aLineThatIsNoneIsNamed() {
        var text = ScenarioText.of(Scenarios.of(1)) + "meteor 12\n";
        var refused = assertThrows(IllegalArgumentException.class, () -> ScenarioText.parse(text));
        assertEquals("not a line of a scenario: meteor 12", refused.getMessage());
    }
}
