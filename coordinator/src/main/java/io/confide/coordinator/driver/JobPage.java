package io.confide.coordinator.driver;

import io.confide.common.files.Words;
import io.confide.common.model.Priority;
import io.confide.coordinator.job.JobSentences;
import io.confide.coordinator.job.JobState;
import io.confide.coordinator.job.Standing;
import io.confide.coordinator.port.Views;
import io.confide.coordinator.port.Views.JobView;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What people see of one job, from its state. */
final class JobPage {
    private final JobFacts facts;
    private final InstantSource clock;
    private final Instant submitted;
    private final Optional<String> retryOf;
    private final Priority priority;
    private Map<String, Double> metrics;
    private Map<String, String> verdicts = Map.of();
    private int done;
    private long epoch;

    /**
     * The page of a job that is submitted now.
     *
     * @param retryOf the job whose plan it runs again, if it does
     */
    JobPage(JobFacts facts, InstantSource clock, Optional<String> retryOf, Priority priority) {
        this(facts, clock, clock.instant(), retryOf, priority, Map.of());
    }

    /** The page that goes on from {@code seen}. */
    JobPage(JobFacts facts, InstantSource clock, JobView seen) {
        this(facts, clock, seen.submitted(), seen.retryOf(), seen.priority(), seen.metrics());
    }

    private JobPage(
            JobFacts facts,
            InstantSource clock,
            Instant submitted,
            Optional<String> retryOf,
            Priority priority,
            Map<String, Double> metrics) {
        this.facts = facts;
        this.clock = clock;
        this.submitted = submitted;
        this.retryOf = retryOf;
        this.priority = priority;
        this.metrics = metrics;
    }

    void measured(Map<String, Double> numbers) {
        metrics = Map.copyOf(numbers);
    }

    Map<String, Double> metrics() {
        return metrics;
    }

    JobView view(JobState state) {
        return switch (state) {
            case JobState.AwaitingApproval s -> live(s, Views.JobState.AWAITING_APPROVAL);
            case JobState.KeySetup s -> live(s, Views.JobState.KEY_SETUP);
            case JobState.Running s -> live(s, Views.JobState.TRAINING);
            case JobState.Withdrawing s -> live(s, Views.JobState.TRAINING);
            case JobState.Waiting s -> live(s, Views.JobState.TRAINING);
            case JobState.Resuming s -> live(s, interruptedIn(s));
            case JobState.Paused s -> live(s, Views.JobState.PAUSED);
            case JobState.Completed s ->
                    ended(Views.JobState.COMPLETED, s.tasksDone(), Optional.empty());
            case JobState.Failed s ->
                    ended(Views.JobState.FAILED, s.tasksDone(), Optional.of(s.sentence()));
            case JobState.Cancelled s ->
                    ended(
                            Views.JobState.CANCELLED,
                            s.tasksDone(),
                            Optional.of("Cancelled by " + s.actor() + "."));
        };
    }

    private static Views.JobState interruptedIn(JobState.Resuming s) {
        if (s.standing().lastRound() > 0) {
            return Views.JobState.TRAINING;
        }
        return s.standing().lastEpoch() > 0
                ? Views.JobState.KEY_SETUP
                : Views.JobState.AWAITING_APPROVAL;
    }

    private JobView live(JobState.Live state, Views.JobState word) {
        var standing = state.standing();
        done = standing.tasksDone();
        // While the next keys are made beside the rounds, the rounds run with the current ones.
        long current = state.keys().current().number();
        epoch = current > 0 ? current : standing.lastEpoch();
        verdicts = verdicts(standing);
        String waiting = JobSentences.waitingFor(state, facts.planHash().hex());
        return view(
                word,
                Optional.of(waiting).filter(text -> !text.isEmpty()),
                Optional.empty(),
                standing.pausedBy());
    }

    private JobView ended(Views.JobState word, int tasksDone, Optional<String> reason) {
        done = tasksDone;
        return view(word, reason, Optional.of(clock.instant()), Optional.empty());
    }

    private static Map<String, String> verdicts(Standing standing) {
        var words = new TreeMap<String, String>();
        for (var site : standing.rules().roster()) {
            var answer = standing.answers().get(site);
            String word = answer == null ? "no answer" : Words.of(answer.verdict());
            words.put(
                    site.value(),
                    answer == null || answer.reasons().isEmpty()
                            ? word
                            : word + ": " + String.join(" ", answer.reasons()));
        }
        return words;
    }

    private JobView view(
            Views.JobState word,
            Optional<String> reason,
            Optional<Instant> ended,
            Optional<String> pausedBy) {
        return new JobView(
                facts.job().toString(),
                facts.plan().name(),
                facts.plan().study().name(),
                facts.owner(),
                word,
                facts.planHash().hex(),
                reason,
                done,
                facts.schedule().size(),
                epoch,
                facts.threshold(),
                facts.floor(),
                facts.everybody().size(),
                submitted,
                ended,
                metrics,
                verdicts,
                pausedBy,
                retryOf,
                priority);
    }
}
