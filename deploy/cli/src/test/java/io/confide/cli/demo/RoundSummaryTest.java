package io.confide.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.cli.JsonText;

import org.junit.jupiter.api.Test;

import java.util.List;

class RoundSummaryTest {
    @Test
    void saysWhoWasLeftOutInWhichStepAndHowOften() {
        var rounds =
                JsonText.parse(
                        """
                        [{"seconds": 0.04, "dropped": []},
                         {"seconds": 2.1, "dropped": [{"site": "lyon", "step": "upload", "reason": "lost"}]},
                         {"seconds": 0.05, "dropped": [{"site": "lyon", "step": "upload", "reason": "lost"}]}]
                        """,
                        "test");

        var summary = RoundSummary.of(rounds);

        assertEquals("3 rounds, 1 with all 7, median 50 ms", summary.sentence(7));
        assertEquals(List.of("2 rounds without lyon (step upload: lost)"), summary.leftOut());
    }
}
