package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.confide.common.model.Bytes;
import io.confide.common.model.Groups;
import io.confide.common.model.Groups.Combine;
import io.confide.common.model.Plan;
import io.confide.coordinator.driver.KilledLog.Moment;
import io.confide.coordinator.port.LogEntry;
import io.confide.coordinator.port.Views.JobState;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A coordinator of three groups that is killed in the middle of their tasks, and the process that takes the job up. */
class GroupedRestartTest {
    private static final int SITES = 12;

    /** Every kill, and not one in five: {@code -Dconfide.exhaustive=true}. */
    private static final int STRIDE = Boolean.getBoolean("confide.exhaustive") ? 1 : 5;

    @TempDir Path directory;

    private static Plan plan() {
        return Consortium.grouped(
                Consortium.plan(SITES, 2, 0, 3, 60), new Groups(3, Combine.TRIMMED_MEAN, 1));
    }

    private Incarnations incarnations(String name) throws Exception {
        var run = new Incarnations(SITES, plan(), directory.resolve(name), log -> log);
        for (int site = 0; site < SITES; site++) {
            run.sites.site(site).works(new Hospital(site, Hospital.Aim.HONEST));
        }
        return run;
    }

    /** Groups differ from run to run with the roster's keys, so what is compared is within one run. */
    @Test
    void everyGroupHasEveryTaskOnceAfterAKillInAnyAppend() throws Exception {
        boolean more = true;
        for (int append = 1; more; append += STRIDE) {
            var moment = append % 2 == 0 ? Moment.BEFORE : Moment.AFTER;
            var when = moment + " append " + append;
            try (var run = incarnations(moment + "-" + append)) {
                int last = append;
                var logs = new ArrayList<KilledLog>();
                run.start(
                        log -> {
                            logs.add(new KilledLog(log, last, moment));
                            return logs.getFirst();
                        });
                more = logs.getFirst().awaitKillOr(run::hasEnded);
                if (more) {
                    run.kill();
                    if (!run.hasEnded()) {
                        run.restart(log -> log);
                        run.await();
                    }
                }
                assertWhole(run, when);
            }
        }
    }

    private static void assertWhole(Incarnations run, String when) {
        var end = run.view();
        assertEquals(JobState.COMPLETED, end.state(), () -> when + " " + end);
        var rounds = run.entries(LogEntry.RoundEnded.class);
        assertEquals(6, rounds.size(), when);
        for (int i = 0; i < rounds.size(); i++) {
            var group = run.facts().inGroup(i % 3).jobRules().groups().get(i % 3).sites();
            assertEquals(
                    group.stream().map(site -> site.value()).toList(),
                    rounds.get(i).view().included(),
                    when);
        }
        assertEquals(
                List.of("group-0", "group-1", "final", "group-0", "group-1", "final"),
                run.entries(LogEntry.ModelMade.class).stream()
                        .map(LogEntry.ModelMade::slot)
                        .toList(),
                when);
        for (var site : run.sites.all()) {
            assertTrue(site.trainings.values().stream().allMatch(times -> times == 1), when);
            assertTrue(site.inputs.values().stream().allMatch(bytes -> bytes.size() == 1), when);
            assertEquals(2, site.inputs.size(), () -> site.id + " " + when);
        }
        run.sites.fixed.forEach((round, sets) -> assertEquals(1, sets.size(), when + " " + round));
        assertEquals(List.of(undisturbed(run)), List.of(released(run)), when);
    }

    /** The files of the end hold the model that was made last. */
    private static Bytes undisturbed(Incarnations run) {
        return run.entries(LogEntry.ModelMade.class).getLast().hash().value();
    }

    private static Bytes released(Incarnations run) {
        return run.entries(LogEntry.ArtifactsMade.class).getFirst().modelHash().value();
    }
}
