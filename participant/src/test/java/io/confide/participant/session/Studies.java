package io.confide.participant.session;

import io.confide.common.model.Bytes;
import io.confide.common.model.Feature;
import io.confide.common.model.Guarantee;
import io.confide.common.model.ModelSpec;
import io.confide.common.model.Plan;
import io.confide.common.model.SitePolicy;
import io.confide.common.model.Study;
import io.confide.common.model.Training;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Plans and policies for tests. */
final class Studies {
    static final String NAME = "two-year-risk";

    static final String POLICY =
            """
            defaults: {minimumCohort: 3, minimumIncluded: 3, approval: automatic}
            allow:
              - study: two-year-risk
                models: [logistic, mlp]
                release: {atMost: weights}
            """;

    private Studies() {}

    static Plan plan(ModelSpec model) {
        var dictionary =
                new Study.Dictionary(
                        new Study.Label("event", "death"),
                        "patient",
                        List.of(feature("age"), feature("bilirubin")),
                        Study.Missing.ZERO_AFTER_SCALING);
        return new Plan(
                "job",
                new Study(NAME, "predict", "jane@hospital.example", dictionary),
                model,
                new Training(Training.Mode.FEDAVG, 2, 1, 0, 0.1, 0),
                new Plan.Aggregation(3, 0, 2.0, 16, 100, 30),
                new Plan.Evaluation(2, 7, 10),
                Plan.Release.WEIGHTS,
                Bytes.wrap(new byte[16]));
    }

    /** The same over one gradient step per round, with a guarantee of {@code commits} commits. */
    static Plan privatePlan(int commits) {
        return privatePlan(commits, 1);
    }

    static Plan privatePlan(int commits, double samplingRate) {
        Plan exact = plan(new ModelSpec.Logistic());
        return new Plan(
                exact.name(),
                exact.study(),
                exact.model(),
                new Training(Training.Mode.FEDSGD, 2, 1, 0, 0.1, 0),
                new Plan.Aggregation(3, 1, 2.0, 16, 100, 30),
                new Plan.Evaluation(0, 7, 10),
                exact.release(),
                new Guarantee.RecordLevel(
                        100, 1e-5, 2, 3, 1, commits, 685, samplingRate, 19, 1 << 20, 1L << 38),
                exact.seed());
    }

    /** A policy that gives the study ε {@code epsilon} per record, at δ 1e-5. */
    static SitePolicy policy(double epsilon) {
        return new SitePolicy(
                List.of(
                        new SitePolicy.Allowance(
                                NAME,
                                Set.of("logistic"),
                                3,
                                3,
                                1,
                                SitePolicy.RolledBackLedger.NOTE,
                                SitePolicy.Privacy.REQUIRED,
                                Optional.of(budget(epsilon)),
                                Plan.Release.WEIGHTS,
                                SitePolicy.Approval.AUTOMATIC,
                                Optional.empty())));
    }

    static SitePolicy.Budget budget(double epsilon) {
        return new SitePolicy.Budget(SitePolicy.Unit.RECORD, epsilon, 1e-5);
    }

    private static Feature feature(String name) {
        return new Feature(
                name,
                Feature.Kind.NUMBER,
                Optional.empty(),
                Optional.empty(),
                Feature.Transform.NONE,
                0,
                1);
    }
}
