package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.secagg.ComplaintBody;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Whole jobs in which a site complains about another during the key set-up (K6). */
class ComplaintJobTest {
    @TempDir Path directory;

    private static List<EventView> complaints(Consortium c) {
        return c.entries(LogEntry.EventShown.class).stream()
                .map(LogEntry.EventShown::event)
                .filter(event -> event.kind().equals("complaint"))
                .toList();
    }

    @Test
    void aRemovedPairChangesNoSumAndTheSignedComplaintIsKept() {
        try (var c = new Consortium(7, 2, directory, Consortium.QUICK)) {
            var plan = Consortium.plan(7, 3, 0, 5, 60);
            c.sites.site(4).lies().accuses(0);
            c.sites.site(2).suffers(new Fate(2, Fate.Step.UPLOAD, Fate.Kind.DIES));
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            JobEndToEndTest.assertExactSums(c, plan);
            assertEquals(7, c.rounds().getFirst().included().size());
            var told = complaints(c).getFirst().data();
            assertEquals(
                    "site-4 says of site-0: the shares it dealt do not open", told.get("reason"));
            var body = ComplaintBody.parse(Bytes.ofHex((String) told.get("body"))).orElseThrow();
            assertEquals(0, body.accused());
            assertEquals(4, body.accuser());
        }
    }

    @Test
    void aSiteThatComplainsAboutMoreThanCIsLeftOutAndTheOthersGoOn() {
        try (var c = new Consortium(5, 1, directory, Consortium.QUICK)) {
            var plan = Consortium.plan(5, 2, 0, 4, 60);
            c.sites.site(4).lies().accuses(0, 1);
            c.sites.connectAll();
            c.start(plan);
            var end = c.await();
            assertEquals(JobState.COMPLETED, end.state(), end::toString);
            JobEndToEndTest.assertExactSums(c, plan);
            assertEquals(
                    List.of("site-0", "site-1", "site-2", "site-3"),
                    c.rounds().getFirst().included());
        }
    }

    @Test
    void threeSitesWithoutColludersAreBlockedByOneComplaintUntilTheStewardsAct() {
        try (var c = new Consortium(3, 0, directory, Consortium.QUICK)) {
            c.sites.site(2).lies().accuses(0);
            c.sites.connectAll();
            c.start(Consortium.plan(3, 2, 0, 3, 60));
            var end = c.await();
            assertEquals(JobState.FAILED, end.state(), end::toString);
            assertTrue(
                    end.reason()
                            .orElseThrow()
                            .startsWith(
                                    "No keys: site-2 says of site-0: the shares it dealt do not"
                                            + " open."),
                    end::toString);
            assertTrue(end.reason().orElseThrow().contains("C = 0"), end::toString);
            assertTrue(end.reason().orElseThrow().contains("here site-0, site-2,"), end::toString);
            assertEquals(1, complaints(c).size());
            assertTrue(c.rounds().isEmpty());
        }
    }
}
