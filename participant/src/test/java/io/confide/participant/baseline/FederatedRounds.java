package io.confide.participant.baseline;

import io.confide.common.encoding.InitialModel;
import io.confide.common.encoding.ServerStep;
import io.confide.common.model.Fold;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Study;
import io.confide.common.model.Task;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plan's rounds with plain sums in place of secure ones: the arithmetic of a job without its protocol. */
final class FederatedRounds {
    private FederatedRounds() {}

    static List<ModelState> foldModels(
            LocalTrainer trainer, Plan plan, Collection<LocalData> sites) {
        var models = new ArrayList<ModelState>();
        for (int fold = 0; fold < plan.evaluation().folds(); fold++) {
            ModelState model = InitialModel.of(plan);
            if (plan.study().dictionary().missing() == Study.Missing.SECURE_MEAN) {
                model =
                        round(
                                trainer,
                                plan,
                                new Task.Statistics(new Fold.Held(fold)),
                                model,
                                sites);
            }
            for (int round = 0; round < plan.training().rounds(); round++) {
                model = round(trainer, plan, new Task.Train(new Fold.Held(fold)), model, sites);
            }
            models.add(model);
        }
        return models;
    }

    private static ModelState round(
            LocalTrainer trainer,
            Plan plan,
            Task task,
            ModelState model,
            Collection<LocalData> sites) {
        Map<String, double[]> sums = new HashMap<>();
        for (LocalData site : sites) {
            trainer.run(plan, task, model, site)
                    .forEach((name, values) -> sums.merge(name, values, FederatedRounds::add));
        }
        return ServerStep.next(plan, task, model, sums);
    }

    private static double[] add(double[] a, double[] b) {
        var sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }
}
