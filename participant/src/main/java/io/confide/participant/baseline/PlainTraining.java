package io.confide.participant.baseline;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ServerStep;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.common.model.Training;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;

/** Trains one model to convergence on rows that lie together: full-batch descent, ridge 0.01, public scaling. */
final class PlainTraining {
    static final double RIDGE = 0.01;
    private static final int STEPS = 400;
    private static final double UNCLIPPED = 1e9;

    private final LocalTrainer trainer;
    private final Plan plan;

    PlainTraining(LocalTrainer trainer, Plan plan) {
        this.trainer = trainer;
        this.plan = alone(plan);
    }

    /** Returns the model of {@code rows}, which has at least one row. */
    ModelState fit(LocalData rows) {
        ModelState model = InitialModel.of(plan);
        if (plan.study().dictionary().missing() == Study.Missing.SECURE_MEAN) {
            model = round(new Task.Statistics(new Fold.All()), model, rows);
        }
        return round(new Task.Train(new Fold.All()), model, rows);
    }

    private ModelState round(Task task, ModelState model, LocalData rows) {
        return ServerStep.next(plan, task, model, trainer.run(plan, task, model, rows));
    }

    private static Plan alone(Plan plan) {
        double rate =
                switch (plan.model()) {
                    case ModelSpec.Logistic _ -> 1;
                    case ModelSpec.Mlp _ -> 0.2;
                };
        var sums = plan.aggregation();
        return new Plan(
                plan.name(),
                plan.study(),
                plan.model(),
                new Training(Training.Mode.FEDAVG, 1, STEPS, 0, rate, RIDGE),
                new Plan.Aggregation(1, 0, UNCLIPPED, sums.bits(), 1, sums.roundSeconds()),
                plan.evaluation(),
                plan.release(),
                plan.seed());
    }
}
