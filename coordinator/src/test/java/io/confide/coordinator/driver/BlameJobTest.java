package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.BlameAnswerBody;
import io.confide.common.secagg.BlameBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whole jobs in which a site reveals wrong shares (R11). */
class BlameJobTest {
    private static final int LIAR = 1;
    private static final int ABOUT = 4;

    @TempDir Path directory;

    private static List<EventView> blamed(Consortium c) {
        return c.entries(LogEntry.EventShown.class).stream()
                .map(LogEntry.EventShown::event)
                .filter(event -> event.kind().equals("blame"))
                .toList();
    }

    /** Two honest sites reveal only in the dispute, so that the wrong share is among the first t in every round. */
    @Test
    void aWrongShareIsTracedToItsHolderAndEveryRoundHasItsSum() {
        try (var c = new Consortium(7, 2, directory, Consortium.QUICK)) {
            var plan = Consortium.plan(7, 3, 0, 5, 60);
            c.sites.site(LIAR).lies().revealsWrongly(ABOUT);
            c.sites.site(5).lies().revealsLate();
            c.sites.site(6).lies().revealsLate();
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            JobEndToEndTest.assertExactSums(c, plan);
            assertEquals(c.rounds().size(), blamed(c).size());
            for (EventView each : blamed(c)) {
                assertEquals("site-1", each.data().get("site"));
                assertEquals("revealed a wrong share", each.data().get("reason"));
                assertShows(each);
            }
        }
    }

    private static void assertShows(EventView blame) {
        List<?> evidence = (List<?>) blame.data().get("evidence");
        var question = BlameBody.parse(body(evidence.get(0))).orElseThrow();
        var answer = BlameAnswerBody.parse(body(evidence.get(2))).orElseThrow();
        assertEquals(ABOUT, question.about());
        assertEquals(question, answer.question());
        assertEquals(LIAR, answer.site());
    }

    private static Bytes body(Object evidence) {
        return Bytes.ofHex((String) ((Map<?, ?>) evidence).get("body"));
    }

    /** With C = 2 of seven, three wrong shares leave fewer than t: no sum, and all three are named. */
    @Test
    void moreWrongSharesThanTheRoundBearsEndItAndAllAreNamed() {
        try (var c = new Consortium(7, 2, directory, Consortium.QUICK)) {
            for (int liar = 0; liar < 3; liar++) {
                c.sites.site(liar).lies().revealsWrongly(ABOUT);
            }
            c.sites.connectAll();
            c.start(Consortium.plan(7, 1, 0, 5, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state(), end::toString);
            assertTrue(
                    end.reason().orElseThrow().contains("helped to open the sum"), end::toString);
            assertEquals(
                    List.of("site-0", "site-1", "site-2"),
                    blamed(c).stream()
                            .map(each -> (String) each.data().get("site"))
                            .distinct()
                            .sorted()
                            .toList());
        }
    }
}
