package io.confide.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.confide.cli.watch.JobPicture;

import org.junit.jupiter.api.Test;

class LiveLineTest {
    private static JobPicture picture() throws Exception {
        var picture = new JobPicture();
        picture.view(
                new ObjectMapper()
                        .readTree(
                                """
                                {"state": "TRAINING", "roundsDone": 60, "roundsPlanned": 120, "rosterSize": 7}\
                                """));
        return picture;
    }

    @Test
    void theBarGivesWayToTheTimeLeft() throws Exception {
        for (int columns = 75; columns < 140; columns++) {
            var line = LiveLine.line(picture(), columns);
            assertTrue(line.length() < columns, columns + ": " + line);
            assertTrue(line.endsWith(" s left"), line);
        }
    }

    @Test
    void halfOfTheRoundsIsHalfOfTheBar() throws Exception {
        var line = LiveLine.line(picture(), 200);
        assertEquals(line.chars().filter(c -> c == '█').count(), 12, line);
        assertEquals(line.chars().filter(c -> c == '░').count(), 12, line);
    }
}
