package io.confide.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/** What the page asks for, asked at members that do not lead the job. */
final class ClusterPage {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private final ClusterStage stage;
    private final Visitor visitor;
    private final String job;
    private String member = "";
    private List<String> events = List.of();

    ClusterPage(ClusterStage stage, Visitor visitor, String job) {
        this.stage = stage;
        this.visitor = visitor;
        this.job = job;
    }

    /** Signs in at {@code follower} and follows there what another member leads; every member honours that session. */
    void from(String follower) throws Exception {
        member = follower;
        assertNotEquals(member, stage.kept().leader());
        stage.signIn(visitor, member);
        for (var each : stage.living()) {
            assertEquals("auditor", visitor.get(stage.people(each), "me").path("name").asText());
        }
        var shown = visitor.get(stage.people(member), "jobs/" + job);
        assertEquals("KEY_SETUP", shown.path("state").asText());
        events = visitor.follow(stage.people(member), job);
        JobInDatabase.await("the stream", BOUND, () -> !numbers().isEmpty());
    }

    /** The stream of before has gone on with the job, at whoever leads it now, and every number is in it once. */
    void assertNoGap() throws Exception {
        JobInDatabase.await(
                "the pause in the stream",
                BOUND,
                () -> events.stream().anyMatch(line -> line.contains("\"PAUSED\"")));
        assertTrue(events.contains("event: roundDone"), events::toString);
        var numbers = numbers();
        var expected = LongStream.rangeClosed(1, numbers.size()).boxed().toList();
        assertEquals(expected, numbers, events::toString);
        assertTrue(events.stream().noneMatch(line -> line.startsWith("broken")), events::toString);
    }

    private List<Long> numbers() {
        return events.stream()
                .filter(line -> line.startsWith("id: "))
                .map(line -> Long.parseLong(line.substring(4)))
                .toList();
    }

    /** Only the leader has heard how long {@code site} usually takes. */
    void assertLateEverywhere(String site) throws Exception {
        for (var each : stage.living()) {
            JobInDatabase.await(
                    "that " + site + " is late at " + each, BOUND, () -> isLate(each, site));
        }
    }

    private boolean isLate(String at, String site) {
        return visitor.get(stage.people(at), "alerts")
                .valueStream()
                .anyMatch(
                        alert ->
                                alert.path("code").asText().equals("SITE_LATE")
                                        && alert.path("title").asText().contains(site));
    }

    void assertLogsAreNamed() {
        for (var each : stage.living()) {
            var keeper = visitor.get(stage.people(each), "audit").path("keeper");
            assertEquals(each, keeper.path("member").asText());
            assertEquals(2, keeper.path("others").size(), keeper::toString);
        }
    }

    /** @param late was started after the sign-in */
    void assertSignedOutEverywhere(String late) throws Exception {
        assertEquals(200, visitor.status(stage.people(late), "me"));
        assertEquals(204, visitor.signOut(stage.people(member)));
        for (var each : stage.living()) {
            JobInDatabase.await(
                    "the sign-out at " + each,
                    BOUND,
                    () -> visitor.status(stage.people(each), "me") == 401);
        }
    }
}
