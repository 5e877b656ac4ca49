package io.confide.coordinator.driver;

import io.confide.common.encoding.Payloads;
import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.Task;

import java.util.Map;
import java.util.Random;

/**
 * A site with drawn patients, whose outcome follows from two features by a logistic law that is the same everywhere. It takes one
 * gradient step on some of them and is evaluated on others.
 */
final class Hospital implements SimWork {
    private static final int PATIENTS = 40;

    /** An honest site has few rows for the cap on weights, as the plan's recordsMax has it. */
    private static final double WEIGHT = 0.2;

    private final double[][] seen = new double[PATIENTS][2];
    private final double[][] unseen = new double[PATIENTS][2];
    private final boolean[] outcome = new boolean[PATIENTS];
    private final boolean[] unseenOutcome = new boolean[PATIENTS];
    private final Aim aim;

    enum Aim {
        HONEST,
        /** The largest update the clip norm allows, against what was learnt, with the largest weight. */
        POISON
    }

    Hospital(int site, Aim aim) {
        this.aim = aim;
        var random = new Random(site);
        for (int row = 0; row < PATIENTS; row++) {
            outcome[row] = draw(seen[row], random);
            unseenOutcome[row] = draw(unseen[row], random);
        }
    }

    private static boolean draw(double[] row, Random random) {
        row[0] = random.nextGaussian();
        row[1] = random.nextGaussian();
        return random.nextDouble() < score(4 * row[0] - 3 * row[1]);
    }

    @Override
    public Map<String, double[]> payload(Plan plan, Task task, ModelState model, long round) {
        var payload = SimWork.nothing(plan, task);
        switch (task) {
            case Task.Train _ -> train(plan, model.parameters(), payload);
            case Task.Evaluate _ -> evaluate(model.parameters(), payload);
            case Task.Statistics _ -> throw new IllegalArgumentException("nothing is missing here");
        }
        return payload;
    }

    private void train(Plan plan, float[] parameters, Map<String, double[]> payload) {
        double[] update = payload.get(Payloads.UPDATE);
        double loss = 0;
        for (int row = 0; row < PATIENTS; row++) {
            double p = score(logit(parameters, seen[row]));
            double error = (outcome[row] ? 1 : 0) - p;
            update[0] += error * seen[row][0] / PATIENTS;
            update[1] += error * seen[row][1] / PATIENTS;
            update[update.length - 1] += error / PATIENTS;
            loss -= Math.log(outcome[row] ? p : 1 - p) / PATIENTS;
        }
        double factor = WEIGHT;
        double weight = WEIGHT;
        if (aim == Aim.POISON) {
            double norm = Math.sqrt(square(update[0]) + square(update[1]));
            factor = -plan.aggregation().clipNorm() / norm;
            weight = 1;
        }
        for (int i = 0; i < update.length; i++) {
            double clip = plan.aggregation().clipNorm();
            update[i] = Math.clamp(factor * update[i], -clip, clip);
        }
        payload.get(Payloads.WEIGHT)[0] = weight;
        payload.get(Payloads.LOSS)[0] = weight * Math.min(loss, 1);
    }

    private void evaluate(float[] parameters, Map<String, double[]> payload) {
        for (int row = 0; row < PATIENTS; row++) {
            double p = score(logit(parameters, unseen[row]));
            double[] counts =
                    payload.get(unseenOutcome[row] ? Payloads.POSITIVES : Payloads.NEGATIVES);
            counts[Math.min((int) (p * counts.length), counts.length - 1)]++;
        }
        payload.get(Payloads.ROWS)[0] = PATIENTS;
    }

    private static double logit(float[] parameters, double[] row) {
        return parameters[0] * row[0] + parameters[1] * row[1] + parameters[parameters.length - 1];
    }

    private static double score(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    private static double square(double x) {
        return x * x;
    }
}
