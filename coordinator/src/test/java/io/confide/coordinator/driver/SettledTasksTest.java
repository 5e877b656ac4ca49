package io.confide.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Task;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class SettledTasksTest {
    private static final Digest START = model(0);

    private static Digest model(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    private static List<Task> schedule(int folds, int rounds, boolean statistics) {
        var tasks = new ArrayList<Task>();
        for (int fold = 0; fold < folds; fold++) {
            if (statistics) {
                tasks.add(new Task.Statistics(new Fold.Held(fold)));
            }
            tasks.addAll(Collections.nCopies(rounds, new Task.Train(new Fold.Held(fold))));
            tasks.add(new Task.Evaluate(new Fold.Held(fold)));
        }
        tasks.addAll(Collections.nCopies(rounds, new Task.Train(new Fold.All())));
        return tasks;
    }

    @Test
    void aTrainingThatAlwaysMovesRunsToItsEnd() {
        var tasks = new SettledTasks(schedule(1, 3, false), 1, START);
        for (int round = 1; round <= 3; round++) {
            assertEquals(0, tasks.done(model(round)));
        }
        assertEquals(0, tasks.done(Digest.ZERO));
        assertEquals(4, tasks.count());
    }

    @Test
    void aModelThatStaysOrComesBackEndsItsFoldAndNoOther() {
        var tasks = new SettledTasks(schedule(2, 5, false), 1, START);
        assertEquals(4, tasks.done(START));
        assertEquals(0, tasks.done(Digest.ZERO));
        assertEquals(6, tasks.count());
        assertEquals(0, tasks.done(model(1)));
        assertEquals(0, tasks.done(model(2)));
        assertEquals(2, tasks.done(model(1)));
        assertEquals(0, tasks.done(Digest.ZERO));
        assertEquals(12, tasks.count());
        // The final training has its own configuration: the models of the folds say nothing about
        // it.
        assertEquals(0, tasks.done(model(1)));
        assertEquals(3, tasks.done(model(1)));
        assertEquals(17, tasks.count());
    }

    @Test
    void trainingBeginsWithTheModelThatTheStatisticsMade() {
        var tasks = new SettledTasks(schedule(1, 4, true), 1, START);
        assertEquals(0, tasks.done(model(9)));
        assertEquals(0, tasks.done(START));
        assertEquals(2, tasks.done(model(9)));
        assertEquals(5, tasks.count());
    }

    @Test
    void ofSeveralGroupsTheLastOneSettlesATask() {
        var tasks = new SettledTasks(schedule(1, 4, false), 3, START);
        for (int group = 0; group < 2; group++) {
            assertEquals(0, tasks.done(Digest.ZERO));
            assertEquals(group + 1, tasks.groupsDone());
        }
        assertEquals(0, tasks.done(model(1)));
        assertEquals(0, tasks.groupsDone());
        assertEquals(3, tasks.count());
        assertEquals(0, tasks.done(Digest.ZERO));
        assertEquals(0, tasks.done(Digest.ZERO));
        assertEquals(6, tasks.done(model(1)), "two more rounds of each group");
        assertEquals(12, tasks.count());
        assertEquals(new Task.Evaluate(new Fold.Held(0)), tasks.next().orElseThrow());
    }
}
