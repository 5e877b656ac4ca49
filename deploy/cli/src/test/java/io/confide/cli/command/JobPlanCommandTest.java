package io.confide.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;

class JobPlanCommandTest {
    private static final String PLAN =
            """
            {"hash": "ab", %s "sections": [{"title": "Training", "fields": [
              {"field": "training.rounds", "label": "Rounds", "value": "40"},
              {"field": "training.batchSize", "label": "Batch", "value": "all", "unit": "rows"}]}]}
            """;

    @Test
    void whatDiffersHasAStarAndSaysWhatItWas() throws IOException {
        assertEquals(
                List.of(
                        "plan ab",
                        "* differs from job 01234567 of 2026-01-01T00:00:00Z: 2",
                        "",
                        "Training",
                        "  * Rounds                     40  (was 20)",
                        "    Batch                      all rows",
                        "",
                        "No longer there",
                        "  * Hidden layers              –  (was 8 units)"),
                lines(
                        """
                        "previous": {"job": "0123456789", "submitted": "2026-01-01T00:00:00Z", "changes": [
                          {"field": "training.rounds", "label": "Rounds", "before": "20", "after": "40"},
                          {"field": "model.hidden", "label": "Hidden layers", "before": "8 units"}]},
                        """));
    }

    @Test
    void aFirstJobAnEqualOneAndAnUnreadableOneSaySo() throws IOException {
        assertEquals("The first job of this name and study.", lines("").get(1));
        String earlier = "\"previous\": {\"job\": \"01\", \"submitted\": \"then\" %s},";
        assertEquals(
                "Nothing differs from job 01 of then.",
                lines(earlier.formatted(", \"changes\": []")).get(1));
        assertEquals(
                "The plan of job 01 of then was kept by another version and cannot be compared.",
                lines(earlier.formatted("")).get(1));
    }

    private static List<String> lines(String previous) throws IOException {
        return JobPlanCommand.lines(new ObjectMapper().readTree(PLAN.formatted(previous)));
    }
}
