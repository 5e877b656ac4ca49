package io.confide.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

class JobSitesCommandTest {
    @Test
    void everySiteIsALineWithTheTimesOfItsFactsAndTheFirstReason() throws IOException {
        assertEquals(
                List.of(
                        "round 7, train all",
                        "  site             registered configured training   uploaded   included",
                        "  lyon             yes        12:00:01   12:00:02   no         no        "
                                + " its input has not come yet",
                        "  munich           no         no         no         no         no        "
                                + " it has not enrolled"),
                lines(
                        """
                        {"round": 7, "task": "train all", "sites": [
                          {"site": "lyon", "registered": {"is": true},
                           "configured": {"is": true, "since": "2026-01-01T12:00:01.5Z"},
                           "training": {"is": true, "since": "2026-01-01T12:00:02Z"},
                           "uploaded": {"is": false, "reason": "its input has not come yet"},
                           "included": {"is": false, "reason": "the round has not ended"}},
                          {"site": "munich", "registered": {"is": false, "reason": "it has not enrolled"},
                           "configured": {"is": false, "reason": "it is not connected"}}]}
                        """));
    }

    @Test
    void withoutARoundItSaysSo() throws IOException {
        assertEquals("no round has been opened", lines("{\"sites\": []}").getFirst());
    }

    private static List<String> lines(String json) throws IOException {
        return JobSitesCommand.lines(new ObjectMapper().readTree(json));
    }
}
