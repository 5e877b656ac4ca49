package io.confide.common.secagg.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.confide.common.secagg.site.SharedFindings.Step;

import org.junit.jupiter.api.Test;

import java.util.List;

class SharedFindingsTest {
    private final SharedFindings shared = SharedFindings.ofOneProcess();
    private int works;

    @Test
    void findsOutOnceAboutTheSameMessage() throws RefusedException {
        assertEquals(1, find(shared, Step.GRAPH, "message"));
        assertEquals(1, find(shared, Step.GRAPH, new String("message")));
    }

    @Test
    void findsOutAgainAboutAnotherMessageOrAnotherStep() throws RefusedException {
        find(shared, Step.GRAPH, "message");

        assertEquals(2, find(shared, Step.GRAPH, "another"));
        assertEquals(3, find(shared, Step.QUORUM, "another"));
    }

    @Test
    void findsOutAgainIfAnythingElseIsDifferent() throws RefusedException {
        find(shared, Step.GRAPH, "message", "terms");

        assertEquals(2, find(shared, Step.GRAPH, "message", "other terms"));
        assertEquals(3, find(shared, Step.GRAPH, "message"));
    }

    @Test
    void aRealSiteAlwaysFindsOutByItself() throws RefusedException {
        find(SharedFindings.none(), Step.GRAPH, "message");

        assertEquals(2, find(SharedFindings.none(), Step.GRAPH, "message"));
    }

    @Test
    void refusesAgainWhatWasRefused() {
        for (int site = 1; site <= 2; site++) {
            assertThrows(
                    RefusedException.class,
                    () ->
                            shared.about(
                                    Step.SUMMARY,
                                    List.of("forged"),
                                    Integer.class,
                                    () -> {
                                        works++;
                                        throw new RefusedException(Check.K6);
                                    }));
            assertEquals(site, works);
        }
    }

    private int find(SharedFindings findings, Step step, Object... from) throws RefusedException {
        return findings.about(step, List.of(from), Integer.class, () -> ++works);
    }
}
