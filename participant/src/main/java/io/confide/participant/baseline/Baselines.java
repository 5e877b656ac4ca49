package io.confide.participant.baseline;

import io.confide.common.model.ModelState;
import io.confide.common.model.Plan;
import io.confide.common.model.SiteId;
import io.confide.participant.baseline.Comparison.Alone;
import io.confide.participant.baseline.Comparison.Auc;
import io.confide.participant.baseline.Comparison.Group;
import io.confide.participant.baseline.Comparison.Site;
import io.confide.participant.data.TabularData;
import io.confide.participant.port.LocalData;
import io.confide.participant.port.LocalTrainer;
import io.confide.participant.port.Scorer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Compares training alone, together and pooled, like for like: the plan's model, public scaling and
 * folds; every site deals its own rows to folds exactly as it does in the job, and every row is scored by
 * a model that has not seen its fold.
 */
public final class Baselines {
    private final int folds;
    private final Plan plan;
    private final Scorer scorer;
    private final PlainTraining training;
    private final Map<SiteId, FoldedRows> sites = new LinkedHashMap<>();

    private Baselines(Plan plan, LocalTrainer trainer, Scorer scorer) {
        this.plan = plan;
        this.scorer = scorer;
        folds = plan.evaluation().folds();
        training = new PlainTraining(trainer, plan);
    }

    /**
     * Returns the comparison. Takes about 100 milliseconds per site and fold for some hundred rows.
     *
     * @param trainer fits the two baselines and scores rows
     * @param data of every site, in the order in which the result lists them
     * @param federated per run of the job the model of each fold, in fold order; the mean AUC of the runs is told. Empty to
     *     compare the baselines alone
     * @param subset which sites to sum up in a line of their own
     */
    public static <T extends LocalTrainer & Scorer> Comparison compare(
            T trainer,
            Plan plan,
            Map<SiteId, LocalData> data,
            List<List<ModelState>> federated,
            Set<SiteId> subset) {
        var baselines = new Baselines(plan, trainer, trainer);
        if (federated.stream().anyMatch(run -> run.size() != baselines.folds)) {
            throw new IllegalArgumentException(
                    "expected one model for each of " + baselines.folds + " folds");
        }
        data.forEach(
                (site, rows) -> baselines.sites.put(site, FoldedRows.of(plan.evaluation(), rows)));
        return baselines.compare(federated, subset);
    }

    private Comparison compare(List<List<ModelState>> federated, Set<SiteId> subset) {
        List<ModelState> together = IntStream.range(0, folds).mapToObj(this::pooled).toList();
        var scored = new ArrayList<Scored>();
        sites.forEach(
                (site, rows) ->
                        scored.add(
                                new Scored(
                                        site,
                                        rows,
                                        outOfFold(rows, fold -> training.fit(rows.training(fold))),
                                        federated.stream()
                                                .map(run -> outOfFold(rows, run::get))
                                                .toList(),
                                        outOfFold(rows, together::get))));
        var chosen = scored.stream().filter(entry -> subset.contains(entry.site)).toList();
        return new Comparison(
                group(scored), group(chosen), scored.stream().map(this::line).toList());
    }

    /** The model of all sites' training rows of one fold. */
    private ModelState pooled(int fold) {
        return training.fit(
                TabularData.concatenation(
                        sites.values().stream().map(rows -> rows.training(fold)).toList()));
    }

    /** Scores of the held-out rows, fold after fold: the order of {@link FoldedRows#labels()}. */
    private double[] outOfFold(FoldedRows rows, IntFunction<ModelState> model) {
        return IntStream.range(0, folds)
                .filter(fold -> rows.held(fold).rows() > 0)
                .mapToObj(fold -> scorer.scores(plan.model(), model.apply(fold), rows.held(fold)))
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }

    private Site line(Scored entry) {
        Group group = group(List.of(entry));
        int rarer = Math.min(group.events(), group.rows() - group.events());
        return new Site(
                entry.site,
                group.rows(),
                group.events(),
                group.auc(),
                rarer < folds ? Alone.TOO_FEW_EVENTS : Alone.POSSIBLE);
    }

    private static Group group(List<Scored> entries) {
        float[] labels = Scored.labels(entries);
        int events = (int) IntStream.range(0, labels.length).filter(i -> labels[i] == 1f).count();
        var auc =
                new Auc(
                        RankAuc.of(Scored.join(entries, entry -> entry.local), labels),
                        federated(entries, labels),
                        RankAuc.of(Scored.join(entries, entry -> entry.pooled), labels));
        return new Group(labels.length, events, auc);
    }

    /** The mean over the runs in which it is defined. */
    private static OptionalDouble federated(List<Scored> entries, float[] labels) {
        int runs = entries.stream().mapToInt(entry -> entry.federated.size()).min().orElse(0);
        return IntStream.range(0, runs)
                .mapToObj(
                        run ->
                                RankAuc.of(
                                        Scored.join(entries, entry -> entry.federated.get(run)),
                                        labels))
                .flatMapToDouble(OptionalDouble::stream)
                .average();
    }
}
