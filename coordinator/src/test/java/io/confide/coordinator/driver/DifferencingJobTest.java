package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.coordinator.port.Views.DroppedView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.RoundView;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Whole jobs whose sums are over the same sites or differ in at least two (K17), at seven sites of which two may collude. */
class DifferencingJobTest {
    @TempDir Path directory;

    private static List<RoundView> done(Consortium c) {
        return c.rounds().stream().filter(round -> !round.included().isEmpty()).toList();
    }

    /** A dropout costs one round, which is repeated without one more site; nobody ever refuses. */
    @Test
    void aSiteThatDiesCostsOneRoundAndNoTwoSumsDifferInOne() {
        try (var c = new Consortium(7, 2, directory, Consortium.QUICK)) {
            var plan = Consortium.apart(Consortium.plan(7, 4, 0, 5, 60));
            c.sites.site(6).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            JobEndToEndTest.assertExactSums(c, plan);
            assertEquals(
                    List.of("DONE", "TOO_CLOSE", "DONE", "DONE", "DONE"),
                    c.rounds().stream().map(RoundView::outcome).toList());
            assertEquals(
                    List.of(7, 5, 5, 5),
                    done(c).stream().map(round -> round.included().size()).toList());
            assertEquals(
                    List.of(
                            new DroppedView(
                                    "site-5",
                                    "open",
                                    "left out, so that two sums differ in more than a few sites"),
                            new DroppedView("site-6", "open", "not connected")),
                    c.rounds().getLast().dropped());
        }
    }

    @Test
    void whereEverySumWouldBeTooNearTheJobSaysWhoMustComeBack() {
        try (var c = new Consortium(7, 2, directory, Consortium.QUICK)) {
            c.sites.site(5).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            for (int site = 0; site < 6; site++) {
                c.sites.site(site).connect();
            }
            c.start(Consortium.apart(Consortium.plan(7, 4, 0, 5, 60)));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state(), end::toString);
            assertTrue(end.reason().orElseThrow().contains("in fewer than 2 sites"), end::toString);
            assertTrue(
                    end.reason().orElseThrow().contains("site-5 (not connected)"), end::toString);
        }
    }
}
