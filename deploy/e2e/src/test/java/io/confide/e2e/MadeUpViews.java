package io.confide.e2e;

import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.Plan;
import io.confide.common.model.Priority;
import io.confide.coordinator.port.CostView;
import io.confide.coordinator.port.ModelDetails;
import io.confide.coordinator.port.ModelRecord;
import io.confide.coordinator.port.PlanView;
import io.confide.coordinator.port.Views.CapacityView;
import io.confide.coordinator.port.Views.DatasetView;
import io.confide.coordinator.port.Views.DelaysView;
import io.confide.coordinator.port.Views.JobState;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.ObserverView;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentView;
import io.confide.coordinator.port.Views.StudyView;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a page shows of a plan, its cost and its sites that never were. */
final class MadeUpViews {
    private static final long SENT_BYTES = 2100;
    private static final long RECEIVED_BYTES = 3400;
    private static final long INPUT_BYTES = 700;

    /** Of one of seven sites, of whom five are needed: of more sites each adds less. */
    private static final double STEP_NOISE = 0.01;

    private static final int NEEDED_OF_SEVEN = 5;

    private MadeUpViews() {}

    /** What every record is promised: at most {@code epsilon} over {@code rounds}, spent as a root grows. */
    static PrivacyView promise(double epsilon, int rounds, int threshold) {
        var spent =
                IntStream.rangeClosed(1, rounds)
                        .mapToObj(k -> new SpentView(k, epsilon * Math.sqrt((double) k / rounds)))
                        .toList();
        return new PrivacyView(
                "record",
                "add-remove",
                "everyone",
                1,
                epsilon,
                1e-5,
                rounds,
                List.of(
                        new ObserverView("public", threshold, 0.83 * epsilon),
                        new ObserverView("coordinator", threshold, 0.83 * epsilon),
                        new ObserverView("coordinator + 1 site", threshold, epsilon)),
                spent,
                STEP_NOISE * Math.sqrt((double) NEEDED_OF_SEVEN / threshold));
    }

    /**
     * Every round is as large as one of training.
     *
     * @param sums so far
     */
    static CostView cost(int planned, int sites, int folds, ModelRecord.Sums sums) {
        long inputs = sums.bySite().values().stream().mapToLong(rounds -> rounds).sum();
        return new CostView(
                new CostView.Planned(
                        planned,
                        folds,
                        1,
                        SENT_BYTES,
                        RECEIVED_BYTES,
                        planned * SENT_BYTES,
                        planned * RECEIVED_BYTES,
                        planned * sites * INPUT_BYTES),
                new CostView.SoFar(sums.rounds(), 0, Optional.of(1.25), inputs * INPUT_BYTES));
    }

    /**
     * A plan of which one field was another before.
     *
     * @param submitted two days after the one before; empty if there is none
     */
    static PlanView plan(String name, StudyView study, Optional<Instant> submitted) {
        var rounds = new PlanView.Field("training.rounds", "Rounds of each model", "40", "");
        var seed = new PlanView.Field("seed", "Seed", hash("seed").substring(0, 32), "");
        var change =
                new PlanView.Change(
                        rounds.name(), rounds.label(), Optional.of("20"), Optional.of("40"));
        return new PlanView(
                hash(name),
                List.of(
                        new PlanView.Section(
                                "Study",
                                List.of(
                                        field("study.purpose", "Purpose", study.purpose()),
                                        field("study.meaning", "Outcome means", "nothing: made up"),
                                        field(
                                                "study.accountable",
                                                "Accountable",
                                                study.accountable()),
                                        field("study.feature.1", "Feature 1", "age, number"),
                                        field("study.feature.2", "Feature 2", "sex, category"))),
                        new PlanView.Section(
                                "Model", List.of(field("model.kind", "Kind", "logistic"))),
                        new PlanView.Section("Training", List.of(rounds, seed))),
                submitted.map(
                        at ->
                                new PlanView.Previous(
                                        job("one before").toString(),
                                        at.minus(Duration.ofDays(2)),
                                        Optional.of(List.of(change)))));
    }

    private static PlanView.Field field(String name, String label, String value) {
        return new PlanView.Field(name, label, value, "");
    }

    static JobId job(String of) {
        return new JobId(UUID.nameUUIDFromBytes(of.getBytes(StandardCharsets.UTF_8)));
    }

    /** What looks like the hash of something: nothing that was made up has one. */
    static String hash(String of) {
        return Digest.of(of.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** @param gone since when it has no connection; empty while it has one */
    static SiteView site(
            String site,
            String study,
            Optional<Instant> gone,
            Instant begun,
            Optional<DelaysView> delays) {
        return new SiteView(
                site,
                gone.isEmpty(),
                true,
                gone,
                Optional.of(begun.plus(Duration.ofDays(81))),
                Optional.of("confide-participant 0.1.0"),
                Optional.of(new CapacityView(8, 16_384, Optional.empty())),
                delays,
                Optional.empty(),
                List.of(new DatasetView("patients", study, List.of("age", "sex"))));
    }

    /** Of a roster of two hundred so many have permitted a plan that waits: not enough. */
    private static final int ANSWERED = 130;

    /** Of the others, who has lost the connection. */
    private static final int GONE = 3;

    /** Beside the job that is moved along, in a list. */
    static JobView other(
            String name, JobState state, Instant submitted, List<String> roster, int done) {
        boolean over = !state.isLive();
        int sites = roster.size();
        int threshold = sites * 2 / 3 + 1;
        var verdicts = new TreeMap<String, String>();
        var answer = state == JobState.QUEUED ? "no answer" : "permitted";
        roster.forEach(site -> verdicts.put(site, answer));
        if (state == JobState.AWAITING_APPROVAL) {
            roster.stream().skip(ANSWERED).forEach(site -> verdicts.replace(site, "no answer"));
        }
        return new JobView(
                job(name).toString(),
                name,
                "made-up-sites",
                ScriptedDesk.OWNER,
                state,
                hash(name),
                switch (state) {
                    case AWAITING_APPROVAL -> Optional.of(waiting(name, sites, threshold));
                    case FAILED ->
                            Optional.of(
                                    "A check value of round %d is wrong, so its sum was thrown away: a site or the network sends wrong bytes. See the coordinator's log, and retry the job when the cause is gone."
                                            .formatted(done + 1));
                    case CANCELLED -> Optional.of("Cancelled by researcher.");
                    case PAUSED ->
                            Optional.of(
                                    "Paused by researcher after %d of 40 rounds".formatted(done));
                    case QUEUED ->
                            Optional.of(
                                    "Waits in the queue: 3 jobs of its study have places, the most"
                                            + " of one study; none is before it.");
                    case KEY_SETUP, TRAINING, COMPLETED -> Optional.empty();
                },
                done,
                40,
                done == 0 ? 0 : 1,
                threshold,
                threshold,
                sites,
                submitted,
                over ? Optional.of(submitted.plusSeconds(80 + 9L * done)) : Optional.empty(),
                Map.of(),
                verdicts,
                Optional.empty(),
                Optional.empty(),
                state == JobState.QUEUED ? Priority.HIGH : Priority.NORMAL);
    }

    /** As a real job says it. */
    private static String waiting(String name, int sites, int needed) {
        int silent = sites - ANSWERED;
        return "waiting for approval of plan %s (it needs at least %d sites, and %d permit it so far); missing: %d sites (%d without an answer; %d of them not connected)"
                .formatted(hash(name), needed, ANSWERED, silent, silent, GONE);
    }

    /** The first of its name; it lets weights leave. */
    static ModelDetails model(JobView job, Instant made, MadeUpPast past) {
        var folds =
                IntStream.range(0, past.evaluations().size())
                        .mapToObj(fold -> "fold-" + fold + ".safetensors");
        var files =
                Stream.concat(
                                Stream.of(
                                        "card.md",
                                        "manifest.json",
                                        "metrics.json",
                                        "model.safetensors"),
                                folds)
                        .toList();
        var hash = hash("model of " + job.name());
        return new ModelDetails(
                new ModelView(job.id(), job.name(), hash, made, files),
                Optional.of(Plan.Release.WEIGHTS),
                List.of(
                        new ModelRecord.Version(
                                1,
                                job.id(),
                                hash,
                                made,
                                job.planHash(),
                                past.metrics(),
                                Optional.empty())),
                past.sums(),
                past.evaluations());
    }
}
