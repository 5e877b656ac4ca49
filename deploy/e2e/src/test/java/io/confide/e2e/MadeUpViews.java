package io.confide.e2e;

import io.confide.common.model.JobId;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.Views.CapacityView;
import io.confide.coordinator.port.Views.DatasetView;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.ObserverView;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentView;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What a page shows of a plan, its cost and its sites that never were. */
final class MadeUpViews {
    private static final long SENT_BYTES = 2100;
    private static final long RECEIVED_BYTES = 3400;
    private static final long SUMMED_BYTES = 4900;
    private static final double STEP_NOISE = 0.01;
    private static final int FOLDS = 5;

    private MadeUpViews() {}

    /** What every record is promised: at most {@code epsilon} over {@code rounds}, spent as a root grows. */
    static PrivacyView promise(double epsilon, int rounds, int threshold) {
        var spent =
                IntStream.rangeClosed(1, rounds)
                        .mapToObj(k -> new SpentView(k, epsilon * Math.sqrt((double) k / rounds)))
                        .toList();
        var certified = new ObserverView("coordinator with 1 site", threshold, epsilon);
        return new PrivacyView(
                "record",
                "add-remove",
                "everyone",
                epsilon,
                1e-5,
                rounds,
                List.of(certified),
                spent,
                STEP_NOISE);
    }

    /** Every round is one of training. */
    static CostView cost(int planned, int done) {
        return new CostView(
                new CostView.Planned(
                        planned,
                        FOLDS,
                        SENT_BYTES,
                        RECEIVED_BYTES,
                        planned * SENT_BYTES,
                        planned * RECEIVED_BYTES,
                        planned * SUMMED_BYTES),
                new CostView.SoFar(done, 0, Optional.of(1.25), done * SUMMED_BYTES));
    }

    /** A plan of which one field was another before. */
    static PlanView plan(JobId before, Instant submitted) {
        var rounds = new PlanView.Field("training.rounds", "Rounds of each model", "40", "");
        var seed = new PlanView.Field("seed", "Seed", "ab".repeat(16), "");
        var change =
                new PlanView.Change(
                        rounds.name(), rounds.label(), Optional.of("20"), Optional.of("40"));
        return new PlanView(
                "4be190d7".repeat(8),
                List.of(new PlanView.Section("Training", List.of(rounds, seed))),
                Optional.of(
                        new PlanView.Previous(
                                before.toString(), submitted, Optional.of(List.of(change)))));
    }

    static SiteView site(String site, String study, boolean connected, Instant begun, int rounds) {
        return new SiteView(
                site,
                connected,
                true,
                Optional.of(Instant.now().minusSeconds(20)),
                Optional.of(begun.plus(Duration.ofDays(81))),
                Optional.of("confide-participant 0.1.0"),
                Optional.of(new CapacityView(8, 16_384, Optional.empty())),
                delays(connected, Math.min(32, rounds)),
                Optional.empty(),
                List.of(new DatasetView("patients", study, List.of("age", "sex"))));
    }

    /** Of a site that was slow now and then, and if it is away now, dropped in its last two rounds. */
    private static Optional<DelaysView> delays(boolean connected, int rounds) {
        return rounds == 0
                ? Optional.empty()
                : Optional.of(
                        new DelaysView(
                                rounds,
                                OptionalLong.of(4096),
                                OptionalLong.of(8192),
                                connected ? Map.of() : Map.of("upload", 2)));
    }
}
