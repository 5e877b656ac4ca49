package io.confide.coordinator.driver;

import io.confide.common.model.Digest;
import io.confide.common.model.Task;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How far a job is in the schedule of its plan. Training that gives a model for the second time is over, whatever is left of
 * it: the same work on the same model gives the same inputs, which no site sends twice (PROTOCOL.md K11), and it would go in
 * a circle. For the job's own thread.
 */
final class SettledTasks {
    private final List<Task> schedule;
    private final int groups;
    private final Digest initial;

    /** The models from which the present training has gone on. */
    private final Set<Digest> seen = new HashSet<>();

    private int settled;
    private int groupsDone;

    /**
     * @param schedule the tasks, whatever the number of groups
     * @param groups each of which does every task, one after the other
     * @param initial hash of the model that each fold starts from
     */
    SettledTasks(List<Task> schedule, int groups, Digest initial) {
        this.schedule = List.copyOf(schedule);
        this.groups = groups;
        this.initial = initial;
        seen.add(initial);
    }

    /** Rounds that are done or no longer needed: one for each task and group. */
    int count() {
        return settled * groups + groupsDone;
    }

    /** The task that is not done yet; empty at the end. */
    Optional<Task> next() {
        return settled < schedule.size() ? Optional.of(schedule.get(settled)) : Optional.empty();
    }

    /** How many groups have done the present task; not all of them, for then it is settled. */
    int groupsDone() {
        return groupsDone;
    }

    /**
     * The next group has done its task.
     *
     * @param made hash of the model that it made, {@link Digest#ZERO} if it made none
     * @return how many further rounds are no longer needed
     */
    int done(Digest made) {
        if (groupsDone + 1 < groups) {
            groupsDone++;
            return 0;
        }
        groupsDone = 0;
        return groups * settle(made);
    }

    private int settle(Digest made) {
        var task = schedule.get(settled++);
        int before = settled;
        switch (task) {
            case Task.Statistics _ -> {
                seen.clear();
                seen.add(made);
            }
            case Task.Train _ -> {
                boolean repeats = !seen.add(made);
                while (repeats && settled < schedule.size() && schedule.get(settled).equals(task)) {
                    settled++;
                }
            }
            case Task.Evaluate _ -> {}
        }
        if (settled < schedule.size() && !schedule.get(settled).fold().equals(task.fold())) {
            seen.clear();
            seen.add(initial);
        }
        return settled - before;
    }
}
