package io.confide.coordinator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.coordinator.port.JobDesk;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The five facts of sites, from the events of a job; all of them happen at {@link FakeDesk#NOW}. */
class SiteFactsTest {
    private static final List<String> FACTS =
            List.of("registered", "configured", "training", "uploaded", "included");

    private final FakeDesk desk = FakeDesk.withoutPeople();

    @Test
    void beforeTheFirstRoundNobodyIsConfigured() {
        assertEquals(Map.of("basel", "Y no no no no"), facts());
        assertEquals("no round has been opened", reason("basel", "included"));
    }

    @Test
    void inARoundEveryFactHasItsTimeOrItsReason() {
        open();
        desk.happen("progress", Map.of("round", 4, "site", "basel", "stage", "TRAINING"));
        desk.happen("uploaded", Map.of("round", 4, "site", "basel"));
        desk.happen("progress", Map.of("round", 4, "site", "oslo", "stage", "TRAINING"));
        desk.happen(
                "dropped",
                Map.of("round", 4, "site", "turin", "step", "upload", "reason", "connection lost"));
        assertEquals(
                Map.of("basel", "Y Y Y Y no", "oslo", "no Y Y no no", "turin", "no Y no no no"),
                facts());
        assertEquals(FakeDesk.NOW.toString(), fact("basel", "uploaded").getString("since"));
        assertEquals("the round has not ended", reason("basel", "included"));
        assertEquals("its input has not come yet", reason("oslo", "uploaded"));
        assertEquals("connection lost", reason("turin", "uploaded"));
        assertEquals("connection lost", reason("turin", "included"));
        assertEquals("it has not enrolled", reason("turin", "registered"));
    }

    @Test
    void afterARoundItsTimesAreThoseKeptWithItsEnd() {
        open();
        desk.happen(
                "roundDone",
                Map.of(
                        "round",
                        4,
                        "dropped",
                        List.of(
                                Map.of("site", "turin", "step", "reveal", "reason", "too late"),
                                Map.of("site", "oslo", "step", "upload", "reason", "too late"),
                                Map.of("site", "rome", "step", "open", "reason", "not connected")),
                        "steps",
                        Map.of(
                                "basel", Map.of("training", 20, "uploaded", 90),
                                "turin", Map.of("uploaded", 2500))));
        assertEquals(
                Map.of(
                        "basel", "Y Y Y Y Y",
                        "oslo", "no Y no no no",
                        "rome", "no no no no no",
                        "turin", "no Y Y Y Y"),
                facts());
        assertEquals(
                FakeDesk.NOW.plusMillis(90).toString(),
                fact("basel", "uploaded").getString("since"));
        assertEquals("not connected", reason("rome", "configured"));
        assertEquals("too late", reason("oslo", "included"));
    }

    @Test
    void ofAFailedRoundNobodyIsIncludedAndANewRoundBeginsAnew() {
        open();
        desk.happen("uploaded", Map.of("round", 4, "site", "basel"));
        desk.happen("roundFailed", Map.of("round", 4, "reason", "Round 4 has too few inputs."));
        assertEquals("Round 4 has too few inputs.", reason("basel", "included"));
        desk.happen("roundOpened", Map.of("round", 5, "task", "x", "cohort", List.of("basel")));
        desk.happen("uploaded", Map.of("round", 4, "site", "basel"));
        assertEquals(Map.of("basel", "Y Y no no no"), facts());
    }

    private void open() {
        var cohort = List.of("basel", "oslo", "turin");
        desk.happen("roundOpened", Map.of("round", 4, "task", "train", "cohort", cohort));
    }

    private JsonArray sites() {
        JobDesk jobs = desk;
        var view = jobs.job(FakeDesk.JOB).orElseThrow();
        return SiteFacts.of(jobs, FakeDesk.JOB, view).getJsonArray("sites");
    }

    private Map<String, String> facts() {
        return sites().stream()
                .map(JsonObject.class::cast)
                .collect(
                        Collectors.toMap(
                                site -> site.getString("site"),
                                site ->
                                        FACTS.stream()
                                                .map(site::getJsonObject)
                                                .map(fact -> fact.getBoolean("is") ? "Y" : "no")
                                                .collect(Collectors.joining(" "))));
    }

    private JsonObject fact(String site, String fact) {
        return sites().stream()
                .map(JsonObject.class::cast)
                .filter(line -> line.getString("site").equals(site))
                .findFirst()
                .orElseThrow()
                .getJsonObject(fact);
    }

    private String reason(String site, String fact) {
        return fact(site, fact).getString("reason");
    }
}
