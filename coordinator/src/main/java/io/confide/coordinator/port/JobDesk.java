package io.confide.coordinator.port;

import io.confide.common.governance.Actor;
import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.PlanCheck;
import io.confide.coordinator.port.Views.PrivacyView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.RunningView;
import io.confide.coordinator.port.Views.SiteView;
import io.confide.coordinator.port.Views.SpentSoFarView;
import io.confide.coordinator.port.Views.StudyView;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Everything a person may ask of the coordinator. All methods may block; none is called on an event loop. */
public interface JobDesk {
    /** Parses and plans without submitting; throws ConfideException(BAD_FILE) with every problem found. */
    PlanCheck check(String jobYaml, String studyYaml);

    /** Plans, records and starts a job of {@code actor}; same errors as {@link #check}, and DENIED. */
    JobView submit(String jobYaml, String studyYaml, Actor actor);

    /** Newest first. */
    List<JobView> jobs();

    /** Newest first, without what the sites say of the plans. */
    List<JobView> jobList();

    /** Newest first: those that have not ended, or only after {@code since}. */
    List<JobView> jobsSince(Instant since);

    Optional<JobView> job(JobId job);

    /** What the plan of {@code job} promises every record; empty without a guarantee, or if another version kept the plan. */
    Optional<PrivacyView> privacy(JobId job);

    /**
     * What the rounds of {@code job} have spent of its promise, as far as the coordinator knows: every round that was opened
     * counts, because sites charge before they upload. Empty as {@link #privacy}.
     */
    Optional<SpentSoFarView> spent(JobView job);

    /** Whether the plan of {@code job} promises no record anything; false as well if another version kept the plan. */
    boolean promisesNothing(JobView job);

    /** Ends a job that has not ended; returns it as it is then. Throws ConfideException(DENIED, CONFLICT). */
    Optional<JobView> cancel(JobId job, Actor actor);

    /**
     * Stops a job between two rounds until it is resumed; a round that runs ends first. Returns the job once the pause has
     * begun or is kept to begin. Throws ConfideException(DENIED, CONFLICT).
     */
    Optional<JobView> pause(JobId job, Actor actor);

    /** Lets a paused job go on where it stands. Throws ConfideException(DENIED, CONFLICT). */
    Optional<JobView> resume(JobId job, Actor actor);

    /**
     * Submits the plan of a job that has ended once more, as a job of {@code actor} with another seed and therefore another
     * plan hash: sites decide anew. Throws ConfideException(DENIED, CONFLICT).
     */
    Optional<JobView> retry(JobId job, Actor actor);

    /** What {@code job} is expected to cost, and what it has; empty if another version kept its plan. */
    Optional<CostView> cost(JobId job);

    /** What the plan of {@code job} fixes, and what is new in it. Throws ConfideException(CONFLICT) if it cannot be read. */
    Optional<PlanView> plan(JobId job);

    List<RoundView> rounds(JobId job);

    /** The newest {@code last} of them. */
    List<RoundView> rounds(JobId job, int last);

    /** A round that has ended, with what was signed in it. */
    Optional<RoundEvidence> round(JobId job, long round);

    /** {@link #round} as a file with the exact bytes, for {@code actor}. Throws ConfideException(DENIED, TOO_OFTEN). */
    Optional<Bytes> evidence(JobId job, long round, Actor actor);

    /**
     * With what one leaf of the sum of a round can be recomputed, for {@code actor}; empty if nothing is kept. Throws
     * ConfideException(DENIED, TOO_OFTEN).
     */
    Optional<Bytes> sumAudit(JobId job, long round, Actor actor);

    List<SiteView> sites();

    /** The jobs that run now at this coordinator, in no order. */
    List<RunningView> running();

    List<StudyView> studies();

    List<ModelView> models();

    /** Where the model of {@code job} comes from and what is known of it; empty if it has made none. */
    Optional<ModelDetails> model(JobId job);

    /** A file of a completed job by the name in its {@link ModelView}, e.g. {@code model.safetensors}, for {@code actor}. */
    Optional<Bytes> artifact(JobId job, String name, Actor actor);

    /** Model bytes by hash, for the data plane of the sites. */
    Optional<Bytes> modelState(Digest hash);

    /** The signed-off history of a job from event number {@code after} + 1 on. */
    List<EventView> events(JobId job, long after);

    boolean hasEvents(JobId job, long after);

    /** A part of that history, in order. */
    List<EventView> recent(JobId job, Recent which);

    /** Calls {@code listener} for every later event until the returned handle is closed. */
    Subscription subscribe(JobId job, Consumer<EventView> listener);

    /** A running subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
