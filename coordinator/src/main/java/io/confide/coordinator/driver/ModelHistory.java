package io.confide.coordinator.driver;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ServerStep;
import io.confide.common.metrics.EvaluationReport;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;
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
    private Optional<SignedBody> lastResult = Optional.empty();

    private ModelHistory(Plan plan) {
        this.plan = plan;
        this.initial = InitialModel.of(plan);
    }

    /** The models that are durable of the job. */
    static ModelHistory of(Plan plan, JobRecord record) {
        var history = new ModelHistory(plan);
        record.models().forEach((slot, bytes) -> history.newest.put(slot, ModelState.parse(bytes)));
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

    /** Takes the server step; returns the model after {@code task}, the same one if it changes none. */
    ModelState step(Task task, Map<String, double[]> sums) {
        var before = before(task);
        var after = ServerStep.next(plan, task, before, sums);
        switch (task) {
            case Task.Evaluate _ -> evaluations.add(sums);
            case Task.Train _, Task.Statistics _ -> {
                newest.put(slot(task.fold()), after);
                byHash.clear();
                byHash.put(before.hash(), before.bytes());
            }
        }
        return after;
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

    /** The name under which the newest model of a fold is kept. */
    static String slot(Fold fold) {
        return switch (fold) {
            case Fold.All _ -> "final";
            case Fold.Held(var index) -> "fold-" + index;
        };
    }
}
