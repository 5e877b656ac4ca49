package io.confide.coordinator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Bytes;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.wire.SiteBody;
import io.confide.coordinator.driver.StoredCoordinator;
import io.confide.coordinator.port.FencingToken;
import io.confide.coordinator.port.LocalJobs.Led;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** To whom goes what a site says that is connected here. */
class ClusterInboxTest {
    private static final SiteId LYON = new SiteId("lyon");
    private static final SiteId OSLO = new SiteId("oslo");
    private static final JobId JOB = new JobId(new UUID(1, 1));
    private static final String ALL = "all";

    private final Whereabouts whereabouts = new Whereabouts();
    private final List<String> told = new ArrayList<>();

    @TempDir Path directory;

    private StoredCoordinator coordinator;
    private ClusterInbox inbox;

    @BeforeEach
    void begin() {
        coordinator = new StoredCoordinator(directory);
        inbox =
                new ClusterInbox(
                        "here",
                        coordinator.jobs(),
                        whereabouts,
                        (member, _) -> told.add(member),
                        _ -> told.add(ALL));
    }

    @AfterEach
    void end() {
        coordinator.close();
    }

    private void says(SiteId site, JobId job) {
        inbox.received(site, new SiteBody.Progress(job, 1, SiteBody.Stage.TRAINING));
    }

    @Test
    void whoLeadsTheJobHearsIt() {
        whereabouts.leads("there", List.of(led()));
        says(LYON, JOB);
        assertEquals(List.of("there"), told);
        told.clear();
        whereabouts.leads("here", List.of(led()));
        says(LYON, JOB);
        assertEquals(List.of(), told);
    }

    private static Led led() {
        return new Led(JOB, new FencingToken(1), new TreeMap<>());
    }

    @Test
    void everybodyHearsOfAJobThatNobodyLeadsNow() {
        whereabouts.areKept(new TreeMap<>(Map.of(JOB, new TreeMap<>(Map.of(OSLO, Bytes.EMPTY)))));
        for (int i = 0; i < 100; i++) {
            says(LYON, JOB);
        }
        assertEquals(100, told.size());
    }

    @Test
    void aSiteThatMakesJobsUpIsHeardSoOftenAndNoMore() {
        for (int i = 0; i < 100; i++) {
            says(LYON, new JobId(new UUID(2, i)));
        }
        assertEquals(ClusterInbox.UNKNOWN_MAX, told.size());
        says(OSLO, new JobId(new UUID(3, 3)));
        assertEquals(ClusterInbox.UNKNOWN_MAX + 1, told.size());
        inbox.tick();
        says(LYON, new JobId(new UUID(2, 1)));
        assertEquals(ClusterInbox.UNKNOWN_MAX + 2, told.size());
    }
}
