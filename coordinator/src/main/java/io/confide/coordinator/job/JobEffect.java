package io.confide.coordinator.job;

import io.confide.common.model.SiteId;
import io.confide.coordinator.round.PastSums;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** Work for the shell. */
public sealed interface JobEffect {
    /** Send the plan to {@code site} for its decision. */
    record OfferPlan(SiteId site) implements JobEffect {}

    /** Say {@link JobEvent.PatiencePassed} of wait {@code number} when the patience is over. */
    record StartPatience(long number) implements JobEffect {}

    /** As {@link StartPatience}, but as long as sites may need to notice that the coordinator restarted. */
    record StartReturn(long number) implements JobEffect {}

    /** Forget a set-up in progress, if any, keep the keys that are ready, and set up {@code epoch} over {@code sites} for rounds from {@code firstRound}. */
    record StartEpoch(long epoch, SortedSet<SiteId> sites, long firstRound, int tasksLeft)
            implements JobEffect {
        public StartEpoch {
            sites = Collections.unmodifiableSortedSet(new TreeSet<>(sites));
        }
    }

    /** Forget a set-up in progress. */
    record AbandonEpoch() implements JobEffect {}

    /**
     * Open {@code round} with the keys of {@code epoch} for task number {@code task} (from 0) over those of {@code members}
     * that are connected, after the sums of {@code past}. Keys of earlier epochs are needed no more.
     */
    record StartRound(
            long epoch,
            long round,
            int task,
            SortedSet<SiteId> members,
            SortedSet<SiteId> connected,
            PastSums past)
            implements JobEffect {
        public StartRound {
            members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
            connected = Collections.unmodifiableSortedSet(new TreeSet<>(connected));
        }
    }

    /** Ask the sites to give up the failed {@code round}. */
    record CollectAborts(long round) implements JobEffect {}

    /** The job has ended: stop whatever runs, tell the sites, and keep the results if it completed. */
    record Finish(JobState end) implements JobEffect {}
}
