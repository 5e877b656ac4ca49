package io.confide.coordinator.port;

import io.confide.common.model.Bytes;
import io.confide.common.model.Digest;
import io.confide.common.model.JobId;
import io.confide.common.model.SiteId;
import io.confide.common.model.Study;
import io.confide.coordinator.port.Views.EventView;
import io.confide.coordinator.port.Views.JobView;
import io.confide.coordinator.port.Views.ModelView;
import io.confide.coordinator.port.Views.RoundView;
import io.confide.coordinator.port.Views.StudyView;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/** What is kept about jobs, for people to read. Blocking. Writes of a running job go through {@link RoundLog}. */
public interface JobStore {
    /**
     * Records a new job with the canonical bytes of its plan, its study, and the bytes of the roster it runs over. One that is
     * QUEUED has the reason that it gives once it begins. Throws ConfideException(TOO_OFTEN) if {@link Places#WAITING_MAX}
     * are QUEUED already.
     */
    void insert(JobView job, Bytes plan, Study study, Bytes roster);

    /** Newest first. */
    List<JobView> jobs();

    /** Newest first, without what the sites say of the plans. */
    List<JobView> jobList();

    /** Newest first: those that have not ended, or only after {@code since}. */
    List<JobView> jobsSince(Instant since);

    Optional<JobView> job(JobId job);

    /** By job that has not ended what the newest process of each site calls itself that the job has met. */
    SortedMap<JobId, SortedMap<SiteId, Bytes>> processes();

    /** The newest job of the same name and study that was submitted before; of several at one time the last by id. */
    Optional<JobView> previous(JobId job);

    /** The canonical bytes of the plan. */
    Optional<Bytes> plan(JobId job);

    /** The bytes of the roster that the job runs over; empty for a job of a version that did not keep them. */
    Optional<Bytes> roster(JobId job);

    /** In order of their numbers. */
    List<RoundView> rounds(JobId job);

    /** The newest {@code last} of them, in order of their numbers. */
    List<RoundView> rounds(JobId job, int last);

    RoundTally tally(JobId job);

    /** A round that has ended, and what was signed in it. */
    Optional<RoundRecord> round(JobId job, long round);

    /** With what one leaf of the sum of a round can be recomputed; empty if its plan asks for no audit, or there is no sum. */
    Optional<Bytes> audit(JobId job, long round);

    /** The sites of each sum that sites were asked to open before {@code round}, in order. */
    List<SortedSet<SiteId>> sumsBefore(JobId job, long round);

    /** Events with a number above {@code after}, in order. */
    List<EventView> events(JobId job, long after);

    boolean hasEvents(JobId job, long after);

    /** In order of their numbers. */
    List<EventView> recent(JobId job, Recent which);

    List<StudyView> studies();

    /** Newest first. */
    List<ModelView> models();

    /** What is kept about the model of {@code job}; empty if it has made none. */
    Optional<ModelRecord> model(JobId job);

    /** Number of the round that was opened last; 0 before the first. */
    long newestRound(JobId job);

    /** Whether there is such a file, without reading it. */
    boolean hasArtifact(JobId job, String name);

    Optional<Bytes> artifact(JobId job, String name);

    /** The bytes of a model that is still the newest of its slot in a job that has not ended. */
    Optional<Bytes> modelState(Digest hash);
}
