package io.confide.coordinator.driver;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ServerStep;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.Groups;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
import io.confide.common.robust.Combiner;
import io.confide.common.secagg.SignedBody;
import io.confide.coordinator.port.JobRecord;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The models of one job: one line per fold and one for the final model, each starting from the plan's initial model.
 * Reading by hash is safe from any thread; everything else is for the job's own.
 */
final class ModelHistory {
    private final Plan plan;
    private final ModelState initial;
    private final SortedMap<String, ModelState> newest = new TreeMap<>();
    private final Map<Digest, Bytes> byHash = new ConcurrentHashMap<>();
    private final List<Map<String, double[]>> evaluations = new ArrayList<>();

    /** What the groups that have done the present task would make of its model, each alone. */
    private final List<ModelState> proposed = new ArrayList<>();

    private Optional<SignedBody> lastResult = Optional.empty();

    private ModelHistory(Plan plan) {
        this.plan = plan;
        this.initial = InitialModel.of(plan);
    }

    /**
     * The models that are durable of the job.
     *
     * @param groupsDone how many groups have done the task that is not done yet
     * @param task the one that is not done yet; if it makes no model, neither does a group
     */
    static ModelHistory of(Plan plan, JobRecord record, int groupsDone, Optional<Task> task) {
        var history = new ModelHistory(plan);
        record.models().forEach((slot, bytes) -> history.newest.put(slot, ModelState.parse(bytes)));
        boolean proposes = task.filter(next -> !(next instanceof Task.Evaluate)).isPresent();
        for (int place = 0; proposes && place < groupsDone; place++) {
            history.proposed.add(
                    Optional.ofNullable(history.newest.get(slot(place))).orElseThrow());
        }
        history.evaluations.addAll(record.evaluations());
        history.lastResult = record.lastModelResult();
        return history;
    }

    /** The model that {@code task} starts from; its bytes can be fetched by hash from now on. */
    ModelState before(Task task) {
        var model = newest.getOrDefault(slot(task.fold()), initial);
        byHash.computeIfAbsent(model.hash(), _ -> model.bytes());
        return model;
    }

    /** Keeps the sums of an evaluation. */
    void evaluated(Map<String, double[]> sums) {
        evaluations.add(sums);
    }

    /**
     * Takes the server step over the sums of one group; returns the model after {@code task} as this group alone would have it.
     * Where there are several, one that makes no step proposes the model as it is: whoever spoils a group can have no more
     * than that for it.
     */
    ModelState propose(Task task, Map<String, double[]> sums) {
        var before = before(task);
        var after = ServerStep.next(plan, task, before, sums);
        proposed.add(after);
        return after;
    }

    /** A group without a sum that can be used. */
    ModelState proposeNoChange(Task task) {
        var before = before(task);
        proposed.add(before);
        return before;
    }

    /** All groups have proposed: combines that into the model after {@code task}. */
    ModelState step(Task task) {
        var before = before(task);
        var after =
                plan.aggregation()
                        .groups()
                        .map(groups -> combined(groups, before))
                        .orElseGet(proposed::getFirst);
        proposed.clear();
        newest.put(slot(task.fold()), after);
        byHash.clear();
        byHash.put(before.hash(), before.bytes());
        return after;
    }

    private ModelState combined(Groups groups, ModelState before) {
        return before.withImputation(
                        Combiner.combine(
                                groups, proposed.stream().map(ModelState::imputation).toList()))
                .withParameters(
                        Combiner.combine(
                                groups, proposed.stream().map(ModelState::parameters).toList()));
    }

    /** Remembers the newest signed result that made a model; every later Open carries it (K10). */
    void made(SignedBody result) {
        lastResult = Optional.of(result);
    }

    Optional<SignedBody> lastResult() {
        return lastResult;
    }

    Optional<Bytes> bytes(Digest hash) {
        return Optional.ofNullable(byHash.get(hash));
    }

    /** The out-of-fold numbers of the evaluations so far; empty before the first. */
    Optional<EvaluationReport> report() {
        return evaluations.isEmpty()
                ? Optional.empty()
                : Optional.of(EvaluationReport.of(EvaluationReport.pool(evaluations)));
    }

    /** The final model of {@code fold}. */
    ModelState newest(Fold fold) {
        return newest.getOrDefault(slot(fold), initial);
    }

    /** The name under which is kept what the group number {@code place} proposed last. */
    static String slot(int place) {
        return "group-" + place;
    }

    /** The name under which the newest model of a fold is kept. */
    static String slot(Fold fold) {
        return switch (fold) {
            case Fold.All _ -> "final";
            case Fold.Held(var index) -> "fold-" + index;
        };
    }
}
